# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ..charger.command_text import UNKNOWN_TO_CHARGER


class DesiredState(models.Model):
    """What a charger's display keeps: the price for all, and the address of a sign."""

    _inherit = "iicharge.desired.state"

    kind = fields.Selection(
        selection_add=[
            ("default_price", "Price on the Display"),
            ("sign_address", "Sign's Address on the Display"),
        ],
        ondelete={"default_price": "cascade", "sign_address": "cascade"},
    )

    @api.model
    def _get_display_kinds(self):
        return ["default_price", "sign_address"]

    def _is_setting(self):
        return super()._is_setting() or self.kind in self._get_display_kinds()

    def _is_met(self):
        if self.kind == "sign_address" and not self.connector_id._get_sign_setting():
            return False
        return super()._is_met()

    def _is_wanted(self):
        if self.kind == "default_price":
            # a display that keeps no price shows each guest's own
            is_unknown = self.command_id.outcome in UNKNOWN_TO_CHARGER
            return self.charger_id.display_state == "on" and not is_unknown
        if self.kind == "sign_address":
            return bool(self.connector_id._get_sign_setting())
        return super()._is_wanted()

    def _get_request(self):
        if self.kind == "default_price":
            return "set_default_price", {"text": self.charger_id._get_default_price_text()}
        if self.kind == "sign_address":
            return "change_setting", self.connector_id._get_sign_setting()
        return super()._get_request()
