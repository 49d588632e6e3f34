# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class Partner(models.Model):
    _inherit = "res.partner"

    def _iicharge_get_seller_texts(self):
        """Get the text that names these operators on a bill, with their VAT numbers: who pays
        deducts the tax of the operator, not of the hotel that collects."""
        # sudo: front desk and guests may not read every partner; a seller's name is on the bill
        return [
            self.env._(
                "Sold by %(operator)s, VAT number %(vat)s", operator=operator.name, vat=operator.vat
            )
            if operator.vat
            else self.env._("Sold by %(operator)s", operator=operator.name)
            for operator in self.sudo()
        ]
