# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from ...core import errors, identity
from ...core.metering import meter
from ...gateway import versions
from .iicharge_charger_admission import ADMISSIONS
from .ir_websocket import CHANNEL

# Connectors that a charger may report before a person looks at them, and that it may have at all.
OFFERED_CONNECTORS = 4
MAX_CONNECTORS = 64

SECRET_BYTES = 20


def make_secret():
    """Make a random password: 40 hexadecimal digits, as long as OCPP 1.6 allows. Some chargers
    take nothing but digits, which they send as bytes (OCPP-J 1.6 section 6.2.2)."""
    return secrets.token_hex(SECRET_BYTES)


class Charger(models.Model):
    """A charge point (OCPP 1.6) or charging station (OCPP 2.0.1) with its connectors."""

    _name = "iicharge.charger"
    _description = "Charger"
    _inherit = [
        "iicharge.company.wall",
        "iicharge.charger.admission",
        "iicharge.charger.metering",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "site_id, name"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    identity = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="The last part of the address that the charger connects to, "
        "ws://…/ocpp/IDENTITY. Upper and lower case are the same.",
    )
    identity_key = fields.Char(compute="_compute_identity_key", store=True, readonly=True)
    # No `check_company`: the charger's company is the site's, and a new charger has none before.
    site_id = fields.Many2one(
        "iicharge.site",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self._get_only_site(),
    )
    admission = fields.Selection(
        ADMISSIONS, required=True, default="accepted", tracking=True, copy=False
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    security_profile = fields.Selection(
        [("1", "Password"), ("0", "None: who knows its identity can pose as it")],
        required=True,
        default="1",
        tracking=True,
        help="How the charger proves who it is (OCPP security profile). With Password it is "
        "refused until one is set.",
    )
    secret_hash = fields.Char(
        copy=False,
        groups="base.group_system",
        help="Salted hash of the charger's password. The password itself is not kept.",
    )
    next_secret_hash = fields.Char(
        copy=False,
        groups="base.group_system",
        help="Salted hash of a password that was sent to the charger. It connects with either; "
        "with this one for the first time, the one before is dropped.",
    )
    has_secret = fields.Boolean(compute="_compute_has_secret", string="Password Set")
    current_type = fields.Selection(
        [("ac", "AC"), ("dc", "DC")], string="Current", required=True, default="ac"
    )
    area = fields.Char(
        tracking=True,
        help="Part of the site where it stands, such as Garage or Court: front desk sees the "
        "chargers of an area together.",
    )
    rated_power_w = fields.Integer(
        string="Rated Power (W)",
        default=22000,
        tracking=True,
        help="Highest power that one connector can give; 0: not known. A session with more energy "
        "than this power could deliver is held for review and not billed.",
    )
    vendor = fields.Char(readonly=True)
    model = fields.Char(readonly=True)
    serial_number = fields.Char(readonly=True)
    firmware_version = fields.Char(readonly=True)
    ocpp_version = fields.Selection(
        [("1.6", "1.6")],
        string="OCPP Version",
        help="Set it to pin the version, whatever the charger offers.",
    )
    assume_subprotocol = fields.Boolean(
        string="May Connect Without Subprotocol",
        help="For chargers that offer no OCPP version when they connect.",
    )
    heartbeat_interval_s = fields.Integer(string="Heartbeat Interval (s)", default=300)
    time_zone = fields.Selection(
        _tz_get,
        help="The zone of the charger's clock where its times carry none. "
        "Empty: the zone of the site.",
    )
    tariff_id = fields.Many2one(
        "iicharge.tariff", check_company=True, tracking=True, index="btree_not_null"
    )
    connector_ids = fields.One2many("iicharge.connector", "charger_id")
    connection_ids = fields.One2many("iicharge.connection", "charger_id")
    session_ids = fields.One2many("iicharge.session", "charger_id")
    online = fields.Boolean(compute="_compute_connection", search="_search_online")
    last_seen_at = fields.Datetime(compute="_compute_connection", string="Last Seen")
    status = fields.Char(
        readonly=True, help="Status of the charger itself (connector 0), as it reported it."
    )
    status_at = fields.Datetime(readonly=True)
    error_code = fields.Char(readonly=True)
    booted_at = fields.Datetime(readonly=True)
    session_count = fields.Integer(compute="_compute_counts")
    ocpp_message_count = fields.Integer(string="OCPP Message Count", compute="_compute_counts")
    command_count = fields.Integer(compute="_compute_counts")

    _identity_key_unique = models.Constraint(
        "unique (identity_key)", "Another charger already has this identity."
    )

    @api.depends("identity")
    def _compute_identity_key(self):
        for charger in self:
            try:
                charger.identity_key = identity.normalise_charger_id(charger.identity or "")
            except errors.InvalidIdentity:
                charger.identity_key = False  # refused by _check_identity, with the reason

    @api.constrains("identity")
    def _check_identity(self):
        for charger in self:
            try:
                identity.normalise_charger_id(charger.identity)
            except errors.IIChargeError as error:
                raise ValidationError(str(error)) from error

    @api.constrains("time_zone")
    def _check_time_zone(self):
        for charger in self.filtered("time_zone"):
            try:
                meter.get_zone(charger.time_zone)
            except errors.UnknownTimeZone as error:
                raise ValidationError(str(error)) from error

    @api.depends("secret_hash")
    def _compute_has_secret(self):
        for charger in self:
            # sudo: only reads whether a hash is set, never the hash
            charger.has_secret = bool(charger.sudo().secret_hash)

    @api.depends("connection_ids.online", "connection_ids.last_seen_at")
    def _compute_connection(self):
        for charger in self:
            # one at the most, and not sliced: a slice is read on its own
            connection = charger.connection_ids
            charger.online = connection.online
            charger.last_seen_at = connection.last_seen_at

    def _search_online(self, operator, value):
        if operator != "in":
            return NotImplemented
        online = self.env["iicharge.connection"]._search([("online", "=", True)])
        positive = fields.Domain("connection_ids", "in", online)
        if True in value and False in value:
            return fields.Domain.TRUE
        return positive if True in value else ~positive

    def _compute_counts(self):
        for model, name in (
            ("iicharge.session", "session_count"),
            ("iicharge.ocpp.message", "ocpp_message_count"),
            ("iicharge.command", "command_count"),
        ):
            counts = {}
            if self.env[model].has_access("read"):
                counts = dict(
                    self.env[model]._read_group(
                        [("charger_id", "in", self.ids)], ["charger_id"], ["__count"]
                    )
                )
            for charger in self:
                charger[name] = counts.get(charger, 0)

    @api.model
    def _get_only_site(self):
        """Get the site of a company that has one."""
        sites = self.env["iicharge.site"].search([("company_id", "=", self.env.company.id)])
        return sites if len(sites) == 1 else sites.browse()

    @api.model
    def _find_by_identity(self, identity_key):
        return self.search([("identity_key", "=", identity_key)], limit=1)

    def _is_beyond(self, number):
        """Whether a report would give it more connectors than any charger has."""
        numbers = self.connector_ids.mapped("number")
        return number not in numbers and len(numbers) >= MAX_CONNECTORS

    def _get_connector(self, number):
        """Get the connector with that OCPP number; the first status or start creates it. One
        with a number that few chargers have is kept, and offered once a technician says so."""
        self.ensure_one()
        connector = self.connector_ids.filtered(lambda c: c.number == number)
        if not connector:
            connector = self.env["iicharge.connector"].create(
                {
                    "charger_id": self.id,
                    "number": number,
                    "offered": number <= OFFERED_CONNECTORS,
                }
            )
        return connector[:1]

    def _get_time_zone(self):
        self.ensure_one()
        return self.time_zone or self.site_id.time_zone

    # --- password ---------------------------------------------------------------------
    def action_set_secret(self):
        """Set a new random password, and show it once."""
        self.ensure_one()
        self.check_access("write")
        secret = make_secret()
        self._set_secret(secret)
        self.message_post(body=self.env._("A new password was set for this charger."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Password"),
            "res_model": "iicharge.charger.secret",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charger_id": self.id, "iicharge_secret": secret},
        }

    def _set_secret(self, secret):
        self.ensure_one()
        # sudo: the hash is hidden from all but the system; callers check the right to write
        self.sudo().write({"secret_hash": identity.hash_secret(secret), "next_secret_hash": False})

    def action_change_secret(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Password"),
            "res_model": "iicharge.charger.secret.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charger_id": self.id},
        }

    def _expect_secret(self, secret):
        """Accept a password as well, which is sent to the charger now: whether it has arrived
        shows when it connects with it.

        :return: its hash
        :raise UserError: another one is under way
        """
        self.ensure_one()
        # sudo: as in _set_secret
        charger = self.sudo()
        if charger.next_secret_hash:
            before = charger.env["iicharge.command"].search(
                [("charger_id", "=", self.id), ("secret_hash", "=", charger.next_secret_hash)]
            )
            if before.filtered(lambda command: command.state in ("queued", "sent")):
                raise UserError(
                    self.env._("A new password is on its way to this charger. Try again later.")
                )
            if before and before[0]._is_agreed():
                charger.secret_hash = charger.next_secret_hash
        charger.next_secret_hash = identity.hash_secret(secret)
        return charger.next_secret_hash

    def _forget_secret(self, hashed):
        """Drop a password that the charger has not taken."""
        # sudo: as in _set_secret
        charger = self.sudo()
        if charger.next_secret_hash == hashed:
            charger.next_secret_hash = False

    # --- commands --------------------------------------------------------------------
    def send_command(self, action, payload=None, timeout_s=30):
        """Queue an OCPP call to this charger (external API).

        :param str action: name of the action in the charger's version, e.g. "Reset"
        :param dict payload: its payload as in the specification, camelCase
        :param int timeout_s: after this many seconds without an answer the command times out
        :return: the `iicharge.command` record, whose state and answer show the outcome
        """
        self.ensure_one()
        return self.env["iicharge.command"]._queue(self, action, payload or {}, timeout_s)

    def _notify_changed(self):
        """Notify the screens that show these chargers, on the channel of their company; each reads
        again what may show there, with its user's rights (`ir.websocket`).

        Extended to notify further screens."""
        for company, chargers in self.grouped("company_id").items():
            self.env["bus.bus"]._sendone(
                (company, CHANNEL),
                "iicharge/changed",
                {
                    "charger_ids": chargers.ids,
                    "site_ids": chargers.site_id.ids,
                    "company_id": company.id,
                },
            )

    def _request(self, name, **values):
        """Queue a request, translated to the charger's version of OCPP.

        :param str name: one of `gateway.version.REQUESTS`, which names its values too
        :return: the `iicharge.command` record
        """
        self.ensure_one()
        return self.send_command(*self._get_version().prepare[name](**values))

    def _get_version(self):
        return versions.find(self.ocpp_version, self.connection_ids[:1].subprotocol)

    def _request_or_explain(self, name, **values):
        """Queue a request as `_request` does, for a charger that is connected.

        :raise UserError: it is not
        """
        self._check_online()
        return self._request(name, **values)

    def _check_online(self):
        """:raise UserError: the charger is not connected"""
        if not self.online:
            raise UserError(
                self.env._(
                    "%(charger)s is not connected, so it cannot receive commands. Check its "
                    "power and network, then try again.",
                    charger=self.name,
                )
            )

    def _set_booted(self, at):
        """The charger has restarted at that time; rooms restore what it may have lost."""
        self.booted_at = at
        self._want_pending_settings()

    def action_reset_soft(self):
        return self._request_or_explain("restart")._get_form_action()

    def action_reset_hard(self):
        return self._request_or_explain("restart_at_once")._get_form_action()

    def action_get_configuration(self):
        return self._request_or_explain("get_settings")._get_form_action()

    def _get_related_action(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("charger_id", "=", self.id)],
            "context": {"default_charger_id": self.id},
        }

    def action_view_sessions(self):
        return self._get_related_action("iicharge.session", self.env._("Sessions"))

    def action_view_ocpp_messages(self):
        return self._get_related_action("iicharge.ocpp.message", self.env._("OCPP Messages"))

    def action_view_commands(self):
        return self._get_related_action("iicharge.command", self.env._("Commands"))
