# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from ...core.conversion import to_decimal
from ...core.rating.shares import split_amount
from .charge_states import OUTSTANDING


class SessionTransfer(models.AbstractModel):
    _name = "iicharge.session.transfer"
    _description = "Transfer of a Session's Charge"

    def _get_counting_charges(self):
        """Get the charges that are neither credited nor written off."""
        return self.charge_ids.filtered(
            lambda charge: charge.kind == "charge" and charge.state in ("posted", *OUTSTANDING)
        )

    def _prepare_rated_lines(self):
        """Prepare the lines of the session's rating, for the bill that is to take it now."""
        rating = self.rating_id
        return self._prepare_charge_lines(rating._get_breakdown(), rating.tariff_snapshot)

    def _prepare_lines_of_rest(self, left):
        """Prepare lines as rated, in the words and under the taxes of the bill that is to take
        them now, of what is left of their amounts.

        :param left: see `_get_left_by_product`
        """
        lines = {
            (each["product_id"], *each["tax_ids"][0][2]): each
            for each in self._prepare_rated_lines()
        }
        known = {(product.id, *taxes.ids): amounts for (product, taxes), amounts in left.items()}
        if lines.keys() == known.keys():
            return [values | known[key] for key, values in lines.items()]
        untaxed = sum(amounts["amount_untaxed"] for amounts in known.values())
        return self._share_under_other_taxes(list(lines.values()), untaxed)

    def _share_under_other_taxes(self, lines, untaxed):
        """Share what is left without tax over lines that other taxes apply to than before."""
        digits = self.currency_id.decimal_places
        weights = [to_decimal(values["amount_untaxed"], digits) for values in lines]
        if not any(weights):
            return []
        charged = self.env["iicharge.charge.line"]
        shares = split_amount(to_decimal(untaxed, digits), weights, digits)
        for values, share in zip(lines, shares, strict=True):
            bill = self.env["sale.order"].browse(values["folio_id"])
            sale = (
                self.company_id,
                self._get_destination()._get_partner(self, bill),
                self.env["product.product"].browse(values["product_id"]),
                self.env["account.tax"].browse(values["tax_ids"][0][2]),
            )
            values |= charged._prepare_amounts(*sale, charged._get_price(*sale, float(share)))
        return lines
