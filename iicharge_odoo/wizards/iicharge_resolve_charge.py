# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

RESOLUTIONS = [
    ("retry", "Try the room bill again"),
    ("invoice", "Put it on a new invoice"),
    ("pos", "Take payment at the register"),
    ("write_off", "Write it off"),
]


class ResolveCharge(models.TransientModel):
    """Resolve late charges as chosen."""

    _name = "iicharge.resolve.charge"
    _description = "Resolve Late Charges"
    _inherit = "iicharge.company.wall"

    charge_ids = fields.Many2many("iicharge.charge", required=True, readonly=True)
    company_id = fields.Many2one(related="charge_ids.company_id")
    currency_id = fields.Many2one(related="charge_ids.currency_id")
    amount_total = fields.Monetary(string="Total", compute="_compute_amount_total")
    resolution = fields.Selection(RESOLUTIONS, required=True, default="invoice")
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        check_company=True,
    )
    reason = fields.Char(help="Kept with the charge, with your name.")

    @api.depends("charge_ids", "partner_id", "resolution")
    def _compute_amount_total(self):
        """Sum up what the payer will be asked for, under the payer's fiscal position."""
        for wizard in self:
            # sudo: taxes and positions are only computed with; charges were checked to be readable
            charges = wizard.charge_ids.sudo()
            total = sum(charges.mapped("amount_total"))
            if wizard.resolution in ("invoice", "pos") and len(charges.company_id) == 1:
                positions = charges.env["account.fiscal.position"].with_company(charges.company_id)
                position = positions._get_fiscal_position(wizard.partner_id)
                total = charges.line_ids._get_total_under(charges, position)
            wizard.amount_total = total

    @api.depends("charge_ids")
    def _compute_partner_id(self):
        for wizard in self:
            partners = wizard.charge_ids.partner_id
            wizard.partner_id = partners if len(partners) == 1 else False

    def action_resolve(self):
        self.ensure_one()
        self.charge_ids._check_late_charge_rights()
        if len(self.charge_ids.company_id) > 1:
            raise UserError(self.env._("Resolve the charges of one company at a time."))
        if self.resolution in ("invoice", "pos") and not self.partner_id:
            raise UserError(self.env._("Choose who pays."))
        # sudo: charges are not written by hand; the right was checked above, and what is put
        # on the new bill is given by the charge
        charges = self.charge_ids.sudo()
        return getattr(self, f"_resolve_by_{self.resolution}")(charges)

    def _resolve_by_retry(self, charges):
        return charges.action_retry() or {"type": "ir.actions.act_window_close"}

    def _resolve_by_invoice(self, charges):
        invoice = charges._create_late_invoice(self.partner_id)
        if not self.env["account.move"].has_access("read"):
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": invoice.id,
            "view_mode": "form",
        }

    def _resolve_by_pos(self, charges):
        charges._send_to_pos(self.partner_id)
        orders = ", ".join(charges.line_ids.folio_id.mapped("name"))
        notice = charges.filtered(lambda charge: charge.state != "posted")._get_refusal_notice()
        return notice or {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Ready for the register"),
                "message": self.env._("Load order %(order)s there and take payment.", order=orders),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _resolve_by_write_off(self, charges):
        if not self.env.user.has_group("iicharge_odoo.group_manager"):
            raise AccessError(self.env._("Only managers may write a charge off."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why it is written off."))
        charges._write_off(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
