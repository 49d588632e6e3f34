# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import Command, api, models
from odoo.tools import format_datetime, formatLang

from ...core.conversion import to_aware, to_decimal, to_naive
from ...core.metering import meter
from ...core.metering.plausibility import LEAST_ENERGY_WH
from .decision import DECISION
from .iicharge_session_plausibility import IMPLAUSIBLE

# What the meter and the times say is found out again when a late stop or start comes.
SETTLED_REASONS = (*meter.HOLD_REASONS, *IMPLAUSIBLE)

# How much more a meter must show after the stop to be noted again.
STEP_WH = 1000


class SessionMetering(models.AbstractModel):
    """From the charger's reports to an energy that may be billed, or to a review."""

    _name = "iicharge.session.metering"
    _description = "Metering of a Session"

    # --- what the charger reports --------------------------------------------------------
    @api.model
    def _find_transaction(self, charger, transaction_id):
        if not transaction_id:
            return self.browse()
        for session in charger.connector_ids.current_session_id:
            # the usual one, which is read for many chargers at once
            if session.charger_id == charger and session.transaction_id == transaction_id:
                return session
        return self.search(
            [("charger_id", "=", charger.id), ("transaction_id", "=", transaction_id)], limit=1
        )

    @api.model
    def _prefetch_running(self, chargers, paths):
        """Read fields of the running sessions of these chargers for all of them at once."""
        chargers.connector_ids.current_session_id.mapped("transaction_id")
        running = self.search([("charger_id", "in", chargers.ids), ("state", "!=", "stopped")])
        for path in paths:
            running.mapped(path)

    @api.model
    def _get_reading_paths(self):
        """Get the fields that each report of readings reads."""
        return ["connector_id.rated_power_w", "charger_id.rated_power_w", "review_reason_ids"]

    @api.model
    def _get_stop_paths(self):
        """Get the fields that each stop reads. Extend: `[*super()._get_stop_paths(), ...]`."""
        return [
            "connector_id.rated_power_w",
            "desired_state_ids",
            "folio_id.partner_id.lang",
            "meter_value_ids",
            "review_reason_ids",
        ]

    @api.model
    def _find_stopped(self, charger, stopped_at, register_wh):
        """Find the session that this very stop, sent before without a transaction id, has ended."""
        return self.search(
            [
                ("charger_id", "=", charger.id),
                ("stopped_at", "=", stopped_at),
                ("meter_stop_wh", "=", register_wh or 0),
                ("has_meter_stop", "=", register_wh is not None),
            ],
            limit=1,
        )

    @api.model
    def _find_running(self, charger, id_tag, stopped_at, by_token=False):
        """The open session that a stop without a known transaction id means: the only one, or
        the one of that tag. An empty record where that is not clear.

        :param bool by_token: the tag must be the same also where there is only one
        """
        running = self.search(
            [
                ("charger_id", "=", charger.id),
                ("state", "!=", "stopped"),
                ("started_at", "<=", stopped_at),
            ]
        )
        if len(running) > 1 or by_token:
            token = self.env["iicharge.token"]._find(charger.company_id, id_tag)
            running = running.filtered(lambda session: token and session.token_id == token)
        return running if len(running) == 1 else self.browse()

    @api.model
    def _start(self, connector, reasons, **start):
        """Start a session on a connector that is free (see _close_without_stop).

        :param start: see _prepare_start_values
        """
        values = self._prepare_start_values(connector, **start)
        session = self.create({**values, "charger_id": connector.charger_id.id})
        session._set_started()
        session._add_reasons(session._get_start_reasons(reasons, start["meter_start_wh"]))
        return session

    def _complete_start(self, connector, reasons, **start):
        """The start of an orphan came after all: it is charged as any other session, unless
        a person has decided on it already."""
        self.ensure_one()
        if self.billing != "review":
            return
        self.write(self._prepare_start_values(connector, **start))
        self._set_started()
        self._remove_reason("start_missing")
        self._add_reasons(self._get_start_reasons(reasons, start["meter_start_wh"]))
        self._decide_energy()
        self._rate_or_hold()

    @api.model
    def _get_start_reasons(self, reasons, meter_start_wh):
        missing = meter_start_wh is None or meter_start_wh < 0
        return [*reasons, *(["meter_start_missing"] if missing else [])]

    def _set_started(self):
        """Extend: the charger has reported the start."""

    @api.model
    def _prepare_start_values(
        self,
        connector,
        transaction_id,
        token,
        id_tag,
        authorization,
        started_at,
        meter_start_wh,
        start_received_at=None,
    ):
        """Prepare the values of a session that a charger began.

        :param token: `iicharge.token` that the gateway decided on, maybe empty; the tag is not
            looked up again, as it may have been given to somebody else since
        :param str id_tag: as the charger sent it
        :param str authorization: status that the charger was answered
        """
        charger = connector.charger_id
        tariff = self._find_tariff(connector, token, started_at)
        return {
            "connector_id": connector.id,
            "company_id": charger.company_id.id,
            "transaction_id": transaction_id,
            "token_id": token.id,
            "id_tag": id_tag,
            "authorization": authorization,
            "started_at": started_at,
            "start_received_at": start_received_at,
            "start_last_contact_at": self._get_last_contact_at(
                charger, started_at, start_received_at
            ),
            "meter_start_wh": max(meter_start_wh or Decimal(0), Decimal(0)),
            **self._prepare_payer_values(charger.site_id, token, started_at),
            **self._prepare_tariff_values(tariff, charger.site_id),
        }

    @api.model
    def _find_tariff(self, connector, token, started_at):
        """Find the tariff of what this token starts here; maybe empty."""
        return connector._find_tariff(token.group or "guest", started_at)[0]

    @api.model
    def _prepare_payer_values(self, site, token, started_at):
        """Prepare the values that say who charges and who pays, decided when charging starts."""
        return {"partner_id": token.partner_id.id}

    @api.model
    def _prepare_tariff_values(self, tariff, site):
        return {
            "tariff_id": tariff.id,
            "tariff_version_id": tariff._create_version_if_changed().id if tariff else False,
            "tariff_snapshot": tariff._get_snapshot(site) if tariff else False,
        }

    @api.model
    def _create_without_start(self, charger, transaction_id, id_tag, stopped_at, register_wh):
        """Keep a stop whose start was lost for review (docs/chargers.md rows 17 and 18)."""
        missing = self.env["iicharge.review.reason"]._get(["start_missing"])
        token = self.env["iicharge.token"]._find(charger.company_id, id_tag)
        return self.create(
            {
                "charger_id": charger.id,
                "company_id": charger.company_id.id,
                "transaction_id": transaction_id or False,
                "token_id": token.id,
                "id_tag": id_tag,
                "state": "stopped",
                "billing": "review",
                "review_reason_ids": [Command.link(missing.id)],
                "started_at": stopped_at,
                "stopped_at": stopped_at,
                "meter_stop_wh": register_wh or 0,
                "has_meter_stop": register_wh is not None,
                **self._prepare_payer_values(charger.site_id, token, stopped_at),
            }
        )

    def _stop(self, stopped_at, register_wh, reason, hold_reasons=(), received_at=None):
        """Stop the session as the charger reports. A repeat changes nothing; the true stop
        of a session that was closed without one replaces what was assumed, unless a person
        has decided on it already."""
        self.ensure_one()
        if self.state == "stopped":
            if not self._has_reason("stop_missing"):
                self._note_second_stop(stopped_at, register_wh)
                return
            if self.billing != "review":
                self._log_late_stop(stopped_at, register_wh)
                return
            self._remove_reason("stop_missing")
            self.write(
                {
                    "stopped_at": max(stopped_at, self.started_at),
                    "stop_reason": reason,
                    "meter_flag_ids": [Command.clear()],
                }
            )
        else:
            self._set_stopped(stopped_at, reason)
        self._add_reasons(hold_reasons)
        self.write(
            {
                "meter_stop_wh": register_wh or 0,
                "has_meter_stop": register_wh is not None,
                "stop_received_at": received_at,
                "stop_last_contact_at": self._get_last_contact_at(
                    self.charger_id, self.stopped_at, received_at
                ),
            }
        )
        self._decide_energy()
        self._rate_later()

    def _note_second_stop(self, stopped_at, register_wh):
        """Note a second stop that says something else (docs/chargers.md row 47); the first one
        is billed. Its register is noted once."""
        self.ensure_one()
        if register_wh is not None and not self._is_stop(stopped_at, register_wh):
            self._note_later_register(register_wh)

    def _is_stop(self, stopped_at, register_wh):
        """Say whether this very stop was reported before."""
        return (
            self.stopped_at == max(stopped_at, self.started_at)
            and self.has_meter_stop == (register_wh is not None)
            and to_decimal(self.meter_stop_wh) == (register_wh or 0)
        )

    def _note_later_register(self, register_wh):
        """Note what the meter shows after the stop, for nothing of it is billed.

        Once for each kilowatt-hour, so that a charger that goes on does not fill the page.
        """
        noted_wh = max(to_decimal(self.meter_stop_wh), to_decimal(self.later_register_wh))
        if register_wh - noted_wh < (STEP_WH if self.later_register_wh else LEAST_ENERGY_WH):
            return
        self.later_register_wh = register_wh
        self.message_post(
            body=self.env._(
                "The charger reports %(energy)s kWh more after the stop (meter %(register)s kWh). "
                "They are not billed.",
                energy=self._format_kwh(register_wh - to_decimal(self.meter_stop_wh)),
                register=self._format_kwh(register_wh),
            ),
            subtype_xmlid=DECISION,
        )

    @api.model
    def _format_kwh(self, energy_wh):
        return formatLang(self.env, float(energy_wh) / 1000, digits=3)

    def _log_late_stop(self, stopped_at, register_wh):
        """Log a stop that came after the decision; nothing is billed again."""
        self._remove_reason("stop_missing")
        register = self.env._("unknown")
        if register_wh is not None:
            register = f"{self._format_kwh(register_wh)} kWh"
        self.message_post(
            body=self.env._(
                "The charger reports the stop only now, after the decision: at %(at)s, meter "
                "%(register)s (at the start %(start)s kWh). %(energy)s kWh were decided on.",
                at=format_datetime(
                    self.env, max(stopped_at, self.started_at), tz=self.site_id.time_zone
                ),
                register=register,
                start=self._format_kwh(self.meter_start_wh),
                energy=self._format_kwh(self.energy_wh),
            ),
            subtype_xmlid=DECISION,
        )

    def _close_without_stop(self, ended_by, reasons=("stop_missing",)):
        """End sessions at their last reading, because their stop never came.

        The next start on the connector shows it (docs/chargers.md row 19), or a restart.

        :param ended_by: when it has ended at the latest, naive
        :param reasons: why they are held for review; a stop that comes later decides then
        """
        for session in self:
            last = meter.last_reading(session._get_metering(ended_by, None))
            stopped_at, register_wh = last or (to_aware(ended_by), None)
            session._set_stopped(to_naive(stopped_at), False)
            session.write(
                {"meter_stop_wh": register_wh or 0, "has_meter_stop": register_wh is not None}
            )
            session._add_reasons(reasons)
            session._decide_energy()
            session._rate_or_hold()

    def _has_reason(self, code):
        return code in self.review_reason_ids.mapped("code")

    def _add_reasons(self, codes):
        """Hold it for review, for reasons that the rules give as codes."""
        if codes:
            self.review_reason_ids |= self.env["iicharge.review.reason"]._get(codes)

    def _remove_reason(self, code):
        self._remove_reasons([code])

    def _remove_reasons(self, codes):
        self.review_reason_ids -= self.env["iicharge.review.reason"]._get(codes)

    # --- a rated power that was corrected ------------------------------------------------
    @api.model
    def _judge_again(self, connectors):
        """Judge what the meter says of sessions in review again, by the power that their connector
        has now; those that nothing else holds are billed."""
        held = self.search(
            [
                ("connector_id", "in", connectors.ids),
                ("billing", "=", "review"),
                ("state", "=", "stopped"),
                ("review_reason_ids.code", "in", meter.HOLD_REASONS),
            ]
        )
        for session in held:
            before = session.review_reason_ids
            session._decide_energy()
            if session.review_reason_ids == before:
                continue
            session.message_post(
                body=self.env._(
                    "Checked again: %(who)s corrected the rated power to %(power)s kW.",
                    who=self.env.user._iicharge_get_actor().name,
                    power=formatLang(self.env, float(session._get_rated_power()) / 1000, digits=1),
                ),
                subtype_xmlid=DECISION,
            )
            session._rate_or_hold()

    # --- what was measured ---------------------------------------------------------------
    def _decide_energy(self):
        """Decide the energy of a stopped session; what is implausible becomes a reason for
        review."""
        self.ensure_one()
        self._remove_reasons(SETTLED_REASONS)
        verdict = meter.billed_energy(self._get_metering(self.stopped_at))
        self._add_reasons(verdict.reasons)
        self._add_reasons(self._get_time_doubts())
        if verdict.flags:
            self.meter_flag_ids |= self.env["iicharge.review.reason"]._get(verdict.flags)
        self.energy_wh = verdict.estimate_wh or 0
        self._learn_power()
        if self.energy_wh > 0 and not self._is_authorized():
            self._add_reasons(["not_authorized"])
