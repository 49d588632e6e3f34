# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class Site(models.Model):
    _inherit = "iicharge.site"

    product_ids = fields.One2many(
        "iicharge.site.product",
        "site_id",
        string="Products",
        help="What is not listed is sold as the company's charging product.",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account", check_company=True, index="btree_not_null"
    )
    operator_id = fields.Many2one(
        "res.partner",
        string="Operated By",
        check_company=True,
        tracking=True,
        help="Somebody else than the hotel sells the charging here. The hotel only collects it: "
        "without tax of its own, at an account that is settled with the operator every month. "
        "Empty: the hotel itself.",
        index="btree_not_null",
    )
    settlement_fee_percent = fields.Float(
        string="Fee from Operators (%)",
        digits=(5, 2),
        tracking=True,
        help="The hotel's share of what is collected for operators here, without tax.",
    )

    _settlement_fee_range = models.Constraint(
        "CHECK (settlement_fee_percent BETWEEN 0 AND 100)", "A fee is between 0 and 100 %."
    )

    def _get_product(self, component):
        """Get what a kind of price is sold as here.

        :param str component: ENERGY, TIME, PARKING_TIME, FLAT or RESERVATION
        """
        own = self.product_ids.filtered(lambda row: row.component == component).product_id
        return own or self.company_id._iicharge_get_product()
