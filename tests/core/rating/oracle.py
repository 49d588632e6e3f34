# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A slow rating that shares no code with the fast one: it checks every tick of a session.

At the start of each tick it asks the tariff, read as plain JSON, what applies. Nothing but
an energy threshold may be passed inside a tick, and there the tick is split. So it is
exact for every session and tariff whose times are whole ticks.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
UNITS = {"FLAT": 1, "ENERGY": 1000, "TIME": 3600, "PARKING_TIME": 3600}


@dataclass
class Session:
    """Seconds count from ``started_at``; samples are (second, Wh, power W, current A)."""

    started_at: datetime
    duration_s: int
    samples: list
    states: list
    time_zone: str
    reserved_s: int = 0
    grace_s: int = 0
    quiet: tuple | None = None
    free_wh: Fraction = Fraction(0)


@dataclass
class Sums:
    volumes: dict = field(default_factory=dict)
    last: dict = field(default_factory=dict)
    flats: dict = field(default_factory=dict)
    free: dict = field(default_factory=dict)
    grace_s: Fraction = Fraction(0)


def state_at(session, second):
    state = "charging"
    for at, following in session.states:
        if at <= second:
            state = following
    return state


def ticks(session, tick_s):
    """Yield (second, state, Wh at its start, Wh of it, W, A) for each tick."""
    points = [(0, Fraction(0), None, None), *session.samples]
    if points[-1][0] < session.duration_s:
        points.append((session.duration_s, points[-1][1], None, None))
    for (a, from_wh, power, current), (b, to_wh, _, _) in zip(points, points[1:], strict=False):
        seconds = range(a, b, tick_s)
        states = {second: state_at(session, second) for second in seconds}
        flowing = [s for s in seconds if states[s] == "charging"] or list(seconds)
        wh = Fraction(from_wh)
        for second in seconds:
            flows = second in states and (
                states[second] == "charging" or len(flowing) == len(seconds)
            )
            per_tick = (Fraction(to_wh) - from_wh) / len(flowing) if flows else Fraction(0)
            watts = per_tick * 3600 / tick_s if power is None else Fraction(power)
            yield second, states[second], wh, per_tick, watts, Fraction(current or 0)
            wh += per_tick


def clock(text):
    return int(text[:2]) * 60 + int(text[3:])


def in_window(wall, start, end):
    minute = wall.hour * 60 + wall.minute
    start, end = clock(start or "00:00"), clock(end or "00:00") or 1440
    return start <= minute < end if start < end else minute >= start or minute < end


def applies(restrictions, wall, second, wh, watts, amperes):
    r = restrictions
    if ("start_time" in r or "end_time" in r) and not in_window(
        wall, r.get("start_time"), r.get("end_time")
    ):
        return False
    bounded = [("kwh", wh / 1000), ("power", watts / 1000), ("current", amperes)]
    for name, value in [*bounded, ("duration", second)]:
        if f"min_{name}" in r and value < Fraction(r[f"min_{name}"]):
            return False
        if f"max_{name}" in r and value >= Fraction(r[f"max_{name}"]):
            return False
    today = wall.date().isoformat()
    return r.get("start_date", today) <= today < r.get("end_date", "9999") and DAYS[
        wall.weekday()
    ] in r.get("day_of_week", DAYS)


def matching(tariff, reservation, *moment):
    """Return the components that apply at a moment, in list order."""
    return [
        (id(component), component, reservation)
        for element in tariff["elements"]
        if element.get("restrictions", {}).get("reservation") == reservation
        and applies(element.get("restrictions", {}), *moment)
        for component in element["price_components"]
    ]


def find(components, dimension):
    return next((found for found in components if found[1]["type"] == dimension), None)


def add(sums, found, volume, group):
    key, component, reservation = found
    before = sums.volumes.get(key, (component, reservation, Fraction(0)))[2]
    sums.volumes[key] = (component, reservation, before + volume)
    sums.last[group] = key


