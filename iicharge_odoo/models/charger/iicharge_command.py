# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...gateway.hiding import hide_secrets
from ...gateway.reasons import is_sent
from ...gateway.versions import find_secret, name_request
from .command_text import AGREED, get_request_text, get_result_text

EXPIRED_AT_ONCE = 100
LONGEST_TIMEOUT_S = 86400
FRONT_DESK_GROUPS = ("iicharge_odoo.group_front_desk", "iicharge_odoo.group_technician")


class ChargerCommand(models.Model):
    """A command to a charger: one OCPP call and its result.

    A new row is queued; NOTIFY wakes the gateway that holds the charger's connection. The
    processor sets the result from the journal.
    """

    _name = "iicharge.command"
    _description = "Charger Command"
    _order = "id desc"
    _rec_name = "action"

    charger_id = fields.Many2one("iicharge.charger", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="charger_id.company_id", store=True, index=True)
    action = fields.Char(required=True, readonly=True)
    request = fields.Char(
        compute="_compute_request",
        store=True,
        help="What is asked, by a name that is the same in all versions of OCPP.",
    )
    payload = fields.Text(required=True, readonly=True, default="{}")
    connector_id = fields.Many2one(
        "iicharge.connector",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="For a start: the connector.",
    )
    token_id = fields.Many2one(
        "iicharge.token",
        string="Charging Card",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="For a start: the charging card.",
    )
    reservation_id = fields.Many2one(
        "iicharge.reservation", readonly=True, index="btree_not_null", ondelete="set null"
    )
    secret_payload = fields.Text(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The payload to send where it holds a secret; cleared with the outcome.",
    )
    secret_hash = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Salted hash of the password that the command sets in the charger.",
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("answered", "Answered"),
            ("failed", "Failed"),
            ("timeout", "No Answer"),
        ],
        required=True,
        readonly=True,
        default="queued",
        index=True,
    )
    sent_at = fields.Datetime(readonly=True)
    answered_at = fields.Datetime(readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True)
    answer = fields.Text(readonly=True)
    error_code = fields.Char(readonly=True)
    reason = fields.Char(readonly=True, string="Why It Failed")
    outcome = fields.Char(
        compute="_compute_outcome",
        help="The charger's answer in OCPP's words, such as Accepted or Rejected.",
    )
    desired_state_ids = fields.One2many(
        "iicharge.desired.state", "command_id", string="Repeated Commands"
    )
    request_key = fields.Char(
        readonly=True, copy=False, help="Idempotency key: the same request is queued once."
    )
    cashier = fields.Char(
        readonly=True, copy=False, help="The employee at the register, if not the user."
    )

    result_text = fields.Char(
        compute="_compute_result_text", string="Result", help="The result in words."
    )

    _request_key_unique = models.UniqueIndex(
        "(charger_id, request_key) WHERE request_key IS NOT NULL",
        "The charger has been asked for this already.",
    )
    # each phone at a sign asks for the last one
    _report_index = models.Index("(charger_id, id) WHERE request = 'ask_for_report'")

    @api.depends("action", "payload")
    def _compute_request(self):
        for command in self:
            command.request = name_request(command.action, json.loads(command.payload))

    @api.depends("action", "request")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for command in self:
            command.display_name = get_request_text(self.env, command.request) or command.action

    @api.depends("request", "state", "outcome", "error_code", "charger_id.name")
    @api.depends_context("lang")
    def _compute_result_text(self):
        for command in self:
            command.result_text = get_result_text(command)

    @api.depends("answer", "state")
    def _compute_outcome(self):
        for command in self:
            answer = json.loads(command.answer) if command.answer else None
            command.outcome = answer.get("status", "") if isinstance(answer, dict) else ""

    @api.model
    def _queue(self, charger, action, payload, timeout_s):
        self._check_right(charger, action, payload)
        if timeout_s > LONGEST_TIMEOUT_S:
            raise UserError(
                self.env._(
                    "A command waits %(seconds)s s for its answer at most.",
                    seconds=LONGEST_TIMEOUT_S,
                )
            )
        secret = find_secret(action, payload)
        content = json.dumps(payload)
        shown = hide_secrets(content)
        # sudo: commands are not written by hand; the right to command was checked just above
        command = self.sudo().create(
            {
                "charger_id": charger.id,
                "action": action,
                "payload": shown,
                "secret_payload": content if shown != content else False,
                "secret_hash": secret and charger._expect_secret(secret),
                "expires_at": fields.Datetime.now() + timedelta(seconds=timeout_s),
                "request_key": self.env.context.get("iicharge_request_key"),
                "cashier": self.env.user._iicharge_get_cashier(),
            }
        )
        # PostgreSQL delivers it to the gateway when this transaction commits
        self.env.cr.execute("NOTIFY iicharge_command")
        return command.sudo(False)

    @api.model
    def _check_right(self, charger, action, payload):
        if name_request(action, payload) not in self._get_front_desk_requests():
            charger.check_access("write")
            return
        charger.check_access("read")
        if not self.env.su and not any(map(self.env.user.has_group, FRONT_DESK_GROUPS)):
            raise AccessError(
                self.env._(
                    "Only front desk and technicians may start, stop, unlock, reserve and restart."
                )
            )

    @api.model
    def _get_front_desk_requests(self):
        """Get the requests that front desk may send; others need the right to write the charger.

        A soft restart ends the sessions first; a hard one may lose them.
        """
        return {"start", "stop", "unlock", "reserve", "cancel_reservation", "restart"}

    def _set_outcome(self, answer, error_code, reason, at):
        """Set the result of the call. Only an open command changes.

        :param answer: JSON text, None where the charger did not answer
        :param error_code: of a CALLERROR, or why it was not sent
        :param reason: in words, where there is no plain answer
        """
        self.ensure_one()
        if self.state not in ("queued", "sent"):
            return
        state = "failed" if error_code else "answered" if answer else "timeout"
        self.write(
            {
                "state": state,
                "reason": reason,
                "answer": answer,
                "error_code": error_code,
                "answered_at": at,
                "sent_at": is_sent(reason) and self.sent_at,
                "secret_payload": False,
            }
        )
        if self.secret_hash and state != "timeout" and not self._is_agreed():
            self.charger_id._forget_secret(self.secret_hash)
        self._update_reservation()
        self.desired_state_ids._settle()

    @api.model
    def _find_overdue(self, skip=()):
        """Find the commands that timed out, without those to skip."""
        return self.search(
            [
                ("state", "in", ("queued", "sent")),
                ("expires_at", "<", fields.Datetime.now()),
                ("id", "not in", list(skip)),
            ],
            limit=EXPIRED_AT_ONCE,
        ).ids

    @api.model
    def _expire(self, ids=None):
        """Close the commands that timed out: the charger was offline or did not answer.

        :param ids: see _find_overdue
        :return: the commands
        """
        ids = self._find_overdue() if ids is None else ids
        # some may have been answered since they were found
        overdue = self.browse(ids).filtered(lambda command: command.state in ("queued", "sent"))
        overdue.write({"state": "timeout", "secret_payload": False})
        for command in overdue.filtered(lambda one: one.secret_hash and not one.sent_at):
            command.charger_id._forget_secret(command.secret_hash)
        overdue._update_reservation()
        if overdue:
            overdue.charger_id._notify_changed()
        return overdue

    def _update_reservation(self):
        for command in self.filtered("reservation_id"):
            command.reservation_id._process_answer(command)

    def _is_agreed(self):
        """Return whether the charger accepted; an answer without a status accepts."""
        self.ensure_one()
        return self.state == "answered" and (not self.outcome or self.outcome in AGREED)

    def _get_form_action(self):
        self.ensure_one()
        view = self.env.ref("iicharge_odoo.iicharge_command_view_dialog")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }
