# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from iicharge_odoo.core.metering.meter import parse_decimal, read_sampled_values

AT = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def read(*sampled, **more):
    return read_sampled_values(AT, sampled, **more)


def test_whole_sample_is_read():
    reading = read(
        {"value": "1234.5", "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
        {"value": "7.4", "measurand": "Power.Active.Import", "unit": "kW"},
        {"value": "16", "measurand": "Current.Import", "unit": "A"},
        {"value": "231", "measurand": "Voltage", "unit": "V"},
        {"value": "55", "measurand": "SoC", "unit": "Percent"},
        {"value": "50", "measurand": "Frequency", "unit": "Hz"},
    )
    assert reading.energy_wh == Decimal("1234.5")
    assert reading.power_w == 7400
    assert (reading.current_a, reading.voltage_v, reading.soc_percent) == (16, 231, 55)
    assert (reading.at, reading.flags, reading.signed) == (AT, (), ())


def test_value_alone_is_energy_in_wh():
    assert read({"value": "15"}).energy_wh == 15
    assert read({"value": "15", "measurand": "Power.Active.Import"}).power_w == 15


def test_kwh_and_the_chargers_own_factor_are_applied():
    assert read({"value": "1.5", "unit": "kWh"}).energy_wh == 1500
    assert read({"value": "1.5"}, energy_multiplier=Decimal(1000)).energy_wh == 1500
    assert read(energy_multiplier=Decimal(1000)).energy_wh is None


def test_begin_with_a_live_value_is_ignored():
    begin = {"value": "0", "context": "Transaction.Begin"}
    assert read(begin, {"value": "900"}).energy_wh == 900
    assert read({"value": "900"}, begin).energy_wh == 900
    assert read(begin).energy_wh == 0


def test_end_is_preferred_then_periodic_then_clock():
    clock = {"value": "1", "context": "Sample.Clock"}
    periodic = {"value": "2", "context": "Sample.Periodic"}
    end = {"value": "3", "context": "Transaction.End"}
    assert read(clock, periodic, end).energy_wh == 3
    assert read(clock, periodic).energy_wh == 2
    assert read({"value": "9", "context": "Trigger"}, clock).energy_wh == 1


def test_unknown_context_is_read_and_flagged():
    reading = read({"value": "5", "context": "Sample.Weird"})
    assert (reading.energy_wh, reading.flags) == (5, ("unknown_context",))


def phase(name, value, measurand="Current.Import"):
    return {"value": value, "measurand": measurand, **({"phase": name} if name else {})}


def test_total_is_taken_and_not_its_phases():
    reading = read(phase("L1", "1"), phase("L2", "2"), phase("L3", "3"), phase(None, "6.1"))
    assert reading.current_a == Decimal("6.1")


def test_phases_without_total_are_added():
    assert read(phase("L1", "1"), phase("L2", "2"), phase("L3", "3")).current_a == 6
    assert read(phase("L1", "1"), phase("L1-N", "1"), phase("N", "9")).current_a == 1


def test_neutral_alone_is_ignored():
    assert read(phase("N", "9")).current_a is None


def test_voltage_of_phases_is_their_mean():
    volts = [phase("L1-N", "230", "Voltage"), phase("L2-N", "234", "Voltage")]
    assert read(*volts, phase("L1-L2", "400", "Voltage")).voltage_v == 232
    assert read(phase("L1-L2", "400", "Voltage")).voltage_v == 400


def test_outlet_is_preferred_to_inlet():
    inlet = {"value": "10", "location": "Inlet"}
    assert read(inlet, {"value": "9"}).energy_wh == 9
    assert read({"value": "8", "location": "Moon"}, inlet).energy_wh == 10


@pytest.mark.parametrize(
    ("sampled", "flag"),
    [
        ({"value": ""}, "empty_value"),
        ({}, "empty_value"),
        ({"value": "n/a"}, "unreadable_value"),
        ({"value": "NaN"}, "unreadable_value"),
        ({"value": "5", "unit": "varh"}, "unknown_unit"),
    ],
)
def test_value_unusable_is_skipped_and_flagged(sampled, flag):
    reading = read(sampled)
    assert (reading.energy_wh, reading.flags) == (None, (flag,))


def test_signed_data_is_kept_and_not_read():
    reading = read({"value": "OCMF|{}|{}", "format": "SignedData"}, {"value": "5"})
    assert (reading.signed, reading.energy_wh, reading.flags) == (("OCMF|{}|{}",), 5, ())


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0.1", Decimal("0.1")),
        (" 7 ", Decimal(7)),
        (0.1, Decimal("0.1")),
        (3, Decimal(3)),
        (Decimal("2.50"), Decimal("2.50")),
        (True, None),
        (None, None),
        ([], None),
        ("inf", None),
        ("999999999999999.999", Decimal("999999999999999.999")),
        (10**15, None),
        ("1e400", None),
        ("1e999999999", None),
        ("-1e999999999", None),
        ("1e-999999999", Decimal(0)),
        ("1." + "0" * 100_000, None),
    ],
)
def test_number_is_read_exactly_or_not_at_all(value, number):
    assert parse_decimal(value) == number
