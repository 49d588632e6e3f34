# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Wrong rooms, names and PINs that were named at a connector: five an hour, then a pause."""

import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...core.guest.tries import WITHIN, count_left, get_locked_until

KEPT = timedelta(days=7)
PRUNED_AT_ONCE = 1000


class GuestTry(models.Model):
    """A wrong try. Neither the address nor what was typed is kept, only whether it is the same."""

    _name = "iicharge.guest.try"
    _description = "Wrong Try of a Guest"
    _order = "id desc"

    at = fields.Datetime(required=True, readonly=True, index=True)
    connector_id = fields.Many2one(
        "iicharge.connector", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    address_key = fields.Char(required=True, readonly=True, index=True)
    room_key = fields.Char(readonly=True, index="btree_not_null")
    is_last = fields.Boolean(readonly=True, help="No further try was taken for an hour.")

    @api.model
    def _lock(self, connector):
        """Let one try at the company's connectors be checked and counted after the other."""
        self.env.cr.execute(
            SQL(
                "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                self._name,
                connector.company_id.id,
            )
        )

    @api.model
    def _find_domains(self, connector, address, room):
        """Get what is counted apart: the address, the connector and the room."""
        counted = [
            [("address_key", "=", self._hash("address", address))],
            [("connector_id", "=", connector.id)],
        ]
        if room:
            key = self._hash(f"room-{connector.company_id.id}", room.strip().casefold())
            counted.append([("room_key", "=", key)])
        return counted

    @api.model
    def _find_times(self, connector, address, room):
        """Find the times of the tries of the last hour. :return: a list for each count"""
        since = fields.Domain("at", ">", fields.Datetime.now() - WITHIN)
        return [
            self.search(since & fields.Domain(domain)).mapped("at")
            for domain in self._find_domains(connector, address, room)
        ]

    @api.model
    def _get_locked_until(self, connector, address, room):
        """Get until when no try is taken (UTC, naive); False where one is."""
        now = fields.Datetime.now()
        found = [
            get_locked_until(times, now) for times in self._find_times(connector, address, room)
        ]
        return max(filter(None, found), default=False)

    @api.model
    def _count_wrong(self, connector, address, room):
        """Count a wrong try. :return: how many are left"""
        now = fields.Datetime.now()
        values = {"at": now, "connector_id": connector.id}
        for domain in self._find_domains(connector, address, room):
            values |= {name: value for name, _operator, value in domain}
        wrong = self.create(values)
        times = self._find_times(connector, address, room)
        left = min(count_left(each, now) for each in times)
        wrong.is_last = not left
        return left

    @api.model
    def _hash(self, kind, text):
        secret = self.env["ir.config_parameter"].get_param("database.secret")
        return hmac.new(secret.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()

    @api.autovacuum
    def _gc_old(self):
        """Delete old tries. :return: how many, and 1 if more may be left, else 0"""
        old = self.search([("at", "<", fields.Datetime.now() - KEPT)], limit=PRUNED_AT_ONCE)
        old.unlink()
        return len(old), int(len(old) == PRUNED_AT_ONCE)
