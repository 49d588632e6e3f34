# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from ...core.conversion import to_decimal
from ...core.rating.shares import split_amount
from .charge_states import OUTSTANDING

TAXES = ("tax_ids", "agreed_tax_ids")


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

    def _get_rated_amounts(self):
        """Get what the lines of `_prepare_rated_lines` come to without tax, and none of their
        words: {`LineKey`: amount}."""
        rating = self.rating_id
        _groups, amounts = self._get_line_amounts(rating._get_breakdown(), rating.tariff_snapshot)
        return {
            key: self._prepare_charge_amounts(key, amount)["amount_untaxed"]
            for key, amount in amounts.items()
        }

    def _prepare_lines_of_rest(self, left):
        """Prepare lines as rated, in the words and under the taxes of the bill that is to take
        them now, of what is left of their amounts.

        :param left: see `_get_left_by_product`
        """
        lines = {
            (each["product_id"], *(tuple(each[name][0][2]) for name in TAXES)): each
            for each in self._prepare_rated_lines()
        }
        known = {
            (product.id, tuple(taxes.ids), tuple(agreed.ids)): amounts
            for (product, taxes, agreed), amounts in left.items()
        }
        if lines.keys() == known.keys():
            rest = [values | known[key] for key, values in lines.items()]
        else:
            rest = self._share_under_other_taxes(list(lines.values()), list(known.values()))
        rated = self._get_sums(lines.values())[0]
        if self.currency_id.compare_amounts(rated, self._get_sums(rest)[0]):
            # what is left of a sum is not the price of the energy any more
            rest = [{**values, "energy_kwh": 0.0} for values in rest]
        return rest

    def _share_under_other_taxes(self, lines, left):
        """Share what is left over lines that other taxes apply to than before: with tax where that
        was agreed and they have it in them, else without.

        :param left: amounts, see `_get_left_by_product`
        """
        is_gross = all(values["agreed_gross"] == values["price_unit"] for values in lines)
        name = "amount_untaxed"
        if is_gross and all(amounts["agreed_gross"] for amounts in left):
            name = "agreed_gross"
        digits = self.currency_id.decimal_places
        weights = [to_decimal(values[name], digits) for values in lines]
        if not any(weights):
            return []
        charged = self.env["iicharge.charge.line"]
        rest = {
            each: to_decimal(sum(amounts[each] for amounts in left), digits)
            for each in (name, "agreed_gross")
        }
        shares = split_amount(rest[name], weights, digits)
        gross = split_amount(rest["agreed_gross"], weights, digits)
        for values, share, agreed in zip(lines, shares, gross, strict=True):
            bill = self.env["sale.order"].browse(values["folio_id"])
            sale = (
                self.company_id,
                self._get_destination()._get_partner(self, bill),
                self.env["product.product"].browse(values["product_id"]),
                self.env["account.tax"].browse(values["tax_ids"][0][2]),
            )
            price = float(share)
            if name == "amount_untaxed":
                price = charged._get_price(*sale, price)
            values |= charged._prepare_amounts(*sale, price)
            values["agreed_gross"] = float(agreed) if values["agreed_gross"] else 0.0
        return lines
