# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What is kept of a rating is read back exactly (docs/tariffs.md)."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest

from iicharge_odoo.core.errors import InvalidInput
from iicharge_odoo.core.rating.rate import rate
from iicharge_odoo.core.rating.stored import read_breakdown, read_usage, to_stored
from iicharge_odoo.core.rating.terms import HotelTerms
from iicharge_odoo.core.rating.usage import Reservation, Sample

from .prices import ENERGY, IDLE, PARKING, START, component, session, tariff

TERMS = HotelTerms(idle_grace_s=600, free_energy_wh=D(3000))
LIMITED = tariff(ENERGY, PARKING, max_price={"before_taxes": 1, "after_taxes": D("1.1")})
USED = session(60, 10_000, states=[(20, IDLE), (25, "charging"), (30, IDLE)])


def through_json(data):
    return json.loads(json.dumps(data))


@pytest.mark.parametrize(
    "rules",
    [LIMITED, tariff((component("ENERGY", "0.3333333"), None), (component("TIME", "1.7"), None))],
)
def test_breakdown_is_read_back_exactly(rules):
    found = rate(rules, USED, TERMS)
    assert read_breakdown(through_json(to_stored(found))) == found


def test_usage_is_read_back_and_rated_to_the_same_sum():
    used = replace(
        USED,
        samples=[*USED.samples[:-1], Sample(USED.stopped_at, D("10000.123"), D(7), None)],
        reservation=Reservation(START - timedelta(hours=1)),
    )
    read = read_usage(through_json(to_stored(used)))
    assert read.samples == tuple(used.samples)
    assert rate(LIMITED, read, TERMS) == rate(LIMITED, used, TERMS)


@pytest.mark.parametrize("data", [None, {}, {"currency": "EUR"}, [1], {"samples": 3}])
def test_what_is_no_rating_is_refused(data):
    for read in (read_breakdown, read_usage):
        with pytest.raises(InvalidInput, match="is not a stored"):
            read(data)
