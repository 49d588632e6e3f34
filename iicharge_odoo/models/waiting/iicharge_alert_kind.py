# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..operations.iicharge_alert_kind import Kind


class AlertKind(models.AbstractModel):
    _inherit = "iicharge.alert.kind"

    @api.model
    def _get_kinds(self):
        return [*super()._get_kinds(), Kind("guest_to_call", "front_desk")]

    @api.model
    def _find_guest_to_call(self, company):
        """Find the guests for whom a charger is kept, and who get no e-mail about it."""
        offered = self.env["iicharge.waiting"].search(
            [("company_id", "=", company.id), ("state", "=", "offered")]
        )
        return offered.filtered(lambda place: place._needs_call())

    @api.model
    def _get_guest_to_call_summary(self, place):
        return self.env._(
            "Call %(guest)s: %(connector)s is free for this guest",
            guest=place.display_name,
            connector=place.connector_id.display_name,
        )
