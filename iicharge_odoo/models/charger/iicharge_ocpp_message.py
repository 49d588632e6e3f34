# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class OcppMessage(models.Model):
    """The journal: every OCPP message between gateway and charger, with its answer.

    It is the evidence in a dispute, the technician's message log, and the processor's queue.
    The gateway writes it by plain SQL in its group commit (see `service/pg_store.py`);
    it is never edited.
    """

    _name = "iicharge.ocpp.message"
    _description = "OCPP Message"
    _order = "id desc"
    _rec_name = "action"
    _log_access = False

    charger_id = fields.Many2one("iicharge.charger", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="charger_id.company_id")
    direction = fields.Selection(
        [("in", "From Charger"), ("out", "To Charger")], required=True, readonly=True
    )
    ocpp_version = fields.Char(required=True, readonly=True)
    message_id = fields.Char(string="Message ID", readonly=True)
    action = fields.Char(readonly=True)
    payload = fields.Text(readonly=True)
    answer = fields.Text(readonly=True)
    error_code = fields.Char(readonly=True)
    received_at = fields.Datetime(required=True, readonly=True)
    transaction_id = fields.Char(readonly=True)
    key = fields.Char(readonly=True)
    token_id = fields.Many2one(
        "iicharge.token",
        string="Charging Card",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The charging card that a start was authorized with.",
    )
    command_id = fields.Many2one(
        "iicharge.command", readonly=True, index="btree_not_null", ondelete="set null"
    )
    session_id = fields.Many2one(
        "iicharge.session", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [("new", "New"), ("done", "Applied"), ("parked", "Parked"), ("kept", "Kept")],
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True, default=0)
    reason = fields.Text(readonly=True)
    payload_pretty = fields.Text(compute="_compute_pretty", string="Request")
    answer_pretty = fields.Text(compute="_compute_pretty", string="Response")

    _key_unique = models.UniqueIndex("(charger_id, key) WHERE key IS NOT NULL")
    _queue_index = models.Index("(charger_id, id) WHERE state = 'new'")
    _charger_index = models.Index("(charger_id, received_at)")
    # the technician's searches, each for few of millions, in the list's order
    _parked_index = models.Index("(received_at) WHERE state = 'parked'")
    _error_index = models.Index("(received_at) WHERE error_code IS NOT NULL")
    _sent_index = models.Index("(received_at) WHERE direction = 'out'")
    _received_index = models.Index("(received_at)")
    # those that hold an id token and belong to no session
    _token_index = models.Index(
        "(received_at) WHERE action IN ('Authorize', 'RemoteStartTransaction', 'ReserveNow')"
    )

    def init(self):
        """Create the sequence of transaction ids, which in OCPP 1.6 the central system assigns."""
        self.env.cr.execute(
            SQL(
                "CREATE SEQUENCE IF NOT EXISTS iicharge_transaction_id_seq"
                " AS integer MINVALUE 1 MAXVALUE 2147483647 CYCLE"
            )
        )

    @api.depends("payload", "answer")
    def _compute_pretty(self):
        for message in self:
            message.payload_pretty = _indent(message.payload)
            message.answer_pretty = _indent(message.answer)

    @api.model
    def _read_waiting(self):
        """Read what is not applied yet. :return: how many, and the seconds since the oldest came"""
        self.flush_model(["state", "received_at"])
        self.env.cr.execute(
            SQL(
                """
                SELECT count(*), COALESCE(EXTRACT(EPOCH FROM %s - min(received_at)), 0)
                  FROM iicharge_ocpp_message WHERE state = 'new'
                """,
                fields.Datetime.now(),
            )
        )
        [(count, wait_s)] = self.env.cr.fetchall()
        return count, max(float(wait_s), 0)

    @api.model
    def _set_applied(self, sessions):
        """Set messages done.

        :param sessions: {message: the `iicharge.session` that it belongs to, maybe empty}
        """
        messages = self.browse().union(*sessions)
        messages.flush_recordset(["state", "reason", "session_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE iicharge_ocpp_message message
                      SET state = 'done', reason = NULL, session_id = applied.session_id
                     FROM unnest(%s::int[], %s::int[]) applied (id, session_id)
                    WHERE message.id = applied.id""",
                [message.id for message in sessions],
                [session.id or None for session in sessions.values()],
            )
        )
        messages.invalidate_recordset(["state", "reason", "session_id"], flush=False)

    def action_retry(self):
        """Queue parked messages for the processor again."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("iicharge_odoo.group_technician"):
            raise AccessError(self.env._("Only technicians may process OCPP messages again."))
        # sudo: messages are evidence and not written by hand
        self.sudo().filtered(lambda frame: frame.state == "parked").write(
            {"state": "new", "attempts": 0, "reason": False}
        )
        self.env.cr.execute("NOTIFY iicharge_journal")


def _indent(text):
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False) if text else ""
    except ValueError:
        return text
