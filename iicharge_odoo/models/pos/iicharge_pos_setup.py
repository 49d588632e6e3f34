# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a hotel sets up at its registers: which send orders to rooms."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError


class PosSetup(models.AbstractModel):
    _name = "iicharge.pos.setup"
    _description = "Set-Up of Registers"

    iicharge_offers_room = fields.Boolean(
        compute="_compute_iicharge_offers_room",
        string="Room",
        help="Orders may be sent to the bill of a stay.",
    )

    @api.depends("payment_method_ids.iicharge_room")
    def _compute_iicharge_offers_room(self):
        for config in self:
            config.iicharge_offers_room = any(config.payment_method_ids.mapped("iicharge_room"))

    def action_iicharge_offer_room(self):
        """Let these registers send orders to rooms; make the payment method where there is none."""
        if not self.env.user.has_group("iicharge_odoo.group_manager"):
            raise AccessError(self.env._("Ask a manager of EV Charging."))
        self.check_access("write")
        for config in self.filtered(lambda config: not config.iicharge_offers_room):
            if config.has_active_session:
                raise UserError(
                    self.env._(
                        "%(register)s is open. Close it first: ways to pay are not changed while a "
                        "register is in use.",
                        register=config.name,
                    )
                )
            # sudo: a method without journal and accounts books nothing; making any
            # other takes rights on journals and payment providers
            method = config.sudo()._iicharge_get_room_method()
            config.sudo().payment_method_ids = [Command.link(method.id)]

    def _iicharge_get_room_method(self):
        """Get the company's payment method that sends orders to rooms; made where there is none."""
        self.ensure_one()
        methods = self.env["pos.payment.method"].with_company(self.company_id)
        domain = [("iicharge_room", "=", True), ("company_id", "=", self.company_id.id)]
        return methods.search(domain, limit=1) or methods.create(
            {
                "name": self.env._("Room"),
                "iicharge_room": True,
                "company_id": self.company_id.id,
            }
        )
