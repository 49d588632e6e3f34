# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _iicharge_release_charges(self):
        # sudo: who keeps invoices need not have rights on charges; these only begin to wait again
        lines = self.env["iicharge.charge.line"].sudo()
        stood = lines.search([("invoice_line_id.move_id", "in", self.ids)])
        stood.charge_id._release_from_invoice()

    def button_cancel(self):
        """Cancel the invoice; what was only on it is owed as before."""
        result = super().button_cancel()
        self.filtered(lambda move: move.state == "cancel")._iicharge_release_charges()
        return result

    def unlink(self):
        self._iicharge_release_charges()
        return super().unlink()

    def action_update_fpos_values(self):
        """Give charging that is on a draft only the taxes of the draft's fiscal position."""
        result = super().action_update_fpos_values()
        # sudo: who keeps invoices need not have rights on charges; they follow their document
        for move in self.sudo().filtered(lambda move: move.state == "draft"):
            move.invoice_line_ids._iicharge_follow_position()
        return result
