# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Every worked example of OCPI's tariffs and CDRs, one file a case, to the last digit.

Each case is rated twice: as a session by register and state, and as a CDR with one
charging period a stretch.
"""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from iicharge_odoo.core import jsontext
from iicharge_odoo.core.ocpi.cdr_reader import usage_from_cdr
from iicharge_odoo.core.rating.rate import rate, round_money
from iicharge_odoo.core.rating.tariff import Tariff
from iicharge_odoo.core.rating.usage import Reservation, Sample, StateChange, Usage
from iicharge_odoo.core.timestamps import parse_utc

CASES = sorted((Path(__file__).parent / "golden").glob("*.json"))
TIME_DIMENSIONS = {"charging": "TIME", "suspended_ev": "PARKING_TIME"}


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request):
    return jsontext.loads(request.param.read_text())


def session_of(usage):
    started_at = at = parse_utc(usage["started_at"])
    energy_wh = Decimal(0)
    samples, states = [], []
    for stretch in usage["stretches"]:
        current = stretch.get("current_a")
        samples.append(Sample(at, energy_wh, current_a=current and Decimal(current)))
        states.append(StateChange(at, stretch["state"]))
        at += timedelta(seconds=stretch["seconds"])
        energy_wh += Decimal(stretch["energy_wh"])
    samples.append(Sample(at, energy_wh))
    reservation = None
    if "reserved_s" in usage:
        reserved_at = started_at - timedelta(seconds=usage["reserved_s"])
        reservation = Reservation(reserved_at, started_at if usage.get("expired") else None)
    return Usage(started_at, at, samples, states, reservation, usage["time_zone"])


def cdr_of(usage, currency):
    at = parse_utc(usage["started_at"])
    periods = []

    def add(seconds, *dimensions):
        nonlocal at
        volumes = [{"type": kind, "volume": volume} for kind, volume in dimensions]
        periods.append({"start_date_time": at.isoformat(), "dimensions": volumes})
        at += timedelta(seconds=seconds)

    if "reserved_s" in usage:
        at -= timedelta(seconds=usage["reserved_s"])
        add(usage["reserved_s"], ("RESERVATION_TIME", Decimal(usage["reserved_s"]) / 3600))
    for stretch in usage["stretches"]:
        seconds = stretch["seconds"]
        time_dimension = TIME_DIMENSIONS[stretch["state"]]
        dimensions = [(time_dimension, Decimal(seconds) / 3600)]
        if Decimal(stretch["energy_wh"]):
            dimensions.append(("ENERGY", Decimal(stretch["energy_wh"]) / 1000))
        if "current_a" in stretch:
            dimensions.append(("MAX_CURRENT", Decimal(stretch["current_a"])))
        add(seconds, *dimensions)
    return {
        "currency": currency,
        "start_date_time": periods[0]["start_date_time"],
        "end_date_time": at.isoformat(),
        "charging_periods": periods,
    }


def check(breakdown, expected):
    for name, amounts in expected.items():
        if name == "rounded":
            total = breakdown.total_cost
            found = [
                round_money(a, len(text.partition(".")[2]))
                for a, text in zip((total.excl_vat, total.incl_vat), amounts, strict=True)
            ]
            assert found == [Decimal(a) for a in amounts]
        elif name == "billed":
            found = [[line.dimension.value, line.volume] for line in breakdown.lines]
            assert found == [[kind, Decimal(volume)] for kind, volume in amounts]
        else:
            money = getattr(breakdown, name)
            assert [money.excl_vat, money.incl_vat] == [Decimal(a) for a in amounts], name


def test_session_by_register_costs_what_the_document_says(case):
    tariff = Tariff.from_ocpi(case["tariff"])
    check(rate(tariff, session_of(case["usage"])), case["expected"])


def test_cdr_costs_what_the_document_says(case):
    tariff = Tariff.from_ocpi(case["tariff"])
    usage = case["usage"]
    cdr = cdr_of(usage, tariff.currency)
    check(rate(tariff, usage_from_cdr(cdr, tariff.currency, usage["time_zone"])), case["expected"])


def test_period_costs_add_up_to_the_lines(case):
    breakdown = rate(Tariff.from_ocpi(case["tariff"]), session_of(case["usage"]))
    of_periods = [line for period in breakdown.periods for line in period.lines]
    assert sum(line.volume for line in of_periods) == pytest.approx(
        sum(line.volume for line in breakdown.lines), abs=Decimal("1e-20")
    )


def test_every_case_is_found():
    assert len(CASES) == 44
