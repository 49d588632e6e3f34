# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""When the idle fee begins, as front desk says it: as rating reckons it."""

import pytest

from iicharge_odoo.core.rating.idle_fee import get_idle_fee_start
from iicharge_odoo.core.rating.terms import HotelTerms
from iicharge_odoo.core.session import SessionState

from .prices import ENERGY, IDLE, PARKING, component, minutes, session, tariff, total

CHARGING = SessionState.CHARGING


def begin(terms, states, *prices, zone="UTC"):
    changes = session(600, states=states).states
    return get_idle_fee_start(tariff(*(prices or (ENERGY, PARKING))), terms, changes, zone)


# START is 20:00
@pytest.mark.parametrize(
    ("terms", "states", "minute"),
    [
        (HotelTerms(), [(30, IDLE)], 30),
        (HotelTerms(idle_grace_s=900), [(30, IDLE)], 45),
        # the car took energy again in between: grace is once a session
        (HotelTerms(idle_grace_s=900), [(30, IDLE), (40, CHARGING), (60, IDLE)], 65),
        (HotelTerms(idle_grace_s=900), [(10, IDLE), (40, CHARGING), (60, IDLE)], 60),
        # quiet from 20:40 uses up no grace
        (HotelTerms(900, "20:40", "22:00"), [(30, IDLE)], 125),
        (HotelTerms(0, "20:00", "22:00"), [(30, IDLE)], 120),
    ],
)
def test_fee_begins_where_rating_begins_to_charge(terms, states, minute):
    assert begin(terms, states) == minutes(minute)
    rules = tariff(ENERGY, PARKING)
    before = [change for change in states if change[0] < minute] or states[:1]
    free = total(rules, session(minute, states=before), terms)
    first = total(rules, session(minute + 1, states=states), terms)
    assert first > free


@pytest.mark.parametrize(
    ("terms", "states", "prices"),
    [
        (HotelTerms(), [(30, IDLE), (40, CHARGING)], ()),
        (HotelTerms(), [], ()),
        (HotelTerms(), [(30, IDLE)], (ENERGY,)),
        (HotelTerms(), [(30, IDLE)], (ENERGY, (component("PARKING_TIME", "0"), None))),
        # whether it holds is not known beforehand
        (HotelTerms(), [(30, IDLE)], ((component("PARKING_TIME", "6"), {"start_time": "23:00"}),)),
        (HotelTerms(0, "00:00", "00:00"), [(30, IDLE)], ()),
    ],
)
def test_no_fee_is_announced(terms, states, prices):
    assert begin(terms, states, *prices) is None


def test_quiet_hours_are_by_the_clock_of_the_site():
    terms = HotelTerms(0, "21:00", "22:00")
    assert begin(terms, [(30, IDLE)], zone="Europe/Berlin") == minutes(60)
