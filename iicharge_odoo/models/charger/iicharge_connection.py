# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...gateway import versions


class Connection(models.Model):
    """A charger's connection: the gateway that holds it, and the time of the last message.

    A model of its own, as the gateway writes every few seconds: on the charger's own row it
    would conflict with writes of users and of the processor.
    """

    _name = "iicharge.connection"
    _description = "Charger Connection"
    _log_access = False
    _rec_name = "charger_id"

    charger_id = fields.Many2one("iicharge.charger", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="charger_id.company_id")
    gateway = fields.Char(help="The gateway process that holds the connection.")
    fence = fields.Integer(
        help="Grows with each connection. What an older connection reports is ignored."
    )
    online = fields.Boolean()
    connected_at = fields.Datetime()
    last_seen_at = fields.Datetime()
    disconnected_at = fields.Datetime()
    remote_address = fields.Char()
    subprotocol = fields.Char()
    version_text = fields.Char(compute="_compute_version_text", string="Version")

    _charger_unique = models.Constraint(
        "unique (charger_id)", "A charger has one connection record."
    )

    @api.depends("subprotocol", "charger_id.ocpp_version")
    @api.depends_context("lang")
    def _compute_version_text(self):
        for connection in self:
            version = versions.find(connection.charger_id.ocpp_version, connection.subprotocol)
            connection.version_text = f"OCPP {version.name}"
            if not connection.subprotocol:
                connection.version_text = self.env._(
                    "OCPP %(version)s, assumed: the charger offered none", version=version.name
                )
            elif connection.subprotocol.casefold() != version.subprotocol:
                connection.version_text = self.env._(
                    "OCPP %(version)s, as set: the charger offered %(offered)s",
                    version=version.name,
                    offered=connection.subprotocol,
                )
