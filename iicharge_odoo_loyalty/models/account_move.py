# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def _iicharge_get_breakages(self):
        # sudo: who keeps the books need not have rights on prepaid cards
        breakages = self.env["iicharge.prepaid.breakage"].sudo()
        return breakages.search([("move_id", "in", self.ids)])

    def _post(self, soft=True):
        """Give expired cards their balance back where their entry is reversed."""
        posted = super()._post(soft)
        for move in posted.filtered("reversed_entry_id"):
            source = move.reversed_entry_id
            breakages = source._iicharge_get_breakages()
            if any(breakages.mapped("is_undone")):
                raise UserError(
                    self.env._(
                        "%(entry)s was reversed already: its cards have their balance back.",
                        entry=source.display_name,
                    )
                )
            if breakages and move.currency_id.compare_amounts(
                move.amount_total, source.amount_total
            ):
                raise UserError(
                    self.env._(
                        "%(entry)s is reversed whole or not at all: the cards get all of it back.",
                        entry=source.display_name,
                    )
                )
            breakages._undo()
        return posted

    def button_draft(self):
        """Keep entries of expired cards, and their reversals: the balances of cards follow them."""
        kept = self.filtered(lambda move: (move | move.reversed_entry_id)._iicharge_get_breakages())
        if kept:
            raise UserError(
                self.env._(
                    "%(entries)s: balances of prepaid cards follow this entry. Reverse it "
                    "to give the cards their balance back.",
                    entries=", ".join(kept.mapped("display_name")),
                )
            )
        return super().button_draft()
