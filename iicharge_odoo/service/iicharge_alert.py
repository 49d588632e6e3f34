# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools import SQL

from ..models.operations.iicharge_alert_kind import Kind
from .gateway_settings import read_settings


class Alert(models.Model):
    _inherit = "iicharge.alert"

    kind = fields.Selection(
        selection_add=[
            ("gateway_missing", "Gateway Not Running"),
            ("messages_wait", "Messages Wait"),
            ("messages_parked", "Messages Parked"),
        ],
        ondelete={
            "gateway_missing": "cascade",
            "messages_wait": "cascade",
            "messages_parked": "cascade",
        },
    )


class SiteWithActivities(models.Model):
    _name = "iicharge.site"
    _inherit = ["iicharge.site", "mail.activity.mixin"]


class AlertKind(models.AbstractModel):
    """What needs a technician when messages are not received or applied. The scheduled action
    looks for it too, where no processor runs."""

    _inherit = "iicharge.alert.kind"

    @api.model
    def _get_kinds(self):
        return [
            *super()._get_kinds(),
            Kind("gateway_missing", "technician"),
            Kind("messages_wait", "technician"),
            Kind("messages_parked", "technician"),
        ]

    @api.model
    def _get_site(self, record):
        return record if record._name == "iicharge.site" else super()._get_site(record)

    @api.model
    def _find_gateway_missing(self, company):
        """Find the sites with chargers to which no gateway listens, for some minutes."""
        sites = self.env["iicharge.site"]
        if not read_settings(self.env):
            return sites
        running = self.env["iicharge.gateway"].search_count(
            [("state", "=", "running"), ("seen_at", ">", self._get_patience(company))], limit=1
        )
        alive = self.env["iicharge.gateway"]._find_alive()
        # processes that have just begun, as after a night in which the machine was off, start it
        begins = alive and all(one.since > self._get_patience(company) for one in alive)
        if running or begins:
            return sites
        return sites.search(
            [
                ("company_id", "=", company.id),
                ("charger_ids.connection_ids.last_seen_at", "<", self._get_patience(company)),
                ("charger_ids.admission", "=", "accepted"),
            ]
        )

    @api.model
    def _get_gateway_missing_summary(self, site):
        return self.env._("No charger of %(site)s can connect: the gateway is down", site=site.name)

    @api.model
    def _find_messages_wait(self, company):
        """Find the chargers whose messages are not applied for some minutes."""
        return self._find_by_messages(
            company, SQL("state = 'new' AND received_at < %s", self._get_patience(company))
        )

    @api.model
    def _get_messages_wait_summary(self, charger):
        return self.env._("Messages of %(charger)s are not applied", charger=charger.name)

    @api.model
    def _find_messages_parked(self, company):
        return self._find_by_messages(company, SQL("state = 'parked'"))

    @api.model
    def _get_messages_parked_summary(self, charger):
        return self.env._(
            "Messages of %(charger)s could not be applied: look at them", charger=charger.name
        )

    @api.model
    def _find_by_messages(self, company, condition):
        self.env["iicharge.ocpp.message"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM iicharge_charger
                 WHERE company_id = %s AND active AND admission = 'accepted'
                   AND id IN (SELECT charger_id FROM iicharge_ocpp_message WHERE %s)
                """,
                company.id,
                condition,
            )
        )
        return self.env["iicharge.charger"].browse(row[0] for row in self.env.cr.fetchall())
