# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, fields, models


class AccountTax(models.Model):
    _inherit = "account.tax"

    iicharge_excluded_tax_id = fields.Many2one(
        "account.tax",
        string="Charged on Top As",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The same tax, which comes on top of a price. This one is part of the prices of "
        "tariffs that include tax.",
    )

    def _iicharge_can_be_included(self):
        """Whether a price with these taxes in it says what the price without them is."""
        return all(tax.amount_type == "percent" for tax in self)

    def _iicharge_get_included(self):
        """Get the same taxes as part of the price, so that Odoo keeps a price with tax to the cent:
        with a tax on top 319 of 1,999 sums cannot be reached at 19 %. Made where there is none.
        """
        found = self.browse()
        for tax in self:
            found |= tax if tax.price_include else tax._iicharge_get_included_one()
        return found

    def _iicharge_get_included_one(self):
        # sudo: the same tax in another form, with the accounts and tags that it has; whoever
        # charges need not be able to keep taxes
        tax = self.sudo()
        included = tax.with_context(active_test=False).search(
            [("iicharge_excluded_tax_id", "=", tax.id)], limit=1
        )
        if not included:
            included = tax.copy(
                {
                    "name": self.env._("%(tax)s (in the price)", tax=tax.name),
                    "price_include_override": "tax_included",
                    "iicharge_excluded_tax_id": tax.id,
                    # else a fiscal position would replace another tax by both
                    "original_tax_ids": [Command.clear()],
                }
            )
        elif included.amount != tax.amount:
            included.amount = tax.amount
        return included.with_env(self.env)

    def _iicharge_get_excluded(self):
        """Get the taxes that these are the form in the price of; others as they are."""
        found = self.browse()
        for tax in self:
            found |= tax.iicharge_excluded_tax_id or tax
        return found
