# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools import SQL

from ..charger.iicharge_pruning import CLOSED_BILLING

# A session has some hundred messages.
ANONYMIZE_AT_ONCE = 250

# Nearly all messages of a session are of these, and hold no id token.
TOKENLESS_ACTIONS = ("MeterValues", "StatusNotification")

# An id token in a message's JSON, also one with escaped quotes in it.
TOKEN_IN_JSON = r'"(idTag|parentIdTag|idToken)"(\s*:\s*)"(?:[^"\\]|\\.)*"'

# Calls that hold an id token and belong to no session.
TOKEN_ACTIONS = ("Authorize", "RemoteStartTransaction", "ReserveNow")

ANONYMIZED_IN_JSON = r'"\1"\2"anonymized"'


class SessionAnonymize(models.AbstractModel):
    """Data protection: remove the guest from closed sessions; energy and money stay."""

    _name = "iicharge.session.anonymize"
    _description = "Anonymizing of Sessions"

    @api.autovacuum
    def _gc_guests(self):
        """Anonymize closed sessions after the company's period.

        :return: how many were anonymized, and how many are left for the next round, at most
            as many again
        """
        if self._abstract:
            return 0, 0  # Odoo also calls it on this part of the model
        companies = self.env["res.company"].search([("iicharge_anonymize_days", ">", 0)])
        anonymized = left = 0
        for company in companies:
            before = fields.Datetime.subtract(
                fields.Datetime.now(), days=company.iicharge_anonymize_days
            )
            self._anonymize_authorize_messages(company, before)
            self.env["iicharge.reservation"]._anonymize_guests(company, before, ANONYMIZE_AT_ONCE)
            domain = [
                ("company_id", "=", company.id),
                ("guest_anonymized", "=", False),
                ("billing", "in", CLOSED_BILLING),
                ("stopped_at", "<", before),
            ]
            sessions = self.search(domain, order="stopped_at, id", limit=ANONYMIZE_AT_ONCE)
            sessions._anonymize_guest()
            anonymized += len(sessions)
            left += self.search_count(domain, limit=ANONYMIZE_AT_ONCE)
        return anonymized, left

    def _anonymize_guest(self):
        if not self:
            return
        # a start by the front desk has a token of its own, which is of no more use
        single = self.token_id.filtered("single_use")
        self.write(
            {
                "partner_id": False,
                "room": False,
                "walk_in_name": False,
                "plate": False,
                "desk_note": False,
                "token_id": False,
                "id_tag": False,
                "guest_anonymized": True,
            }
        )
        single.filtered(lambda token: not token.session_ids).unlink()
        frames = self.env["iicharge.ocpp.message"].search(
            [("session_id", "in", self.ids), ("action", "not in", TOKENLESS_ACTIONS)]
        )
        frames.token_id = False
        _mask_tokens(frames, "payload", "answer")

    @api.model
    def _anonymize_authorize_messages(self, company, before):
        """Mask the tags of Authorize messages, which belong to no session."""
        asked = [
            ("charger_id.company_id", "=", company.id),
            ("action", "in", TOKEN_ACTIONS),
        ]
        self.env["iicharge.ocpp.message"].search(
            [*asked, ("received_at", "<", before), ("state", "in", ("done", "kept"))],
            limit=ANONYMIZE_AT_ONCE * 10,
        ).unlink()
        commands = self.env["iicharge.command"].search(
            [
                *asked,
                ("state", "not in", ("queued", "sent")),
                ("create_date", "<", before),
                ("payload", "not like", '"anonymized"'),
            ],
            limit=ANONYMIZE_AT_ONCE * 10,
        )
        _mask_tokens(commands, "payload")


def _mask_tokens(records, *names):
    """Blot the id tokens out of JSON that is kept as text; the rest of it stays evidence."""
    if not records:
        return
    records.flush_recordset(names)
    changes = [
        SQL(
            "%(column)s = regexp_replace(%(column)s, %(token)s, %(instead)s, 'g')",
            column=SQL.identifier(name),
            token=TOKEN_IN_JSON,
            instead=ANONYMIZED_IN_JSON,
        )
        for name in names
    ]
    records.env.cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE id IN %s",
            SQL.identifier(records._table),
            SQL(", ").join(changes),
            tuple(records.ids),
        )
    )
    records.invalidate_recordset(names)
