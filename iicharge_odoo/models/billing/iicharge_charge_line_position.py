# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.fields import Command

from .charge_states import OUTSTANDING


class ChargeLinePosition(models.AbstractModel):
    """Taxes of charge lines under the fiscal position of the document that takes them.

    As Odoo does it: a price without tax stays, and so does what is left of a price with tax once
    its tax is taken out, where the position replaces that tax. Under the taxes of the tariff a
    price that was agreed with tax is that price again.
    """

    _name = "iicharge.charge.line.position"
    _description = "Fiscal Positions of Charge Lines"

    def _get_agreed_taxes(self):
        return self.agreed_tax_ids or self.tax_ids._iicharge_get_excluded()

    def _get_taxes_under(self, position):
        """Get the taxes of a document with a fiscal position."""
        agreed = self._get_agreed_taxes()
        taxes = position.map_tax(agreed)
        return agreed._iicharge_get_included() if taxes == agreed and self.agreed_gross else taxes

    def _find_taxed_otherwise(self, position):
        """Find the charged lines that a fiscal position has other taxes for than they have."""
        return self.filtered(
            lambda line: (
                line.charge_id.kind == "charge"
                and not line.charge_id.operator_id
                and line._get_taxes_under(position) != line.tax_ids
            )
        )

    def _follow_position(self, position):
        """Give lines that are on no bill yet the taxes of the document that is to take them."""
        waiting = self.filtered(lambda line: line.charge_id.state in OUTSTANDING)
        waiting._find_taxed_otherwise(position)._set_taxes_under(position)

    def _set_taxes_under(self, position):
        for lines in self.grouped("charge_id").values():
            for line, values in lines._prepare_values_under(position):
                line.write({**values, "tax_ids": [Command.set(values["tax_ids"].ids)]})
        self.charge_id.session_id._update_amounts()

    def _prepare_values_under(self, position):
        """Prepare what lines of one charge are under a fiscal position, as one bill has them.

        :return: [(line, {"tax_ids": `account.tax`, "price_unit", "amount_untaxed", "amount_tax"})]
        """
        company, partner = self.company_id, self.charge_id.partner_id
        prepared = []
        for line in self:
            taxes = line._get_taxes_under(position)
            sale = company, partner, line.product_id, taxes
            price = self._get_price(*sale, line.amount_untaxed)
            if line.agreed_gross and taxes == line._get_agreed_taxes()._iicharge_get_included():
                price = line.agreed_gross
            prepared.append((line, {"tax_ids": taxes, **self._prepare_amounts(*sale, price)}))
        on_bill = [
            self._prepare_tax_line(
                company, partner, line.product_id, values["tax_ids"], values["price_unit"]
            )
            for line, values in prepared
        ]
        more = self._get_tax_rounding(on_bill, company)
        for (_line, values), amount in zip(prepared, more, strict=True):
            values["amount_tax"] = company.currency_id.round(values["amount_tax"] + amount)
        return prepared

    @api.model
    def _get_total_under(self, charges, position):
        """Get what outstanding charges would come to on a document with a fiscal position."""
        total = 0.0
        for charge in charges:
            if charge.kind == "credit" or charge.operator_id:
                total += charge.amount_total
                continue
            for _line, values in charge.line_ids._prepare_values_under(position):
                total += values["amount_untaxed"] + values["amount_tax"]
        return total
