# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class Attempt(models.Model):
    """An attempt at a connector, as a start or a reset, and its result."""

    _name = "iicharge.attempt"
    _description = "Attempt to Repair a Connector"
    _order = "id desc"
    _rec_name = "step_id"

    connector_id = fields.Many2one(
        "iicharge.connector", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    guide_id = fields.Many2one(
        "iicharge.guide", ondelete="set null", readonly=True, index="btree_not_null"
    )
    step_id = fields.Many2one(
        "iicharge.guide.step", ondelete="set null", readonly=True, index="btree_not_null"
    )
    command_id = fields.Many2one(
        "iicharge.command", ondelete="set null", readonly=True, index="btree_not_null"
    )
    cashier = fields.Char(readonly=True, help="Who did it, where that is not the user.")
    outcome = fields.Selection(
        [("asked", "Requested"), ("helped", "Helped"), ("failed", "Did Not Help")],
        required=True,
        readonly=True,
    )

    def _get_outcome_text(self):
        self.ensure_one()
        if self.command_id:
            return self.command_id.result_text
        return dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
