# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class ReviewSession(models.TransientModel):
    """Decide on a session that is held for review, as a manager."""

    _name = "iicharge.review"
    _description = "Decide on a Session"
    _inherit = "iicharge.company.wall"

    session_id = fields.Many2one("iicharge.session", required=True, readonly=True)
    review_text = fields.Text(related="session_id.review_text")
    decision = fields.Selection(
        [("bill", "Bill it"), ("write_off", "Do not bill it")], required=True, default="bill"
    )
    energy_kwh = fields.Float(
        string="Energy to Bill (kWh)",
        digits=(16, 3),
        compute="_compute_energy_kwh",
        store=True,
        readonly=False,
        help="What the readings suggest. Correct it if you know better.",
    )
    reason = fields.Char(required=True, help="Kept with the session, with your name.")

    @api.depends("session_id")
    def _compute_energy_kwh(self):
        for wizard in self:
            wizard.energy_kwh = wizard.session_id.energy_wh / 1000

    def action_decide(self):
        self.ensure_one()
        session = self.session_id
        session.check_access("read")
        # sudo: the money fields are not written by hand; only managers may use this
        # dialog, the session is one of theirs, and what is decided is logged with its author
        if self.decision == "bill":
            session.sudo()._decide_to_bill(self.energy_kwh * 1000, self.reason)
        else:
            session.sudo()._decide_to_write_off(self.reason)
        return {"type": "ir.actions.act_window_close"}
