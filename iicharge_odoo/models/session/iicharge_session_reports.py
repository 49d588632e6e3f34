# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...core.conversion import to_aware
from ...core.metering import meter
from .iicharge_session_readings import RECENT


class SessionReports(models.AbstractModel):
    """The readings of many running sessions at once, by a few statements: most of what a fleet
    sends. What is unusual about a report is left to `_add_readings`."""

    _name = "iicharge.session.reports"
    _description = "Reports of Many Sessions"

    @api.model
    def _find_unusual(self, reports):
        """Find the sessions with a report that is not the usual one of a running session, whose
        readings are all later than those before.

        :param reports: [(session, readings)], in the order of their receipt
        """
        unusual, last_at = self.browse(), {}
        for session, readings in reports:
            times = self._get_times(readings)
            last = last_at.get(session) or session.last_value_at
            if session.state == "stopped" or (last and times and min(times) <= last):
                unusual |= session
            if times:
                last_at[session] = max(times)
        return unusual

    @api.model
    def _add_reports(self, reports):
        """Add the readings of usual reports (see _find_unusual), as `_add_readings` would one
        after the other.

        :param reports: [(session, readings)], in the order of their receipt
        """
        readings_of = {}
        for session, readings in reports:
            new = session._get_new_readings(self._get_readings_by_time(readings))
            readings_of.setdefault(session, []).extend(new)
        sessions = self.browse().union(*readings_of)
        known = sessions._get_known_energies()
        points = []
        for session, new in readings_of.items():
            if not new:
                continue
            added = session._prepare_points(new, known[session.id])
            points += added
            for name, value in session._prepare_live_values(added).items():
                # flushed together; `write` of one record costs more than all the rest
                self._fields[name].write(session, value)
        self.env["iicharge.meter.value"]._insert(points)
        sessions.modified(["last_value_at", "power_w", "energy_wh", "soc_percent"])
        sessions.invalidate_recordset(["meter_value_ids"], flush=False)

    def _get_known_energies(self):
        """Get for each session what `_get_known_energy` does, up to now. :return: {id: list}"""
        self.env["iicharge.meter.value"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT session.id, point.at, point.register_wh::text, point.energy_wh::text,
                          point.context, point.has_transaction_id
                     FROM unnest(%s::int[]) session (id), LATERAL (
                         SELECT * FROM iicharge_meter_value
                          WHERE session_id = session.id AND has_register
                          ORDER BY at DESC, id DESC LIMIT %s
                     ) point ORDER BY point.at, point.id""",
                self.ids,
                RECENT,
            )
        )
        known = {session.id: [] for session in self}
        for session_id, at, register_wh, energy_wh, context, named in self.env.cr.fetchall():
            reading = meter.Reading(
                to_aware(at),
                energy_wh=Decimal(register_wh),
                context=context,
                has_transaction_id=bool(named),
            )
            known[session_id].append((reading, Decimal(energy_wh)))
        for session in self:
            session._insert_start(known[session.id])
        return known
