# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from dataclasses import replace
from decimal import Decimal

from odoo import Command, api, models
from odoo.tools import format_datetime

from ...core.conversion import to_aware, to_decimal, to_naive
from ...core.metering import meter
from .decision import DECISION


class SessionMetering(models.AbstractModel):
    """From the charger's reports to an energy that may be billed, or to a review."""

    _name = "iicharge.session.metering"
    _description = "Metering of a Session"

    # --- what the charger reports --------------------------------------------------------
    @api.model
    def _find_transaction(self, charger, transaction_id):
        if not transaction_id:
            return self.browse()
        return self.search(
            [("charger_id", "=", charger.id), ("transaction_id", "=", transaction_id)], limit=1
        )

    @api.model
    def _find_stopped(self, charger, stopped_at, register_wh):
        """The session that this very stop, sent before without a transaction id, has ended."""
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
    def _find_running(self, charger, id_tag, stopped_at):
        """The open session that a stop without a transaction id means: the only one, or the
        one of that tag. An empty record where that is not clear."""
        running = self.search(
            [
                ("charger_id", "=", charger.id),
                ("state", "!=", "stopped"),
                ("started_at", "<=", stopped_at),
            ]
        )
        if len(running) > 1:
            token = self.env["iicharge.token"]._find(charger.company_id, id_tag)
            running = running.filtered(lambda session: token and session.token_id == token)
        return running if len(running) == 1 else self.browse()

    @api.model
    def _start(self, connector, reasons, **start):
        """A charger began a transaction on a connector that is free (see _close_without_stop).

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
        """The charger has reported its start; rooms take note of it."""

    @api.model
    def _prepare_start_values(
        self, connector, transaction_id, token, id_tag, authorization, started_at, meter_start_wh
    ):
        """Values of a session that a charger began.

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
            "meter_start_wh": max(meter_start_wh or Decimal(0), Decimal(0)),
            **self._prepare_payer_values(charger.site_id, token, started_at),
            **self._prepare_tariff_values(tariff, charger.site_id),
        }

    @api.model
    def _find_tariff(self, connector, token, started_at):
        """The tariff of what this token starts here; maybe empty."""
        return connector._find_tariff(token.group or "guest", started_at)[0]

    @api.model
    def _prepare_payer_values(self, site, token, started_at):
        """Values that say who charges and who pays, decided when charging starts."""
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
        """A stop whose start was lost (docs/chargers.md rows 17 and 18): kept for review."""
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

    def _add_readings(self, readings):
        """Add points to the curve. After the stop only what was measured before it counts
        (docs/chargers.md row 35); a point that is there already is not added again, but takes the
        maker's signatures, which chargers may send later than the values."""
        self.ensure_one()
        by_time = self._get_readings_by_time(readings)
        known = self.env["iicharge.meter.value"].search(
            [("session_id", "=", self.id), ("at", "in", list(by_time)), ("state", "=", False)]
        )
        values_list = [
            self._prepare_meter_value(reading, at)
            for at, reading in sorted(by_time.items())
            if at not in known.mapped("at")
            and at >= self.started_at
            and not (self.stopped_at and at > self.stopped_at)
        ]
        for value in known.filtered(lambda value: not value.signed_data):
            value.signed_data = "\n".join(by_time[value.at].signed) or False
        self.env["iicharge.meter.value"].create(values_list)
        if values_list and self.state != "stopped":
            self._update_live_values(values_list[-1])

    @api.model
    def _get_readings_by_time(self, readings):
        """The last reading of each second, with the signatures of all of that second; one
        that only signs does not displace what was measured."""
        by_time = {}
        for reading in readings:
            at = to_naive(reading.at)
            other = by_time.get(at)
            if other:
                signs_only = reading.energy_wh is None and reading.power_w is None
                kept = other if signs_only and reading.signed else reading
                reading = replace(kept, signed=other.signed + reading.signed)
            by_time[at] = reading
        return by_time

    def _prepare_meter_value(self, reading, at):
        register = reading.energy_wh
        return {
            "session_id": self.id,
            "at": at,
            "has_register": register is not None,
            "register_wh": register or 0,
            "energy_wh": self._get_energy_at(register),
            "has_power": reading.power_w is not None,
            "power_w": reading.power_w or 0,
            "current_a": reading.current_a or 0,
            "voltage_v": reading.voltage_v or 0,
            "soc_percent": reading.soc_percent or 0,
            "flags": " ".join(reading.flags),
            "signed_data": "\n".join(reading.signed) or False,
        }

    def _get_energy_at(self, register):
        """Energy since the start for the live display; what is billed is worked out at the stop."""
        if register is None:
            return self.energy_wh
        start = to_decimal(self.meter_start_wh)
        return register - start if register >= start else register

    def _update_live_values(self, values):
        if self.last_value_at and values["at"] < self.last_value_at:
            return
        self.write(
            {
                "last_value_at": values["at"],
                "power_w": values["power_w"],
                "energy_wh": values["energy_wh"],
                "soc_percent": values["soc_percent"] or self.soc_percent,
            }
        )

    def _stop(self, stopped_at, register_wh, reason, hold_reasons=()):
        """The charger reports the end. The same report again changes nothing; the true stop
        of a session that was closed without one replaces what was assumed, unless a person
        has decided on it already."""
        self.ensure_one()
        if self.state == "stopped":
            if not self._has_reason("stop_missing"):
                return
            if self.billing != "review":
                self._log_late_stop(stopped_at, register_wh)
                return
            self._remove_reason("stop_missing")
            self.write({"stopped_at": max(stopped_at, self.started_at), "stop_reason": reason})
        else:
            self._set_stopped(stopped_at, reason)
        self._add_reasons(hold_reasons)
        self.write({"meter_stop_wh": register_wh or 0, "has_meter_stop": register_wh is not None})
        self._decide_energy()
        self._rate_or_hold()

    def _log_late_stop(self, stopped_at, register_wh):
        """Log a stop that came after the decision; nothing is billed again."""
        self._remove_reason("stop_missing")
        register = self.env._("unknown") if register_wh is None else f"{register_wh / 1000:.3f} kWh"
        self.message_post(
            body=self.env._(
                "The charger reports the stop only now, after the decision: at %(at)s, meter "
                "%(register)s (at the start %(start).3f kWh). %(energy).3f kWh were decided on.",
                at=format_datetime(
                    self.env, max(stopped_at, self.started_at), tz=self.site_id.time_zone
                ),
                register=register,
                start=self.meter_start_wh / 1000,
                energy=self.energy_wh / 1000,
            ),
            subtype_xmlid=DECISION,
        )

    def _close_without_stop(self, next_start):
        """The next start on the connector shows that this session ended, and its stop never
        came (docs/chargers.md row 19). It ends at its last reading and waits for a person."""
        for session in self:
            last = session.meter_value_ids.filtered(
                lambda value: value.has_register and value.at <= next_start
            ).sorted("at")[-1:]
            session._set_stopped(last.at or next_start, False)
            session.write({"meter_stop_wh": last.register_wh, "has_meter_stop": bool(last)})
            session._add_reasons(["stop_missing"])
            session._decide_energy()
            session._rate_or_hold()

    def _has_reason(self, code):
        return code in self.review_reason_ids.mapped("code")

    def _add_reasons(self, codes):
        """Hold it for review, for reasons that the rules give as codes."""
        if codes:
            self.review_reason_ids |= self.env["iicharge.review.reason"]._get(codes)

    def _remove_reason(self, code):
        self.review_reason_ids -= self.env["iicharge.review.reason"]._get([code])

    # --- what was measured ---------------------------------------------------------------
    def _decide_energy(self):
        """Decide the energy of a stopped session; what is implausible becomes a reason for
        review."""
        self.ensure_one()
        verdict = meter.billed_energy(
            self._get_meter_start(),
            to_decimal(self.meter_stop_wh) if self.has_meter_stop else None,
            self._get_readings(),
            Decimal(self.connector_id.rated_power_w or self.charger_id.rated_power_w),
            to_aware(self.started_at),
            to_aware(self.stopped_at),
        )
        self._add_reasons(verdict.reasons)
        self.energy_wh = verdict.estimate_wh or 0
        if self.authorization != "Accepted" and self.energy_wh > 0:
            self._add_reasons(["not_authorized"])

    def _get_meter_start(self):
        return None if self._has_reason("meter_start_missing") else to_decimal(self.meter_start_wh)

    def _get_readings(self):
        return [
            meter.Reading(
                at=to_aware(value.at),
                energy_wh=to_decimal(value.register_wh) if value.has_register else None,
                power_w=to_decimal(value.power_w, 1) if value.has_power else None,
            )
            for value in self.meter_value_ids.filtered(lambda value: not value.state)
        ]
