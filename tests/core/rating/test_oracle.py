# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Random tariffs and sessions against the tick-by-tick oracle, to the last digit.

1,000 cases have all their times on whole minutes, so that a tick of a minute is exact;
some more have them on whole seconds and are looked at second by second.
"""

import random

import pytest

from iicharge_odoo.core.exact import to_decimal
from iicharge_odoo.core.rating.rate import rate
from iicharge_odoo.core.rating.tariff import Tariff

from . import oracle
from .random_cases import make_case, terms_of, usage_of


def check(seed, tick_s, longest):
    tariff, session = make_case(random.Random(seed), tick_s, longest)
    expected = tuple(map(to_decimal, oracle.rate(tariff, session, tick_s)))
    total = rate(Tariff.from_ocpi(tariff), usage_of(session), terms_of(session)).total_cost
    assert (total.excl_vat, total.incl_vat) == expected, (seed, tariff, session)
    return expected != (0, 0)


@pytest.mark.parametrize("block", range(10))
def test_session_on_minutes_costs_what_the_oracle_says(block):
    costly = sum(check(seed, 60, 45) for seed in range(block * 100, block * 100 + 100))
    assert costly > 50


def test_session_on_seconds_costs_what_the_oracle_says():
    assert sum(check(seed, 1, 600) for seed in range(5000, 5025)) > 12
