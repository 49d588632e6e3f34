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

    def _iicharge_with_accrual_pairs(self):
        """Add to accruals their reversals, and to these their accruals: one of them alone would put
        the month's income into the books twice, or leave it in two months."""
        # sudo: who keeps the books need not have rights on accruals; only the entries are found
        items = self.env["iicharge.accrual.item"].sudo()
        found = items.search([("move_id", "in", (self | self.reversed_entry_id).ids)]).move_id
        found = found.with_env(self.env)
        return self | found | found.reversal_move_ids

    def _post(self, soft=True):
        pairs = self._iicharge_with_accrual_pairs() - self
        return super(AccountMove, self | pairs.filtered(lambda m: m.state == "draft"))._post(soft)

    def button_draft(self):
        pairs = self._iicharge_with_accrual_pairs() - self
        return super(
            AccountMove, self | pairs.filtered(lambda m: m.state in ("posted", "cancel"))
        ).button_draft()

    def button_cancel(self):
        """Cancel the invoice; what was only on it is owed as before."""
        pairs = self._iicharge_with_accrual_pairs() - self
        moves = self | pairs.filtered(lambda move: move.state == "draft")
        result = super(AccountMove, moves).button_cancel()
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
