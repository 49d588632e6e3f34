# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PosPaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    iicharge_room = fields.Boolean(
        string="To the Room",
        help="The order goes to the bill of a stay, and is paid with it. Nothing is booked "
        "before that bill is invoiced.",
    )

    @api.constrains("iicharge_room", "journal_id", "split_transactions", "payment_method_type")
    def _check_iicharge_room(self):
        for method in self.filtered("iicharge_room"):
            if (
                method.journal_id
                or method.split_transactions
                or method.payment_method_type != "none"
            ):
                raise ValidationError(
                    self.env._(
                        "“%(method)s” sends orders to rooms: it needs neither a journal nor an "
                        "integration, and the customer comes from the stay.",
                        method=method.name,
                    )
                )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "iicharge_room"]
