# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.fields import Command


class PrepaidCreditLine(models.Model):
    _inherit = "iicharge.charge.line"

    def _complete_credit_note(self, note):
        """Take the card's part, which is on the invoice, off it in reverse."""
        result = super()._complete_credit_note(note)
        sign = 1 if note.move_type == "out_refund" else -1
        for credit in self.charge_id:
            back = credit._refund_to_card()
            if back:
                values = credit._prepare_card_note_line_values(back)
                note.invoice_line_ids = [Command.create({**values, "quantity": sign})]
        return result
