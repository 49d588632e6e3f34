# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import math

from odoo import api, fields, models

from ...core.conversion import get_local_day


class ChargeLineQuantity(models.AbstractModel):
    """How much a charge line sells: kWh where energy alone is its price, else one piece; and when
    it was supplied.

    The sum was agreed and is rounded once. The price of a kWh is that sum by the quantity, with
    all digits that Odoo stores, so that quantity times price is the sum and its taxes come to the
    same cents as those of one piece. Where they would not, it is one piece.
    """

    _name = "iicharge.charge.line.quantity"
    _description = "Quantities of Charge Lines"

    energy_kwh = fields.Float(
        string="Energy (kWh)",
        digits=(16, 3),
        readonly=True,
        help="What the price is for, where it is for energy alone.",
    )

    def _prepare_quantity_values(self, price):
        """Prepare the quantity, its unit and the price of one, which together come to `price`:
        "quantity", "product_uom_id" and "price_unit"."""
        self.ensure_one()
        return self._prepare_quantity(self.product_id, self.tax_ids, self.energy_kwh, price)

    def _prepare_quantity(self, product, taxes, energy_kwh, price):
        """:param float price: of the whole, with the taxes that are included in prices"""
        unit = self._get_energy_unit()
        # Odoo stores a quantity with the digits of "Product Unit" only
        quantity = unit.round(energy_kwh) if unit else 0.0
        each = self._get_price_of_one(price, quantity) if quantity > 0 else 0.0
        if quantity > 0 and self._is_same_sum(product, taxes, price, each, quantity):
            return {"quantity": quantity, "product_uom_id": unit.id, "price_unit": each}
        is_sold_by_energy = bool(unit) and product.uom_id == unit
        piece = self.env.ref("uom.product_uom_unit") if is_sold_by_energy else product.uom_id
        return {"quantity": 1.0, "product_uom_id": piece.id, "price_unit": price}

    @api.model
    def _get_energy_unit(self):
        """Get the unit whose UNECE code is KWH; empty where somebody has deleted it."""
        unit = self.env.ref("uom.product_uom_kwh", raise_if_not_found=False)
        return unit or self.env["uom.uom"]

    @api.model
    def _get_price_of_one(self, price, quantity):
        """Get the price of one of which `quantity` are `price`: nearly always to the last bit."""
        each = price / quantity
        near = (each, math.nextafter(each, math.inf), math.nextafter(each, -math.inf))
        return min(near, key=lambda number: abs(number * quantity - price))

    def _is_same_sum(self, product, taxes, price, each, quantity):
        """Check whether Odoo's tax engine comes to the same amounts as for one piece."""
        if each * quantity == price:
            return True
        company = self.company_id or self.env.company
        amounts = []
        for price_unit, pieces in ((price, 1.0), (each, quantity)):
            line = self._prepare_tax_line(
                company, self.env["res.partner"], product, taxes, price_unit, pieces
            )
            self.env["account.tax"]._round_base_lines_tax_details([line], company)
            details = line["tax_details"]
            amounts.append((details["total_excluded"], details["total_included"]))
        return amounts[0] == amounts[1]

    def _prepare_supply_values(self):
        """Prepare the first and the last day of the supply, in the local time of the sites."""
        days = [
            get_local_day(at, session.site_id.time_zone)
            for session in self.charge_id.session_id
            for at in (session.started_at, session.stopped_at)
            if at
        ]
        return {
            "iicharge_supply_start": min(days, default=False),
            "iicharge_supply_end": max(days, default=False),
        }
