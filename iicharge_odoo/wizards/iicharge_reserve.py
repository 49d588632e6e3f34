# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import errors
from ..models.stay.iicharge_connector import USUALLY_KEPT


class Reserve(models.TransientModel):
    """Reserve a connector for a hotel guest."""

    _name = "iicharge.reserve"
    _description = "Reserve for a Room"
    _inherit = ["iicharge.stay.dialog"]

    expires_at = fields.Datetime(
        string="Keep Until",
        required=True,
        default=lambda self: fields.Datetime.now().replace(second=0) + USUALLY_KEPT,
    )
    card_ids = fields.Many2many("iicharge.token", compute="_compute_card_ids")
    card_id = fields.Many2one(
        "iicharge.token",
        string="Guest's Card",
        compute="_compute_card_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', card_ids)]",
        help="With it the guest starts at the charger. Without one, start for the guest here.",
    )

    @api.depends("folio_id")
    def _compute_card_ids(self):
        for wizard in self:
            wizard.card_ids = self.env["iicharge.token"].search(
                [
                    ("folio_id", "=", wizard.folio_id._origin.id or 0),
                    ("kind", "!=", "remote"),
                    ("blocked", "=", False),
                ]
            )

    @api.depends("folio_id")
    def _compute_card_id(self):
        for wizard in self:
            cards = wizard.card_ids._origin
            wizard.card_id = cards if len(cards) == 1 else False

    @api.depends("expires_at")
    def _compute_refusal(self):
        return super()._compute_refusal()

    def _check_payer(self):
        until = self.expires_at or fields.Datetime.now()
        return self.connector_id._check_reserve_or_waive(
            self.folio_id._origin, until, self._get_estimate()
        )

    def _get_estimate(self):
        until = self.expires_at or fields.Datetime.now()
        return self.connector_id._get_late_estimate(until, self.target_kwh)

    def action_reserve(self):
        return self._reserve()

    def action_reserve_override(self):
        """Override the refusal; the stay's history names the user."""
        return self._reserve(override=True)

    def _reserve(self, override=False):
        folio = self._get_chosen_stay()
        try:
            command = self.connector_id._reserve_for_stay(
                folio, self.expires_at, self.guest_id, self.card_id, self.target_kwh, override
            )
        except errors.Refusal as refusal:
            raise UserError(self.env["iicharge.refusal"]._get_staff_text(refusal.code)) from refusal
        return command._get_form_action()
