# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models

# What anybody gets; coupons and discount codes are for whom they were given to.
OPEN_TYPES = ("promotion", "loyalty", "buy_x_get_y", "next_order_coupons")


class LoyaltySite(models.Model):
    _inherit = "iicharge.site"

    def _get_offer(self):
        """Get the programs, too, that charging earns or redeems at the site's registers today."""
        return [*super()._get_offer(), *self._get_program_texts()]

    def _get_program_texts(self):
        # sudo: guests read what a program is called and gives, and nothing else of it
        programs = self.env["loyalty.program"].sudo()
        # sudo: nor do guests read registers and products
        site, today = self.sudo(), self._get_today()
        company = site.company_id
        found = programs.search(
            fields.Domain("program_type", "in", OPEN_TYPES)
            & fields.Domain("trigger", "=", "auto")
            & fields.Domain("pos_ok", "=", True)
            & fields.Domain("company_id", "in", (False, company.id))
            & fields.Domain("currency_id", "=", company.currency_id.id)
            & (fields.Domain("date_from", "=", False) | fields.Domain("date_from", "<=", today))
            & (fields.Domain("date_to", "=", False) | fields.Domain("date_to", ">=", today))
        )
        products = site.product_ids.product_id | company._iicharge_get_product()
        registers = site._get_registers()
        return [
            program._iicharge_get_offer_text()
            for program in found
            if program._iicharge_holds_at(registers) and program._iicharge_is_for(products)
        ]

    def _get_registers(self):
        """Get the registers that show the site's connectors."""
        configs = self.env["pos.config"].search([("company_id", "=", self.company_id.id)])
        return configs.filtered(
            lambda config: not config.iicharge_site_ids or self in config.iicharge_site_ids
        )
