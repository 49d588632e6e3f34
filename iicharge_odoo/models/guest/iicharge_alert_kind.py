# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models

from ...core.guest.tries import WITHIN
from ..operations.iicharge_alert_kind import Kind

# So many stars or fewer are a guest to whom somebody should speak, while the guest remembers it.
LOW_STARS = 2
ANSWER_WITHIN = timedelta(days=14)


class AlertKind(models.AbstractModel):
    _inherit = "iicharge.alert.kind"

    @api.model
    def _get_kinds(self):
        return [
            *super()._get_kinds(),
            Kind("guest_tries", "front_desk"),
            Kind("low_rating", "manager"),
            Kind("bay_blocked", "front_desk"),
        ]

    @api.model
    def _find_guest_tries(self, company):
        """Find the connectors at which somebody named too many wrong rooms, names or PINs."""
        tries = self.env["iicharge.guest.try"].search(
            [
                ("company_id", "=", company.id),
                ("is_last", "=", True),
                ("at", ">", fields.Datetime.now() - WITHIN),
            ]
        )
        return tries.connector_id

    @api.model
    def _get_guest_tries_summary(self, connector):
        return self.env._(
            "Too many wrong rooms, names or PINs at %(connector)s", connector=connector.display_name
        )

    @api.model
    def _find_low_rating(self, company):
        """Find the sessions of the last days whose guests were not content."""
        since = fields.Datetime.now() - ANSWER_WITHIN
        return self.env["iicharge.session"].search(
            [
                ("company_id", "=", company.id),
                ("stopped_at", ">", since),
                ("rating_last_value", ">", 0),
                ("rating_last_value", "<=", LOW_STARS),
            ]
        )

    @api.model
    def _get_low_rating_summary(self, session):
        return self.env._(
            "%(session)s: %(stars)s of 5 stars",
            session=session.name,
            stars=round(session.rating_last_value),
        )

    @api.model
    def _find_bay_blocked(self, company):
        return self.env["iicharge.blocked.bay"].search(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )

    @api.model
    def _get_bay_blocked_summary(self, bay):
        return self.env._(
            "A guest says that the bay of %(connector)s is blocked",
            connector=bay.connector_id.display_name,
        )
