# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    set_tokens_of_waiting_starts(api.Environment(cr, SUPERUSER_ID, {}))


def set_tokens_of_waiting_starts(env):
    """A start that waits to be applied was authorized with the token that its tag has."""
    starts = env["iicharge.ocpp.message"].search(
        [
            ("state", "in", ("new", "parked")),
            ("action", "=", "StartTransaction"),
            ("token_id", "=", False),
        ]
    )
    for start in starts:
        payload = json.loads(start.payload)
        id_tag = payload.get("idTag") if isinstance(payload, dict) else None
        if isinstance(id_tag, str):
            start.token_id = env["iicharge.token"]._find(start.charger_id.company_id, id_tag)
