# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import api, fields, models

from .iicharge_charger import SHOWN


class DisplayCommand(models.Model):
    _inherit = "iicharge.command"

    session_id = fields.Many2one(
        "iicharge.session", readonly=True, index="btree_not_null", ondelete="set null"
    )
    shown_text = fields.Char(
        readonly=True, string="Shown", help="What a charger's display was sent, for people."
    )

    shown_at = fields.Datetime(
        readonly=True, help="When what was sent was last compared with what is true."
    )

    def _set_outcome(self, answer, error_code, reason, at):
        was_open = self.state in ("queued", "sent")
        result = super()._set_outcome(answer, error_code, reason, at)
        if was_open:
            self._take_display_outcome()
        return result

    @api.model
    def _expire(self, ids=None):
        expired = super()._expire(ids)
        for command in expired:
            command._take_display_outcome()
        return expired

    def _replace_shown(self, shown, **values):
        """Replace what still waits in the queue for the display; where the gateway takes it just
        now, one of the two transactions begins again."""
        self.ensure_one()
        prepare = self.charger_id._get_version().prepare[self.request]
        _action, payload = prepare(**values)
        self.write({"payload": json.dumps(payload), "shown_text": shown})

    def _take_display_outcome(self):
        if self.request == "ask_display":
            self.charger_id._read_display(self)
        elif self.request in SHOWN:
            self.charger_id._judge_display(self)
