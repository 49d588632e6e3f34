# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from dataclasses import replace
from decimal import Decimal

from odoo import api, models

from ...core.conversion import to_aware, to_decimal, to_naive
from ...core.metering import meter

AS_REPORTED = object()
# How many readings back a running session looks to find a glitch.
RECENT = 20


# More than any connector gives: CCS ends at 500 A and 1,000 V.
MOST_POWER_W = 500_000


class SessionReadings(models.AbstractModel):
    """The readings of a session, and the energy that they show while it runs."""

    _name = "iicharge.session.readings"
    _description = "Readings of a Session"

    def _add_readings(self, readings):
        """Add points to the curve. After the stop only what was measured before it counts
        (docs/chargers.md row 35); a point that is there already is not added again, but takes the
        maker's signatures, which chargers may send later than the values."""
        self.ensure_one()
        by_time = self._get_readings_by_time(readings)
        if self.stopped_at and self.has_meter_stop:
            later = [
                reading.energy_wh
                for (at, kind), reading in by_time.items()
                if at > self.stopped_at and reading.energy_wh is not None and all(kind)
            ]
            if later:
                self._note_later_register(max(later))
        known = self._find_known(by_time)
        for key, value in known.items():
            if key in by_time and not value.signed_data:
                value.signed_data = "\n".join(by_time[key].signed) or False
        new = self._get_new_readings(by_time, known)
        if not new:
            return
        values_list = self._prepare_points(new, self._get_known_energy(new[0][0]))
        self.env["iicharge.meter.value"].create(values_list)
        last = values_list[-1]
        if self.state != "stopped" and not (self.last_value_at and last["at"] < self.last_value_at):
            self.write(self._prepare_live_values(values_list))

    def _find_known(self, by_time):
        """Find the points that are there already. :return: {(time, kind): point}"""
        last_at = self.last_value_at
        if self.state != "stopped" and all(not last_at or at > last_at for at, _kind in by_time):
            return {}  # the usual report of a running session
        points = self.env["iicharge.meter.value"].search(
            [
                ("session_id", "=", self.id),
                ("at", "in", [at for at, _kind in by_time]),
                ("state", "=", False),
            ]
        )
        return {(point.at, point._get_reading().kind): point for point in points}

    def _get_new_readings(self, by_time, known=()):
        """Get `(time, reading)` of what belongs to the session and is not known, by time."""
        return [
            (at, reading)
            for (at, kind), reading in sorted(by_time.items(), key=lambda item: item[0])
            if (at, kind) not in known
            and at >= self.started_at
            and not (self.stopped_at and at > self.stopped_at)
        ]

    @api.model
    def _get_times(self, readings):
        return [to_naive(reading.at) for reading in readings]

    @api.model
    def _get_readings_by_time(self, readings):
        """Get the last reading of each second and kind, with the signatures of all of these; one
        that only signs does not displace what was measured."""
        by_time = {}
        for reading in readings:
            key = to_naive(reading.at), reading.kind
            other = by_time.get(key)
            if other:
                signs_only = reading.energy_wh is None and reading.power_w is None
                kept = other if signs_only and reading.signed else reading
                reading = replace(kept, signed=other.signed + reading.signed)
            by_time[key] = reading
        return by_time

    def _prepare_points(self, new, known):
        """Prepare the points of `(at, reading)`, in order of time, with the energy at each.

        :param list known: of `_get_known_energy`; takes the new ones
        """
        rated_power_w = self._get_rated_power()
        values_list = []
        for at, reading in new:
            energy_wh = known[-1][1] if known else Decimal(0)
            if reading.energy_wh is not None:
                energy_wh = meter.running_energy(known, reading, rated_power_w)
                known[:] = [*known, (reading, energy_wh)][-RECENT:]
            values_list.append(self._prepare_meter_value(reading, at, energy_wh))
        return values_list

    def _get_known_energy(self, before):
        """Get the last registers before a time, each with the energy at it; the start is one."""
        values = self.env["iicharge.meter.value"]
        recent = values.search_fetch(
            [("session_id", "=", self.id), ("at", "<=", before), ("has_register", "=", True)],
            values._get_reading_fields(),
            order="at desc, id desc",
            limit=RECENT,
        )
        known = [(value._get_reading(), to_decimal(value.energy_wh)) for value in reversed(recent)]
        self._insert_start(known)
        return known

    def _insert_start(self, known):
        """Insert the start before the known registers, where it is not long past."""
        start_wh = self._get_meter_start()
        if len(known) < RECENT and start_wh is not None:
            start = meter.Reading(to_aware(self.started_at), energy_wh=start_wh)
            known.insert(0, (start, Decimal(0)))

    @api.model
    def _prepare_meter_value(self, reading, at, energy_wh):
        register = reading.energy_wh
        return {
            "session_id": self.id,
            "at": at,
            "has_register": register is not None,
            "register_wh": register or 0,
            "energy_wh": energy_wh,
            "has_power": reading.power_w is not None,
            "power_w": reading.power_w or 0,
            "current_a": reading.current_a or 0,
            "voltage_v": reading.voltage_v or 0,
            "soc_percent": reading.soc_percent or 0,
            "context": reading.context or False,
            "has_transaction_id": reading.has_transaction_id,
            "signed_data": "\n".join(reading.signed) or False,
            **self.env["iicharge.meter.value"]._prepare_flag_values(reading.flags),
        }

    def _prepare_live_values(self, points):
        """Prepare what a running session shows, by the values of its latest points."""
        levels = (values["soc_percent"] for values in reversed(points))
        return {
            "last_value_at": points[-1]["at"],
            "power_w": points[-1]["power_w"],
            "energy_wh": max(points[-1]["energy_wh"], 0),
            # most cars do not report it each time
            "soc_percent": next(filter(None, levels), self.soc_percent),
        }

    def _get_meter_start(self):
        return None if self._has_reason("meter_start_missing") else to_decimal(self.meter_start_wh)

    def _get_rated_power(self):
        if not self.connector_id:
            return Decimal(self.charger_id.rated_power_w)
        return Decimal(self.connector_id._get_rated_power_w())

    def _learn_power(self):
        """Let the connector learn how much power it gave, so that a rated power that is missing or
        wrong is found: the second highest, as single readings are spikes at times."""
        values = self.meter_value_ids.filtered(lambda value: value.has_power and not value.state)
        powers = sorted(power for power in values.mapped("power_w") if power <= MOST_POWER_W)
        if self.connector_id and len(powers) > 1:
            self.connector_id._learn_power(round(powers[-2]))

    def _get_metering(self, until, stop_wh=AS_REPORTED, readings=None):
        """Get what the charger reported of the session up to a time, as the rules take it.

        :param stop_wh: register at that time, None if unknown; that of the stop if left out
        :param readings: all of the session if left out
        """
        self.ensure_one()
        if stop_wh is AS_REPORTED:
            stop_wh = to_decimal(self.meter_stop_wh) if self.has_meter_stop else None
        if readings is None:
            values = self.meter_value_ids.filtered(lambda value: not value.state)
            readings = [value._get_reading() for value in values]
        return meter.Metering(
            self._get_meter_start(),
            stop_wh,
            readings,
            self._get_rated_power(),
            to_aware(self.started_at),
            to_aware(until),
        )
