# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import session as rules
from ...core.conversion import get_local_day
from ..charger.connector_states import get_session_states
from .decision import DECISION

STATES = get_session_states(("stopped", "Stopped"))

BILLING_STATES = [
    ("open", "Open"),
    ("review", "In Review"),
    ("rated", "To Be Paid"),
    ("posted", "On the Bill"),
    ("paid", "Paid"),
    ("free", "Free of Charge"),
    ("late", "Late"),
    ("disputed", "Disputed"),
    ("void", "Void"),
]


class Session(models.Model):
    """One charging of one car, from the charger's start to its stop (an OCPP transaction)."""

    _name = "iicharge.session"
    _description = "Charging Session"
    _inherit = [
        "rating.mixin",
        "iicharge.session.desk",
        "iicharge.session.metering",
        "iicharge.session.readings",
        "iicharge.session.reports",
        "iicharge.session.plausibility",
        "iicharge.session.cdr",
        "iicharge.session.limit",
        "iicharge.session.lost",
        "iicharge.session.anonymize",
    ]
    _order = "started_at desc, id desc"
    _check_company_auto = True
    # sessions are not written by hand, but all who see one may add a note
    _mail_post_access = "read"

    name = fields.Char(required=True, readonly=True, default="/", copy=False)
    charger_id = fields.Many2one(
        "iicharge.charger", required=True, readonly=True, index=True, ondelete="restrict"
    )
    connector_id = fields.Many2one("iicharge.connector", readonly=True, ondelete="restrict")
    site_id = fields.Many2one(related="charger_id.site_id", store=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    transaction_id = fields.Char(readonly=True, help="The transaction's id in OCPP.")
    token_id = fields.Many2one(
        "iicharge.token", string="Charging Card", readonly=True, index="btree_not_null"
    )
    id_tag = fields.Char(string="Card Read", readonly=True, help="As the charger sent it.")
    authorization = fields.Char(readonly=True, help="The authorization status sent to the charger.")
    partner_id = fields.Many2one("res.partner", string="Guest", readonly=True, index=True)
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        readonly=True,
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
    )
    room = fields.Char(readonly=True)
    guest_anonymized = fields.Boolean(
        readonly=True, help="Guest, room and charging card were removed after the company's period."
    )
    readings_removed = fields.Boolean(
        readonly=True,
        copy=False,
        help="Meter readings were deleted after the company's period; the price stays as it was.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="charging", index=True, tracking=True
    )
    billing = fields.Selection(
        BILLING_STATES, required=True, readonly=True, default="open", index=True, tracking=True
    )
    review_reason_ids = fields.Many2many(
        "iicharge.review.reason", string="Review Reasons", readonly=True, copy=False
    )
    review_text = fields.Text(compute="_compute_review_text", string="Why It Is In Review")
    started_at = fields.Datetime(required=True, readonly=True, index=True)
    stopped_at = fields.Datetime(readonly=True)
    duration_h = fields.Float(compute="_compute_duration_h", string="Duration")
    stop_reason = fields.Char(readonly=True)
    limit_stop_at = fields.Datetime(readonly=True, string="Stopped at the Credit Limit")
    meter_start_wh = fields.Float(string="Meter Start (Wh)", digits=(16, 3), readonly=True)
    meter_stop_wh = fields.Float(string="Meter Stop (Wh)", digits=(16, 3), readonly=True)
    has_meter_stop = fields.Boolean(readonly=True)
    later_register_wh = fields.Float(
        string="Meter After the Stop (Wh)",
        digits=(16, 3),
        readonly=True,
        help="What the charger reported after the stop; it is not billed.",
    )
    meter_flag_ids = fields.Many2many(
        "iicharge.review.reason",
        "iicharge_session_meter_flag_rel",
        string="Meter Flags",
        readonly=True,
        copy=False,
        help="What was odd about the meter and was billed all the same.",
    )
    meter_text = fields.Text(compute="_compute_meter_text", string="What Was Odd About the Meter")
    energy_wh = fields.Float(string="Energy (Wh)", digits=(16, 3), readonly=True)
    energy_kwh = fields.Float(
        compute="_compute_energy_kwh", store=True, string="Energy (kWh)", digits=(16, 2)
    )
    power_w = fields.Float(string="Power (W)", digits=(16, 1), readonly=True)
    soc_percent = fields.Float(string="State of Charge (%)", digits=(5, 1), readonly=True)
    last_value_at = fields.Datetime(readonly=True, string="Last Reading")
    tariff_id = fields.Many2one(
        "iicharge.tariff", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    tariff_snapshot = fields.Text(
        readonly=True,
        help="The tariff (OCPI) as it was at the start; later changes do not touch it.",
    )
    amount_untaxed = fields.Monetary(readonly=True, string="Without Tax")
    amount_total = fields.Monetary(readonly=True, string="Total")
    running_amount = fields.Monetary(
        compute="_compute_running_amount", string="Cost So Far", help="With tax."
    )
    charge_ids = fields.One2many(
        "iicharge.charge",
        "session_id",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_accountant",
    )
    desired_state_ids = fields.One2many(
        "iicharge.desired.state",
        "session_id",
        string="Repeated Commands",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_technician",
    )
    trouble_text = fields.Char(compute="_compute_trouble_text", string="Not Done by the Charger")
    meter_value_ids = fields.One2many("iicharge.meter.value", "session_id")
    ocpp_message_ids = fields.One2many(
        "iicharge.ocpp.message",
        "session_id",
        string="OCPP Messages",
        groups="iicharge_odoo.group_accountant,iicharge_odoo.group_technician",
    )
    ocpp_message_count = fields.Integer(
        string="OCPP Message Count", compute="_compute_ocpp_message_count"
    )
    tariff_version_id = fields.Many2one(
        "iicharge.tariff.version", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    # empty is "unknown": a charger may report any number of stops without their transaction
    _transaction_unique = models.UniqueIndex(
        "(charger_id, transaction_id) WHERE transaction_id != ''"
    )
    _running_index = models.Index("(connector_id) WHERE state != 'stopped'")
    _connector_index = models.Index("(connector_id, started_at)")
    _stopped_index = models.Index("(stopped_at)")
    _site_stopped_index = models.Index("(site_id, stopped_at)")
    _review_index = models.Index("(stopped_at, id) WHERE billing = 'review'")
    _to_anonymize_index = models.Index(
        "(company_id, stopped_at) WHERE guest_anonymized IS NOT TRUE"
    )
    _to_prune_index = models.Index("(company_id, stopped_at) WHERE readings_removed IS NOT TRUE")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("iicharge.session") or "/"
        return super().create(vals_list)

    @api.depends("energy_wh")
    def _compute_energy_kwh(self):
        for session in self:
            session.energy_kwh = session.energy_wh / 1000

    @api.depends("started_at", "stopped_at")
    def _compute_duration_h(self):
        now = fields.Datetime.now()
        for session in self:
            until = session.stopped_at or now
            session.duration_h = max((until - session.started_at).total_seconds(), 0) / 3600

    @api.depends("review_reason_ids")
    @api.depends_context("lang")
    def _compute_review_text(self):
        for session in self:
            session.review_text = "\n".join(session.review_reason_ids.mapped("name")) or False

    @api.depends("meter_flag_ids")
    @api.depends_context("lang")
    def _compute_meter_text(self):
        for session in self:
            session.meter_text = "\n".join(session.meter_flag_ids.mapped("name")) or False

    @api.depends("desired_state_ids.trouble_text")
    @api.depends_context("lang")
    def _compute_trouble_text(self):
        for session in self:
            # sudo: all who see the session may see what its charger does not do
            troubles = session.sudo().desired_state_ids.filtered("trouble_text")
            session.trouble_text = troubles[:1].trouble_text

    def _compute_ocpp_message_count(self):
        counts = {}
        if self.env["iicharge.ocpp.message"].has_access("read"):
            counts = dict(
                self.env["iicharge.ocpp.message"]._read_group(
                    [("session_id", "in", self.ids)], ["session_id"], ["__count"]
                )
            )
        for session in self:
            session.ocpp_message_count = counts.get(session, 0)

    # --- states ------------------------------------------------------------------------
    def _set_running_state(self, state, at):
        """Charging, or who pauses it, from `at` on."""
        self.ensure_one()
        rules.check_transition(rules.SessionState(self.state), rules.SessionState(state))
        if self.state != state:
            self.state = state
            self.env["iicharge.meter.value"].create(
                {"session_id": self.id, "at": max(at, self.started_at), "state": state}
            )

    def _set_stopped(self, at, reason):
        """Charging is over; what was measured stays as it is."""
        self.ensure_one()
        rules.check_transition(rules.SessionState(self.state), rules.SessionState.STOPPED)
        self.write(
            {
                "state": "stopped",
                "stopped_at": max(at, self.started_at),
                "stop_reason": reason or False,
                "power_w": 0,
            }
        )
        self.desired_state_ids._settle()

    def _set_billing(self, billing):
        for session in self:
            rules.check_transition(rules.BillingState(session.billing), rules.BillingState(billing))
            session.billing = billing

    def _get_local_day(self):
        """Get the day at the site on which charging ended."""
        self.ensure_one()
        return get_local_day(self.stopped_at or self.started_at, self.site_id.time_zone)

    # --- what people do ----------------------------------------------------------------
    def action_remote_stop(self):
        self.ensure_one()
        if self.state == "stopped":
            raise UserError(self.env._("This session has already stopped."))
        return self._send_stop()._get_form_action()

    def _send_stop(self):
        """Send a stop, and again until it has stopped. :return: the queued `iicharge.command`"""
        self.ensure_one()
        self.charger_id._check_online()
        who = self.env.user._iicharge_get_actor().name
        return self._want_end(self.env._("Stopped by %(who)s", who=who)).command_id.sudo(False)

    def _want_end(self, because):
        """Send a stop, and again until it has stopped. :return: the `iicharge.desired.state`"""
        self.ensure_one()
        return self.env["iicharge.desired.state"]._want(
            "ended", self.charger_id, because, session_id=self, connector_id=self.connector_id
        )

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _get_related_action(self, model, name, view_mode):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": [("session_id", "=", self.id)],
        }

    def action_view_meter_values(self):
        return self._get_related_action(
            "iicharge.meter.value", self.env._("Meter Curve"), "graph,list"
        )

    def action_view_ocpp_messages(self):
        return self._get_related_action(
            "iicharge.ocpp.message", self.env._("OCPP Messages"), "list,form"
        )

    def action_view_evidence(self):
        """Opens the page; its Print button makes the PDF."""
        self.ensure_one()
        report = self.env.ref("iicharge_odoo.action_report_evidence")
        return {**report.report_action(self, config=False), "report_type": "qweb-html"}

    def action_view_folio(self):
        self.ensure_one()
        return self.site_id._get_property()._get_folio_action(self.folio_id)

    # --- review -------------------------------------------------------------------------
    def action_review(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on %(session)s", session=self.name),
            "res_model": "iicharge.review",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def _decide_to_bill(self, energy_wh, reason):
        """Bill the energy that a person has decided on, by the tariff of the start.

        A session whose start was lost has none, and a tax of it may have been deleted; the
        connector's of today is taken then.
        """
        self.ensure_one()
        self._check_in_review()
        if energy_wh < 0:
            raise UserError(self.env._("The energy to bill cannot be below zero."))
        if self._get_tariff_doubts(self.tariff_snapshot):
            tariff = self.site_id.tariff_id
            if self.connector_id:
                found = self._find_tariff(self.connector_id, self.token_id, self.started_at)
                tariff = found or tariff
            if not tariff:
                raise UserError(
                    self.env._(
                        "No tariff applies to %(session)s. Set one on the site first.",
                        session=self.name,
                    )
                )
            self.write(self._prepare_tariff_values(tariff, self.site_id))
        before_wh = self.energy_wh
        self.energy_wh = energy_wh
        self.message_post(
            body=self.env._(
                "%(who)s bills %(energy)s kWh (the readings suggest %(before)s kWh): %(reason)s",
                who=self.env.user._iicharge_get_actor().name,
                energy=self._format_kwh(energy_wh),
                before=self._format_kwh(before_wh),
                reason=reason,
            ),
            subtype_xmlid=DECISION,
        )
        self._rate_and_charge("review")

    def _decide_to_write_off(self, reason):
        self.ensure_one()
        self._check_in_review()
        self.message_post(
            body=self.env._(
                "%(who)s does not bill this session: %(reason)s",
                who=self.env.user._iicharge_get_actor().name,
                reason=reason,
            ),
            subtype_xmlid=DECISION,
        )
        self._set_billing("void")

    def _check_in_review(self):
        if self.billing != "review":
            raise UserError(
                self.env._("%(session)s has been decided on already.", session=self.name)
            )
