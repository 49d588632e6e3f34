# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Random tariffs and sessions, the same for the same seed, for the oracle tests.

All times are whole multiples of one tick, so that the oracle is exact.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from iicharge_odoo.core.rating.terms import HotelTerms
from iicharge_odoo.core.rating.usage import Reservation, Sample, StateChange, Usage
from iicharge_odoo.core.session import SessionState

from .oracle import DAYS, Session

# Around changes of the clock in both directions, midnights and a plain day.
MORNINGS = [
    ("Europe/Amsterdam", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("Europe/Amsterdam", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ("Europe/Amsterdam", datetime(2026, 6, 30, 20, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 13, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 2, 28, 17, tzinfo=UTC)),
]
SWITCHES = ["charging", "suspended_ev", "suspended_evse"]


def pick_clock(rng):
    return f"{rng.randrange(24):02}:{rng.choice((0, 15, 30, 45)):02}"


def make_restrictions(rng, tick_s, day):
    options = {
        "start_time": lambda: pick_clock(rng),
        "end_time": lambda: pick_clock(rng),
        "start_date": lambda: (day + timedelta(days=rng.randrange(-1, 2))).isoformat(),
        "end_date": lambda: (day + timedelta(days=rng.randrange(0, 3))).isoformat(),
        "min_kwh": lambda: Decimal(rng.randrange(0, 80)) / 10,
        "max_kwh": lambda: Decimal(rng.randrange(0, 160)) / 10,
        "min_current": lambda: Decimal(rng.randrange(0, 32)),
        "max_current": lambda: Decimal(rng.randrange(1, 32)),
        "min_power": lambda: Decimal(rng.randrange(0, 11)),
        "max_power": lambda: Decimal(rng.randrange(1, 22)),
        "min_duration": lambda: tick_s * rng.randrange(0, 90),
        "max_duration": lambda: tick_s * rng.randrange(1, 120),
        "day_of_week": lambda: rng.sample(DAYS, rng.randrange(1, 7)),
    }
    names = rng.sample(sorted(options), rng.choice((0, 1, 1, 2, 3)))
    return {name: options[name]() for name in names}


def make_component(rng, dimension):
    found = {
        "type": dimension,
        "price": Decimal(rng.randrange(0, 400)) / 100,
        "step_size": rng.choice((0, 1, 1, 60, 100, 300, 900)),
    }
    if rng.random() < 0.7:
        found["vat"] = Decimal(rng.choice(("5.2", "10", "20", "21")))
    return found


def make_tariff(rng, tick_s, day, reserved):
    elements = []
    for _ in range(rng.randrange(1, 6)):
        dimensions = rng.sample(["FLAT", "ENERGY", "TIME", "PARKING_TIME"], rng.randrange(1, 4))
        element = {"price_components": [make_component(rng, d) for d in dimensions]}
        restrictions = make_restrictions(rng, tick_s, day)
        if restrictions:
            element["restrictions"] = restrictions
        elements.append(element)
    if reserved:
        components = [make_component(rng, d) for d in ("FLAT", "TIME")]
        restrictions = {**make_restrictions(rng, tick_s, day), "reservation": "RESERVATION"}
        for name in ("min_kwh", "min_power", "min_current", "max_kwh", "max_power", "max_current"):
            restrictions.pop(name, None)
        elements.insert(0, {"price_components": components, "restrictions": restrictions})
    tariff = {"currency": "EUR", "elements": elements}
    tariff["tax_included"] = rng.choice(("YES", "NO", "NO"))
    if rng.random() < 0.2:
        low = Decimal(rng.randrange(0, 300)) / 100
        tariff["min_price"] = {"before_taxes": low, "after_taxes": low * 2}
    if rng.random() < 0.2:
        high = Decimal(rng.randrange(300, 1500)) / 100
        tariff["max_price"] = {"before_taxes": high, "after_taxes": high * 2}
    return tariff


def make_session(rng, tick_s, longest):
    time_zone, morning = rng.choice(MORNINGS)
    count = rng.randrange(1, longest)
    moments = sorted(rng.sample(range(1, count + 1), min(count, rng.randrange(1, 8))))
    wh, samples = Fraction(0), []
    for moment in moments:
        wh += rng.choice((0, 37, 500, 1200, Fraction("333.3")))
        power = rng.choice((None, None, 0, 3000, 7400, 11000))
        current = rng.choice((None, 0, 6, 16, 31))
        samples.append((moment * tick_s, wh, power, current))
    changes = sorted(rng.sample(range(count + 1), min(count, rng.randrange(0, 6))))
    return Session(
        started_at=morning + timedelta(minutes=rng.randrange(6 * 60)),
        duration_s=count * tick_s,
        samples=samples,
        states=[(moment * tick_s, rng.choice(SWITCHES)) for moment in changes],
        time_zone=time_zone,
        reserved_s=tick_s * rng.choice((0, 0, 0, rng.randrange(1, 30))),
        grace_s=tick_s * rng.choice((0, 0, rng.randrange(1, 20))),
        quiet=(pick_clock(rng), pick_clock(rng)) if rng.random() < 0.2 else None,
        free_wh=Fraction(rng.choice((0, 0, 0, 400, 2500))),
    )


def make_case(rng, tick_s, longest):
    session = make_session(rng, tick_s, longest)
    day = session.started_at.date()
    return make_tariff(rng, tick_s, day, session.reserved_s), session


def exact(value):
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def usage_of(session):
    def at(second):
        return session.started_at + timedelta(seconds=second)

    return Usage(
        started_at=session.started_at,
        stopped_at=at(session.duration_s),
        samples=[
            Sample(at(s), exact(wh), None if p is None else Decimal(p), c and Decimal(c))
            for s, wh, p, c in session.samples
        ],
        states=[StateChange(at(s), SessionState(state)) for s, state in session.states],
        reservation=Reservation(at(-session.reserved_s)) if session.reserved_s else None,
        time_zone=session.time_zone,
    )


def terms_of(session):
    start, end = session.quiet or (None, None)
    return HotelTerms(
        idle_grace_s=session.grace_s,
        quiet_start=start,
        quiet_end=end,
        free_energy_wh=exact(session.free_wh),
    )
