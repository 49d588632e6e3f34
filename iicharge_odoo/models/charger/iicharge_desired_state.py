# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .iicharge_charger_metering import SETTINGS, split
from .iicharge_command import FRONT_DESK_GROUPS

# Seconds after each try for the charger to report what is wanted; the last one goes on.
PAUSES_S = (30, 60, 60, 120, 300, 600)
# After so many tries a person is notified.
TRIES_BEFORE_NOTICE = 3
# A charger that is away gets its next try so soon after it is back, and a person is notified
# after so long.
AWAY_POLL = timedelta(seconds=5)
LONGEST_AWAY = timedelta(minutes=10)
TRIED_AT_ONCE = 20
AVAILABILITY = ("in_service", "out_of_service")


class DesiredState(models.Model):
    """What must become true of a charger; requested again until its own report says so.

    A command is one call: it may be refused, lost, or accepted and not carried out. A kind of
    state says when it is met (`_is_met`), whether it is still wanted (`_is_wanted`) and what
    is requested (`_get_request`). A room adds a kind by extending these; so may charging
    profiles.
    """

    _name = "iicharge.desired.state"
    _description = "Repeated Command"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "because"

    charger_id = fields.Many2one(
        "iicharge.charger", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="charger_id.company_id", store=True, index=True)
    connector_id = fields.Many2one("iicharge.connector", readonly=True, ondelete="cascade")
    session_id = fields.Many2one(
        "iicharge.session", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    reservation_id = fields.Many2one(
        "iicharge.reservation", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("in_service", "In Service"),
            ("out_of_service", "Out of Service"),
            ("measurands", "Measurands While Charging"),
            ("stop_measurands", "Measurands at the Stop"),
        ],
        string="Goal",
        required=True,
        readonly=True,
    )
    because = fields.Char(string="Reason", required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("open", "Open"), ("met", "Reached"), ("dropped", "Withdrawn")],
        required=True,
        readonly=True,
        default="open",
    )
    attempts = fields.Integer(string="Attempts", readonly=True)
    next_try_at = fields.Datetime(
        string="Next Attempt At", readonly=True, default=fields.Datetime.now
    )
    command_id = fields.Many2one(
        "iicharge.command",
        string="Last Command",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    last_answer = fields.Char(related="command_id.result_text")
    notified_at = fields.Datetime(readonly=True, help="When a person was notified.")
    trouble_text = fields.Char(
        compute="_compute_trouble_text", help="For people, once the charger has not done it."
    )

    _due_index = models.Index("(next_try_at) WHERE state = 'open'")
    _connector_index = models.Index("(connector_id) WHERE connector_id IS NOT NULL")

    @api.depends("state", "notified_at", "attempts", "kind", "because")
    @api.depends_context("lang")
    def _compute_trouble_text(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for wish in self:
            wish.trouble_text = (
                wish.state == "open"
                and wish.notified_at
                and self.env._(
                    "%(charger)s does not do what it must (%(what)s). Requests so far: %(tries)s. "
                    "%(reason)s",
                    charger=wish.charger_id.name,
                    what=kinds[wish.kind],
                    tries=wish.attempts,
                    reason=wish.because,
                )
            )

    # --- kinds ---------------------------------------------------------------------------
    def _is_met(self):
        """Return whether the charger has reported what is wanted."""
        self.ensure_one()
        if self._is_setting():
            return self._is_setting_taken()
        status = self.connector_id.status
        if self.kind == "out_of_service":
            return status == "unavailable"
        return status not in ("unavailable", "unknown")

    def _is_wanted(self):
        """Return whether it still makes sense to request it."""
        self.ensure_one()
        return self.kind not in SETTINGS or bool(self.charger_id[self.kind])

    def _get_request(self):
        """Return the name and the values of the request (see `iicharge.charger._request`)."""
        self.ensure_one()
        if self.kind in SETTINGS:
            measurands = ",".join(split(self.charger_id[self.kind]))
            return SETTINGS[self.kind], {"measurands": measurands}
        operative = self.kind == "in_service"
        return "set_availability", {"connector": self.connector_id.number, "operative": operative}

    def _is_postponed(self):
        """Return whether the charger has accepted to do it later (OCPP: Scheduled)."""
        self.ensure_one()
        is_busy = bool(self.connector_id.current_session_id)
        return is_busy and self.command_id.outcome == "Scheduled"

    def _is_setting(self):
        """Return whether it is a setting of the charger, which front desk does not set up."""
        self.ensure_one()
        return self.kind in SETTINGS

    def _is_setting_taken(self):
        """Return whether the charger has accepted a setting as it is now, or shows that it has it
        when it is asked for all."""
        version = self.charger_id._get_version()
        name, values = self._get_request()
        action, wanted = version.prepare[name](**values)
        command = self.command_id
        if command.action == action and json.loads(command.payload) == wanted:
            if command._is_agreed():
                return True
        shown = self.env["iicharge.command"].search(
            [
                ("charger_id", "=", self.charger_id.id),
                ("action", "=", version.prepare["get_settings"]()[0]),
                ("state", "=", "answered"),
                ("answered_at", ">=", self.since),
            ],
            order="id desc",
            limit=1,
        )
        return bool(shown) and version.shows_setting(wanted, json.loads(shown.answer))

    # --- from wish to report -------------------------------------------------------------
    @api.model
    def _want(self, kind, charger, because, **subject):
        """Request a state now, and again until it is met.

        :param subject: the connector, session or reservation that it is about, by field
        :return: the state; its `command_id` is the first request
        """
        wish = self._find_or_create(kind, charger, because, **subject)
        wish._request(charger)
        return wish

    @api.model
    def _want_when_online(self, kind, charger, because, **subject):
        """Request a state as soon as the charger is there, and again until it is met.

        :param subject: as of `_want`
        """
        wish = self._find_or_create(kind, charger, because, **subject)
        now = fields.Datetime.now()
        wish.write({"because": because, "since": now, "attempts": 0, "next_try_at": now})
        return wish

    @api.model
    def _find_or_create(self, kind, charger, because, **subject):
        # sudo: not written by hand; the right to command is checked with the request, or was
        # with the setting that asks for it
        states = self.sudo()
        domain = [("charger_id", "=", charger.id), ("state", "=", "open")]
        known = states.search([*domain, *((name, "=", of.id) for name, of in subject.items())])
        wish = known.filtered(lambda state: state.kind == kind)[:1]
        (known - wish).filtered(lambda state: state._contradicts(kind))._set_state("dropped")
        if not wish:
            values = {name: of.id for name, of in subject.items()}
            wish = states.create(
                {"charger_id": charger.id, "kind": kind, "because": because, **values}
            )
        return wish

    def _contradicts(self, kind):
        """Return whether a wish of that kind replaces this one of the same subject."""
        self.ensure_one()
        return kind in AVAILABILITY and self.kind in AVAILABILITY

    def _request(self, charger):
        """Send the request. :param charger: with the rights that it is sent with"""
        self.ensure_one()
        name, values = self._get_request()
        self._set_command(charger._request(name, **values))

    def _set_command(self, command):
        pause = PAUSES_S[min(self.attempts, len(PAUSES_S) - 1)]
        self.write(
            {
                "command_id": command.id,
                "attempts": self.attempts + 1,
                "next_try_at": fields.Datetime.now() + timedelta(seconds=pause),
            }
        )

    @api.model
    def _find_due(self, skip=()):
        """Find the states to look at now, without those to skip."""
        domain = [
            ("state", "=", "open"),
            ("next_try_at", "<=", fields.Datetime.now()),
            ("id", "not in", list(skip)),
        ]
        return self.search(domain, order="next_try_at, id", limit=TRIED_AT_ONCE).ids

    @api.model
    def _reconcile(self, ids=None):
        """Request again what the charger has not reported yet. The caller commits.

        :param ids: see _find_due
        """
        ids = self._find_due() if ids is None else ids
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id FROM iicharge_desired_state
                    WHERE state = 'open' AND id = ANY(%s::int[]) FOR UPDATE SKIP LOCKED""",
                list(ids),
            )
        )
        for wish in self.browse(row[0] for row in self.env.cr.fetchall()):
            wish._try()

    def _try(self):
        now = fields.Datetime.now()
        if self._settle():
            return
        if self.attempts >= TRIES_BEFORE_NOTICE or now - self.since >= LONGEST_AWAY:
            self._notify()
        if not self.charger_id.online:
            self.next_try_at = now + AWAY_POLL
        elif self._is_postponed() or self.command_id.state in ("queued", "sent"):
            self.next_try_at = now + timedelta(seconds=PAUSES_S[0])
        else:
            self._request(self.charger_id)

    def _settle(self):
        """Close the states that are met or no longer wanted. :return: whether all are"""
        for wish in self.filtered(lambda wish: wish.state == "open"):
            if wish._is_met():
                wish._set_state("met")
            elif not wish._is_wanted():
                wish._set_state("dropped")
        return all(wish.state != "open" for wish in self)

    def _set_state(self, state):
        notified = self.filtered("notified_at")
        self.write({"state": state})
        notified.activity_unlink(["mail.mail_activity_data_todo"])
        notified.write({"notified_at": False})
        notified.charger_id._notify_changed()

    def _open_again(self):
        """Request a state that was met and is no longer so."""
        self.write({"state": "open", "attempts": 0, "since": fields.Datetime.now()})
        self.next_try_at = fields.Datetime.now() + AWAY_POLL

    # --- people --------------------------------------------------------------------------
    def _notify(self):
        """Notify a person of each role who can do something, once."""
        if self.notified_at:
            return
        self.notified_at = fields.Datetime.now()
        groups = ("technician",) if self._is_setting() else ("technician", "front_desk")
        for group in groups:
            users = self.env.ref(f"iicharge_odoo.group_{group}").all_user_ids.filtered(
                lambda user: user.active and not user.share and self.company_id in user.company_ids
            )
            person = users.filtered(lambda user: user.id != self.env.ref("base.user_root").id)[:1]
            if person:
                self.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.trouble_text,
                    user_id=person.id,
                )
        self.charger_id.message_post(body=self.trouble_text)
        self.charger_id._notify_changed()

    def action_drop(self):
        """Stop requesting it."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not any(map(self.env.user.has_group, FRONT_DESK_GROUPS)):
            raise AccessError(self.env._("Only front desk and technicians may do this."))
        # sudo: not written by hand; the right was checked just above, and who is on the charger
        wish = self.sudo()
        wish.charger_id.message_post(
            body=self.env._(
                "%(who)s stops repeating: %(reason)s",
                who=self.env.user._iicharge_get_actor().name,
                reason=wish.because,
            )
        )
        wish._set_state("dropped")
        return True
