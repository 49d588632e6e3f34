# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


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

    _charger_unique = models.Constraint(
        "unique (charger_id)", "A charger has one connection record."
    )
