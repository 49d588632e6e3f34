# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ..core.guide import ERROR_CODES, choose_guide, find_fault
from .iicharge_reservation import LIVE

OTHERS_SHOWN = 5
TRIED_FOR_HOURS = 12


class GuideStep(models.Model):
    """One thing to try. Guides share steps; each shows its own in this order."""

    _name = "iicharge.guide.step"
    _description = "Step of a Guide"
    _order = "sequence, id"
    _rec_name = "text"

    sequence = fields.Integer(default=10)
    text = fields.Char(required=True, translate=True)
    action = fields.Selection(
        [
            ("start", "Start charging"),
            ("reset", "Restart the charger"),
            ("unlock", "Unlock the plug"),
            ("technician", "Call a technician"),
        ],
        help="What a button beside the step does.",
    )


class Guide(models.Model):
    """What a fault or a refusal means, what to tell the guest, and what to try.

    The texts come with the addon and change with it; a hotel adds its own in the note.
    """

    _name = "iicharge.guide"
    _description = "Guide for the Desk"
    _order = "name"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True, readonly=True)
    meaning = fields.Text(required=True, translate=True, readonly=True, string="What It Means")
    tell = fields.Text(
        required=True, translate=True, readonly=True, string="What to Tell the Guest"
    )
    step_ids = fields.Many2many("iicharge.guide.step", string="What to Try", readonly=True)
    note = fields.Text(
        company_dependent=True,
        string="Our Own Note",
        help="Shown with the guide, such as whom to phone and where the fuse box is.",
    )

    _code_unique = models.Constraint("unique (code)", "There is a guide for this already.")


class Attempt(models.Model):
    """Something that somebody tried with a connector, and what came of it."""

    _name = "iicharge.attempt"
    _description = "Attempt to Mend a Connector"
    _order = "id desc"
    _rec_name = "step_id"

    connector_id = fields.Many2one(
        "iicharge.connector", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    guide_id = fields.Many2one("iicharge.guide", ondelete="set null", readonly=True)
    step_id = fields.Many2one("iicharge.guide.step", ondelete="set null", readonly=True)
    command_id = fields.Many2one("iicharge.command", ondelete="set null", readonly=True)
    cashier = fields.Char(readonly=True, help="Who did it, where that is not the user.")
    outcome = fields.Selection(
        [("asked", "Asked"), ("helped", "Helped"), ("failed", "Did Not Help")],
        required=True,
        readonly=True,
    )

    def _get_outcome_text(self):
        self.ensure_one()
        if self.command_id:
            return self.command_id.result_text
        return dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]


class GuidedConnector(models.Model):
    _inherit = "iicharge.connector"

    attempt_ids = fields.One2many("iicharge.attempt", "connector_id")

    def _get_guide(self, refusal_code=None):
        """The guide for the state it is in, or for what was refused there."""
        self.ensure_one()
        since = self.status_at or fields.Datetime.now()
        code = choose_guide(
            self.status,
            self.error_code or None,
            (fields.Datetime.now() - since).total_seconds(),
            self.online,
            refusal_code,
        )
        return self.env["iicharge.guide"].search([("code", "=", code)])

    def _get_fault_code(self):
        """The code of the guide to the fault that it reports; None for no fault."""
        self.ensure_one()
        return find_fault(self.status, self.error_code or None)

    @api.model
    def _get_fault_names(self):
        """{code: what the fault is called in the reader's language}"""
        guides = self.env["iicharge.guide"].search([("code", "in", ERROR_CODES)])
        return {guide.code: guide.name for guide in guides}

    def _get_recent_attempts(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=TRIED_FOR_HOURS)
        return self.attempt_ids.filtered(lambda attempt: attempt.create_date >= since)

    def _note_attempt(self, step, outcome, guide=None, command=None):
        """Keep what was tried, and by whom."""
        self.ensure_one()
        # sudo: attempts are nobody's to write by hand; callers check what the user may do
        attempt = (
            self.env["iicharge.attempt"]
            .sudo()
            .create(
                {
                    "connector_id": self.id,
                    "guide_id": (guide or self._get_guide()).id,
                    "step_id": step.id,
                    "command_id": command.id if command else False,
                    "outcome": outcome,
                    "cashier": self.env.user._iicharge_get_cashier(),
                }
            )
        )
        return attempt.sudo(False)

    def _find_others(self):
        """Connectors that fit the same car, free and kept for nobody; those of the same site
        first."""
        self.ensure_one()
        found = self.search(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("standard", "=", self.standard),
                ("status", "=", "available"),
                ("charger_id.admission", "=", "accepted"),
                ("charger_id.online", "=", True),
                ("current_session_id", "=", False),
                ("reservation_ids", "not any", [("state", "in", LIVE)]),
            ]
        )
        return found.sorted(lambda other: other.site_id != self.site_id)

    def action_help(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Help: %(connector)s", connector=self.display_name),
            "res_model": "iicharge.guide",
            "res_id": self._get_guide().id,
            "views": [(self.env.ref("iicharge_odoo.iicharge_guide_view_dialog").id, "form")],
            "target": "new",
        }
