# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...core import errors
from ...core.desk_state import Facts, get_desk_state
from .connector_states import LIVE_STATES, OCPP_STATUSES
from .iicharge_desired_state import AVAILABILITY

# Time for plugging in the car after a start by front desk.
REMOTE_START_WAIT = timedelta(minutes=10)


class Connector(models.Model):
    """One socket or cable of a charger."""

    _name = "iicharge.connector"
    _description = "Connector"
    _inherit = ["iicharge.company.wall", "iicharge.connector.power", "mail.thread"]
    _order = "charger_id, number"
    _rec_names_search = ("charger_id", "number", "label")

    charger_id = fields.Many2one("iicharge.charger", required=True, index=True, ondelete="cascade")
    number = fields.Integer(required=True, help="The connector's number in OCPP, from 1.")
    offered = fields.Boolean(
        string="Offered to Guests",
        default=True,
        tracking=True,
        help="Guests and front desk see it. Without it, it is kept for technicians: the charger "
        "has reported it, and nobody has confirmed that it exists.",
    )
    evse_id = fields.Many2one(
        "iicharge.evse",
        string="EVSE",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('charger_id', '=', charger_id)]",
        help="The part of the charger that it belongs to. With OCPP 1.6 each connector has one of "
        "its own.",
    )
    label = fields.Char(help="What is painted on it, if that differs from the number.")
    site_id = fields.Many2one(related="charger_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="charger_id.company_id", store=True, index=True)
    standard = fields.Selection(
        [
            ("type2", "Type 2 (socket)"),
            ("type2_cable", "Type 2 (cable)"),
            ("ccs2", "CCS 2"),
            ("chademo", "CHAdeMO"),
            ("type1", "Type 1"),
            ("ccs1", "CCS 1"),
            ("nacs", "NACS"),
            ("domestic", "Domestic socket"),
        ],
        string="Plug",
        default="type2",
    )
    status = fields.Selection(OCPP_STATUSES, required=True, default="unknown", readonly=True)
    status_at = fields.Datetime(readonly=True, string="Since")
    error_code = fields.Char(readonly=True)
    vendor_error_code = fields.Char(readonly=True)
    status_info = fields.Char(readonly=True)
    tariff_id = fields.Many2one(
        "iicharge.tariff", check_company=True, tracking=True, index="btree_not_null"
    )
    applied_tariff_id = fields.Many2one(
        "iicharge.tariff", compute="_compute_applied_tariff_id", string="Tariff That Applies"
    )
    session_ids = fields.One2many("iicharge.session", "connector_id")
    current_session_id = fields.Many2one(
        "iicharge.session",
        compute="_compute_current_session_id",
        search="_search_current_session_id",
    )
    online = fields.Boolean(related="charger_id.online")
    last_seen_at = fields.Datetime(related="charger_id.last_seen_at")
    live_state = fields.Selection(
        LIVE_STATES,
        compute="_compute_live_state",
        string="State",
        help="What front desk sees: the connector's own state, with the session, start or "
        "reservation there.",
    )
    area = fields.Char(related="charger_id.area")
    power_w = fields.Float(related="current_session_id.power_w", string="Power (W)")
    energy_wh = fields.Float(related="current_session_id.energy_wh", string="Energy (Wh)")
    currency_id = fields.Many2one(related="company_id.currency_id")
    running_amount = fields.Monetary(
        related="current_session_id.running_amount", string="Cost So Far"
    )
    guest_id = fields.Many2one(related="current_session_id.partner_id", string="Guest")
    room = fields.Char(related="current_session_id.room")
    desired_state_ids = fields.One2many(
        "iicharge.desired.state",
        "connector_id",
        string="Repeated Commands",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_technician",
    )
    trouble_text = fields.Char(compute="_compute_trouble_text", string="Not Done by the Charger")

    _number_unique = models.Constraint(
        "unique (charger_id, number)", "This charger already has a connector with this number."
    )
    _number_positive = models.Constraint(
        "check (number > 0)", "Connectors are numbered from 1; 0 is the charger itself."
    )

    @api.model_create_multi
    def create(self, vals_list):
        evses = self.env["iicharge.evse"]
        for vals in vals_list:
            charger_id = vals.get("charger_id") or self.env.context.get("default_charger_id")
            if charger_id and "number" in vals and not vals.get("evse_id"):
                vals["evse_id"] = evses._find_or_create(charger_id, vals["number"]).id
        return super().create(vals_list)

    def write(self, vals):
        if "evse_id" in vals or vals.keys().isdisjoint(("charger_id", "number")):
            return super().write(vals)
        own = self.filtered(lambda connector: connector.number == connector.evse_id.number)
        evses = own.evse_id
        super(Connector, self - own).write(vals)
        for connector in own:
            place = {"charger_id": connector.charger_id.id, "number": connector.number} | vals
            evse = evses._find_or_create(place["charger_id"], place["number"])
            super(Connector, connector).write({**vals, "evse_id": evse.id})
        evses._drop_empty()
        return True

    def unlink(self):
        evses = self.evse_id
        result = super().unlink()
        evses._drop_empty()
        return result

    @api.constrains("charger_id", "evse_id")
    def _check_evse(self):
        for connector in self:
            if connector.evse_id.charger_id != connector.charger_id:
                raise ValidationError(
                    self.env._(
                        "%(connector)s needs an EVSE of its own charger.",
                        connector=connector.display_name,
                    )
                )

    @api.depends("charger_id.name", "number", "label")
    def _compute_display_name(self):
        for connector in self:
            label = connector.label or connector.number
            connector.display_name = f"{connector.charger_id.name} · {label}"

    @api.depends("tariff_id", "charger_id.tariff_id", "site_id.tariff_id")
    def _compute_applied_tariff_id(self):
        for connector in self:
            connector.applied_tariff_id = (
                connector.tariff_id or connector.charger_id.tariff_id or connector.site_id.tariff_id
            )

    @api.depends("session_ids.state")
    def _compute_current_session_id(self):
        sessions = self.env["iicharge.session"].search(
            [("connector_id", "in", self.ids), ("state", "!=", "stopped")], order="id"
        )
        current = {session.connector_id.id: session for session in sessions}
        for connector in self:
            connector.current_session_id = current.get(connector.id, False)

    def _search_current_session_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        running = fields.Domain("state", "!=", "stopped")
        found = fields.Domain("session_ids", "any", running & fields.Domain("id", operator, value))
        if operator == "in" and False in value:
            found |= ~fields.Domain("session_ids", "any", running)
        return found

    @api.depends("status", "charger_id.online", "session_ids.state")
    def _compute_live_state(self):
        for connector in self:
            facts = Facts(connector.status or "unknown", **connector._prepare_state_facts())
            connector.live_state = get_desk_state(facts)

    def _prepare_state_facts(self):
        """Prepare what decides the state besides the status; rooms add what they know."""
        return {"online": self.charger_id.online}

    @api.depends("desired_state_ids.trouble_text")
    @api.depends_context("lang")
    def _compute_trouble_text(self):
        # sudo: all who see the connector may see what its charger does not do
        states = self.env["iicharge.desired.state"].sudo()
        open_states = states.search(
            [
                ("connector_id", "in", self.ids),
                ("state", "=", "open"),
                ("notified_at", "!=", False),
            ]
        )
        texts = {state.connector_id.id: state.trouble_text for state in open_states}
        for connector in self:
            connector.trouble_text = texts.get(connector.id, False)

    def _matches(self, charger, number):
        """Return whether it is the charger's connector of that number (None: any of them)."""
        self.ensure_one()
        return self.charger_id == charger and number in (None, self.number)

    def _get_busy_sessions(self):
        """Get the open sessions of its charger, at any connector."""
        return self.charger_id.connector_ids.current_session_id

    # --- actions of front desk ----------------------------------------------------------
    def action_start_wizard(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start Charging"),
            "res_model": "iicharge.start",
            "view_mode": "form",
            "target": "new",
            "context": {"default_connector_id": self.id},
        }

    def _start_for_stay(self, folio, guest=None, estimate=None, override=False, **limits):
        """Send a start for a stay.

        A new token of the stay, valid for one start within ten minutes, is sent to the charger;
        the StartTransaction with it finds the stay as with any other token.

        :param guest: the guest of the stay who charges; default: who booked
        :param estimate: `iicharge_quote.Estimate` of the charging; default: a typical one
        :param bool anyway: override the refusals that front desk may override
        :param limits: `limit_wh` and `limit_amount` at which charging stops
        :raise core.errors.Refusal: the stay takes no charges
        :return: the queued `iicharge.command`
        """
        self.ensure_one()
        waived = self._check_start_or_waive(folio, estimate, override)
        valid_until = fields.Datetime.now() + REMOTE_START_WAIT
        token = self._get_reserved_token(folio, valid_until, waived) or self._create_stay_token(
            folio, guest, valid_until, waived
        )
        # a card keeps its own limits
        token.filtered(lambda token: token.kind == "remote").write(limits)
        if waived:
            self._log_override(
                folio,
                self.env._(
                    "%(who)s started charging at %(connector)s anyway. %(reason)s",
                    who=self.env.user._iicharge_get_actor().name,
                    connector=self.display_name,
                    reason=self.env["iicharge.refusal"]._get_staff_text(waived.code),
                ),
            )
        return self._send_start(token)

    def _check_start_or_waive(self, folio, estimate, override):
        """Check the start; with `anyway`, override what front desk may override.

        :return: the overridden refusal, or None
        :raise core.errors.Refusal: any other"""
        try:
            self.site_id._get_property()._check_start(folio, self, estimate)
        except errors.Refusal as refusal:
            if not (override and refusal.waivable):
                raise
            return refusal
        return None

    def _create_stay_token(self, folio, guest, valid_until, waived):
        """Create a token of the stay for one start at this connector."""
        return self._create_remote_token(
            valid_until,
            folio_id=folio.id,
            partner_id=(guest or folio.partner_id).id,
            limit_waived=isinstance(waived, errors.CreditLimit),
        )

    def _start_for_visitor(self, partner_id=False, **limits):
        """Send a start for a visitor, who pays at front desk afterwards.

        :param limits: as for a stay
        :return: the queued `iicharge.command`
        """
        self.ensure_one()
        valid_until = fields.Datetime.now() + REMOTE_START_WAIT
        token = self._create_remote_token(
            valid_until, group="visitor", partner_id=partner_id, **limits
        )
        return self._send_start(token)

    def _send_start(self, token):
        command = self.charger_id._request_or_explain(
            "start", connector=self.number, id_tag=token.uid
        )
        # sudo: commands are not written by hand; this one was made just above, for it
        command.sudo().write({"connector_id": self.id, "token_id": token.id})
        return command

    def _create_remote_token(self, valid_until, **values):
        # sudo: front desk may start a charging, not make tokens; callers have checked who pays
        tokens = self.env["iicharge.token"].sudo()
        return tokens.create(
            {
                "uid": secrets.token_hex(10),
                "kind": "remote",
                "company_id": self.company_id.id,
                "connector_id": self.id,
                "valid_until": valid_until,
                "single_use": True,
                **values,
            }
        )

    def _log_override(self, folio, text):
        # sudo: front desk may override this, but not write on orders; its name is in the note
        folio.sudo().message_post(
            author_id=self.env.user._iicharge_get_actor().partner.id, body=text
        )

    def action_stop(self):
        self.ensure_one()
        self.check_access("read")
        session = self.current_session_id
        if not session:
            raise UserError(self.env._("No session is running on this connector."))
        return session.action_remote_stop()

    def action_unlock(self):
        self.ensure_one()
        command = self.charger_id._request_or_explain("unlock", connector=self.number)
        return command._get_form_action()

    def _set_availability(self, operative):
        self.ensure_one()
        self.charger_id._check_online()
        wish = self.env["iicharge.desired.state"]._want(
            "in_service" if operative else "out_of_service",
            self.charger_id,
            self.env._("Requested by %(who)s", who=self.env.user._iicharge_get_actor().name),
            connector_id=self,
        )
        return wish.command_id.sudo(False)._get_form_action()

    def action_out_of_service(self):
        return self._set_availability(False)

    def action_into_service(self):
        return self._set_availability(True)

    def action_view_session(self):
        self.ensure_one()
        self.check_access("read")
        return self.current_session_id._get_form_action()

    # --- updates by the processor -------------------------------------------------------
    def _set_status(self, status, at, error_code, vendor_error_code=None, info=None):
        """Set the reported status, unless a later one is known."""
        self.ensure_one()
        if self.status_at and at < self.status_at:
            return
        values = {
            "status": status,
            "error_code": error_code if error_code != "NoError" else False,
            "vendor_error_code": vendor_error_code or False,
            "status_info": info or False,
        }
        is_new = self.status != status
        changed = (self.status, self.error_code) != (status, values["error_code"])
        if self.status != status:
            values["status_at"] = at
        self.write(values)
        if is_new:
            self._keep_availability()
        # some chargers report a fault again every few seconds
        if status == "faulted" and changed:
            self.charger_id.message_post(
                body=self.env._(
                    "Connector %(number)s reports a fault: %(code)s %(info)s",
                    number=self.number,
                    code=error_code,
                    info=" ".join(filter(None, [vendor_error_code, info])),
                )
            )

    def _keep_availability(self):
        """Compare the new status with what was wanted last: a connector that comes back into
        service unasked, as after a restart, is taken out again."""
        wishes = self.env["iicharge.desired.state"].search(
            [("connector_id", "=", self.id), ("kind", "in", AVAILABILITY)], limit=1
        )
        wishes._settle()
        if wishes.state == "met" and wishes.kind == "out_of_service" and not wishes._is_met():
            wishes._open_again()
