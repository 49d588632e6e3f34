# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, fields, models


class RegisterAdd(models.TransientModel):
    """Add a register that takes cash and cards, and sends orders to rooms."""

    _name = "iicharge.register.add"
    _description = "Add a Register"
    _inherit = "iicharge.company.wall"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    site_ids = fields.Many2many(
        "iicharge.site",
        string="Charging Sites",
        check_company=True,
        help="Whose chargers the register shows. Empty: those of all sites of the company.",
    )

    def action_add(self):
        self.ensure_one()
        self.env["pos.config"].check_access("create")
        # sudo: Odoo makes a journal for the register's cash, which takes rights of accounting;
        # whoever is here may add registers, and names the company's sites only, as checked
        registers = self.env["pos.config"].sudo().with_company(self.company_id)
        register = registers.create(
            {
                "name": self.name,
                "company_id": self.company_id.id,
                "iicharge_site_ids": [Command.set(self.site_ids.ids)],
            }
        )
        if not register.payment_method_ids.filtered("is_cash_count"):
            register.payment_method_ids = [Command.link(registers._create_cash_payment_method().id)]
        register.sudo(False).action_iicharge_offer_room()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
