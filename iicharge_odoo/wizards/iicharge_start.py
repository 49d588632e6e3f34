# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import errors


class StartCharging(models.TransientModel):
    """Start charging for a hotel guest, with a card, or for a walk-in who pays at front desk."""

    _name = "iicharge.start"
    _description = "Start Charging for a Room"
    _inherit = ["iicharge.stay.dialog"]

    is_walk_in = fields.Boolean(string="Walk-in")
    walk_in_name = fields.Char(string="Name", size=120)
    plate = fields.Char(size=120)
    desk_note = fields.Char(string="Note for the Desk", size=120)
    card_id = fields.Many2one("iicharge.token", string="Charging Card")
    chooses_connector = fields.Boolean(help="Where it starts is chosen in the dialog.")
    free_connector_ids = fields.Many2many(
        "iicharge.connector", compute="_compute_free_connector_ids", string="Free Connectors"
    )

    @api.depends("company_id")
    def _compute_free_connector_ids(self):
        for wizard in self:
            wizard.free_connector_ids = wizard.chooses_connector and wizard.connector_id._find_free(
                wizard.company_id
            )

    @api.depends("is_walk_in", "card_id")
    def _compute_quote(self):
        return super()._compute_quote()

    @api.depends("is_walk_in", "card_id")
    def _compute_refusal(self):
        return super()._compute_refusal()

    def _has_payer(self):
        return bool(self.is_walk_in or self.card_id) or super()._has_payer()

    def _get_quote(self):
        if self.card_id:
            tariff = self.card_id._origin._find_tariff(self.connector_id)
            return self.connector_id._quote_by(tariff) if tariff else super()._get_quote()
        group = "visitor" if self.is_walk_in else "guest"
        return self.connector_id.quote(group=group, energy_kwh=self.target_kwh)

    def _check_payer(self):
        if self.card_id:
            return self.card_id._origin._check_card(self.connector_id)
        return None if self.is_walk_in else super()._check_payer()

    def action_start(self):
        return self._start()

    def action_start_override(self):
        """Override the refusal; the stay's history names the user."""
        return self._start(override=True)

    def _start(self, override=False):
        try:
            command = self._send_start(override)
        except errors.Refusal as refusal:
            raise UserError(self.env["iicharge.refusal"]._get_staff_text(refusal.code)) from refusal
        return command._get_form_action()

    def _send_start(self, override):
        connector = self.connector_id
        if self.card_id:
            return connector._start_with_card(self.card_id)
        if self.is_walk_in:
            return connector._open_to_walk_in()._start_for_visitor(
                walk_in_name=self.walk_in_name, plate=self.plate, desk_note=self.desk_note
            )
        return connector._start_for_stay(
            self._get_chosen_stay(), self.guest_id, self._get_estimate(), override
        )
