# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class Connection(models.Model):
    """Which gateway holds a charger, and when the charger was last heard of.

    Kept apart from the charger: the gateway writes here every few seconds, and a write on
    the charger's own row would collide with people and with the processor.
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