def splits(tariff, wh, per_tick):
    """Cut a tick where the energy passes a threshold; give (share, Wh at its start)."""
    cuts = {Fraction(0), Fraction(1)}
    for element in tariff["elements"]:
        for name in ("min_kwh", "max_kwh"):
            bound = element.get("restrictions", {}).get(name)
            if bound is not None and wh < Fraction(bound) * 1000 < wh + per_tick:
                cuts.add((Fraction(bound) * 1000 - wh) / per_tick)
    ordered = sorted(cuts)
    return [(b - a, wh + per_tick * a) for a, b in zip(ordered, ordered[1:], strict=False)]


def take_tick(sums, session, tariff, zone, tick_s, tick):
    second, state, wh, per_tick, watts, amperes = tick
    wall = (session.started_at + timedelta(seconds=second)).astimezone(zone)
    for share, part_wh in splits(tariff, wh, per_tick):
        components = matching(tariff, None, wall, second, part_wh, watts, amperes)
        flat = find(components, "FLAT")
        if flat:
            sums.flats.setdefault(None, flat)
        energy = find(components, "ENERGY")
        if energy and per_tick:
            add(sums, energy, per_tick * share, "energy")
            given = min(per_tick * share, session.free_wh - sum(sums.free.values()))
            sums.free[energy[0]] = sums.free.get(energy[0], 0) + given
        dimension = {"charging": "TIME", "suspended_ev": "PARKING_TIME"}.get(state)
        time = find(components, dimension)
        if time and state == "suspended_ev":
            if session.quiet and in_window(wall, *session.quiet):
                continue
            if sums.grace_s < session.grace_s:
                sums.grace_s += tick_s * share
                continue
        if time:
            add(sums, time, tick_s * share, "time")


def rate(tariff, session, tick_s=1):
    """Return (cost without tax, cost with tax) as fractions."""
    zone = ZoneInfo(session.time_zone)
    sums = Sums()
    for second in range(0, session.reserved_s, tick_s):
        at = session.started_at + timedelta(seconds=second - session.reserved_s)
        moment = (at.astimezone(zone), second, Fraction(0), Fraction(0), Fraction(0))
        components = matching(tariff, "RESERVATION", *moment)
        flat = find(components, "FLAT")
        if flat:
            sums.flats.setdefault("RESERVATION", flat)
        time = find(components, "TIME")
        if time:
            add(sums, time, Fraction(tick_s), "reservation")
    for tick in ticks(session, tick_s):
        take_tick(sums, session, tariff, zone, tick_s, tick)
    return money(tariff, sums, session.free_wh)


def money(tariff, sums, free_wh):
    for key in list(sums.last.values()):
        component, reservation, _ = sums.volumes[key]
        total = sum(
            volume
            for other, kept, volume in sums.volumes.values()
            if (other["type"], kept) == (component["type"], reservation)
        )
        step = component["step_size"]
        if step:
            rounded = ceil(total / step) * step
            volume = sums.volumes[key][2] + rounded - total
            sums.volumes[key] = (component, reservation, volume)
    excl = incl = Fraction(0)
    bills = [(c, volume) for c, _, volume in sums.volumes.values()]
    bills += [(c, Fraction(1)) for _, c, _ in sums.flats.values()]
    bills += [(sums.volumes[key][0], -wh) for key, wh in sums.free.items()]
    for component, volume in bills:
        price = Fraction(component["price"]) * volume / UNITS[component["type"]]
        tax = 1 + Fraction(component.get("vat", 0)) / 100
        included = tariff.get("tax_included") == "YES"
        excl += price / tax if included else price
        incl += price if included else price * tax
    if "max_price" in tariff:
        excl = min(excl, Fraction(tariff["max_price"]["before_taxes"]))
        incl = min(incl, Fraction(tariff["max_price"]["after_taxes"]))
    given_away = free_wh > 0 and incl == 0
    if "min_price" in tariff and not given_away:
        excl = max(excl, Fraction(tariff["min_price"]["before_taxes"]))
        incl = max(incl, Fraction(tariff["min_price"]["after_taxes"]))
    return excl, incl
