# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Costs of running sessions, kept in the memory of one process, which go on reading by reading.

What is kept follows from the rows of the database alone and is checked against them each time, so
several processes need not know of each other: readings that came late, were taken back, or are not
yet seen by an older transaction make it begin again.
"""

from collections import OrderedDict
from datetime import datetime
from decimal import Decimal

from odoo.tools import SQL

from ...core.conversion import to_aware, to_decimal
from ...core.metering.climb import Climb
from ...core.metering.readings import Reading
from ...core.rating.rate import RunningCost
from ...core.session import SessionState

MOST = 2_000


class _Followed:
    """A session as far as its readings were read.

    :param inputs: of `_get_inputs`
    """

    def __init__(self, session, tariff, inputs):
        self.tariff = tariff
        self.inputs = inputs
        _snapshot, terms, started_at, _start_wh, reservation = inputs
        self.count, self.last_at = 0, datetime.min
        self.time_zone = session.site_id.time_zone
        self.cost = RunningCost(tariff, to_aware(started_at), self.time_zone, terms, reservation)
        self.cost.add_sample(to_aware(started_at), Decimal(0))
        self.climb = Climb(session._get_metering(started_at, stop_wh=None, readings=()))

    def follow(self, session):
        """Take the new readings. :return: whether the zone and the readings before are the same"""
        count, time_zone, rows = _read_rows(session, self.last_at)
        if (count, time_zone) != (self.count, self.time_zone):
            return False
        for at, state, reading in rows:
            if state:
                self.cost.add_state(to_aware(at), SessionState(state))
            else:
                energy_wh = self.climb.add(reading)
                if energy_wh is not None:
                    self.cost.add_sample(to_aware(at), energy_wh)
        if rows:
            self.count, self.last_at = count + len(rows), rows[-1][0]
        return True


class RunningCosts:
    """Costs by session; those that were asked for the longest ago are dropped."""

    def __init__(self):
        self._followed = OrderedDict()

    def rate(self, session, until):
        """Get what a running session costs up to a time.

        :param until: UTC, naive; no earlier than the last reading
        :return: `core.rating.breakdown.Breakdown`; None where its readings must be explained
            together, or it is not in the database
        """
        if not session.id:
            return None  # a form that is not saved
        key = (session.env.cr.dbname, session.id)
        # taken out while it changes: another thread works out its own
        followed = self._followed.pop(key, None)
        followed = self._follow(session, followed)
        self._followed[key] = followed
        if len(self._followed) > MOST:
            self._followed.popitem(last=False)
        energy_wh = to_decimal(session.energy_wh)
        climb = followed.climb
        if not climb.is_smooth or energy_wh < climb.energy_wh or followed.last_at > until:
            return None
        return followed.cost.breakdown(to_aware(until), energy_wh)

    def _follow(self, session, known):
        same = known and known.inputs[0] == session.tariff_snapshot
        tariffs = session.env["iicharge.tariff"]
        tariff = known.tariff if same else tariffs._read_snapshot(session.tariff_snapshot)
        inputs = _get_inputs(session, tariff)
        if known and known.inputs == inputs and known.follow(session):
            return known
        followed = _Followed(session, tariff, inputs)
        followed.follow(session)
        return followed


def _get_inputs(session, tariff):
    """Get what the cost changes with, apart from time and readings."""
    return (
        session.tariff_snapshot,
        session._get_terms(tariff)[0],
        session.started_at,
        session.meter_start_wh,
        session._get_reserved_time(),
    )


def _read_rows(session, since):
    """Read the readings and states after a time.

    :return: (how many there are up to then, the site's zone, [(at, state, `Reading`)])
    """
    env = session.env
    env["iicharge.meter.value"].flush_model()
    env["iicharge.session"].flush_model(["site_id"])
    env["iicharge.site"].flush_model(["time_zone"])
    # who sees a session may see what it costs, and needs no rights on its readings
    env.cr.execute(
        SQL(
            """SELECT (SELECT count(*) FROM iicharge_meter_value
                        WHERE session_id = %(session)s AND at <= %(since)s),
                      site.time_zone, value.at, value.state, value.has_register, value.register_wh,
                      value.context, value.has_transaction_id
                 FROM iicharge_session session
                 JOIN iicharge_site site ON site.id = session.site_id
                 LEFT JOIN iicharge_meter_value value
                        ON value.session_id = session.id AND value.at > %(since)s
                WHERE session.id = %(session)s
                ORDER BY value.at, value.id""",
            session=session.id,
            since=since,
        )
    )
    found = env.cr.fetchall()
    rows = [(at, state, _make_reading(at, *row)) for _count, _zone, at, state, *row in found if at]
    # a change of state at a reading's own time comes after it
    rows.sort(key=lambda row: (row[0], bool(row[1])))
    return *found[0][:2], rows


def _make_reading(at, has_register, register_wh, context, has_transaction_id):
    return Reading(
        to_aware(at),
        to_decimal(register_wh) if has_register else None,
        context=context or None,
        has_transaction_id=bool(has_transaction_id),
    )


running_costs = RunningCosts()
