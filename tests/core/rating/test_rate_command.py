# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

COMMAND = Path(__file__).resolve().parents[3] / "bin" / "rate"
TARIFF = {
    "id": "17",
    "currency": "EUR",
    "elements": [
        {
            "price_components": [
                {"type": "FLAT", "price": 0.50, "vat": 20.0, "step_size": 1},
                {"type": "ENERGY", "price": 0.25, "vat": 10.0, "step_size": 1},
            ],
            "restrictions": {"start_time": "12:00"},
        }
    ],
}
CDR = {
    "currency": "EUR",
    "start_date_time": "2026-03-04T10:30:00Z",
    "end_date_time": "2026-03-04T12:30:00Z",
    "charging_periods": [
        {
            "start_date_time": "2026-03-04T10:30:00Z",
            "dimensions": [{"type": "ENERGY", "volume": 20}, {"type": "TIME", "volume": 2}],
        }
    ],
}


@pytest.fixture
def rate(tmp_path, monkeypatch, capsys):
    def run(tariff=TARIFF, cdr=CDR, *options):
        paths = []
        for name, content in (("tariff", tariff), ("cdr", cdr)):
            path = tmp_path / f"{name}.json"
            if content is not None:
                raw = content if isinstance(content, bytes) else json.dumps(content).encode()
                path.write_bytes(raw)
            paths += [f"--{name}", str(path)]
        monkeypatch.setattr(sys, "argv", ["rate", *paths, *options])
        loader = SourceFileLoader("rate_command", str(COMMAND))
        module = module_from_spec(spec_from_loader("rate_command", loader))
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        loader.exec_module(module)
        status = module.main()
        written = capsys.readouterr()
        return status, written.out, written.err.replace(str(tmp_path) + "/", "")

    return run


def test_cdr_rated_gives_json_in_exact_decimal_texts(rate):
    status, out, err = rate(TARIFF, CDR, "--json", "--time-zone", "Europe/Amsterdam")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert found["currency"] == "EUR"
    assert found["total_cost"] == {"excl_vat": "4.25", "incl_vat": "4.725"}
    assert found["total_energy_cost"] == {"excl_vat": "3.75", "incl_vat": "4.125"}
    assert found["total_fixed_cost"] == {"excl_vat": "0.5", "incl_vat": "0.6"}
    for name in ("total_time_cost", "total_parking_cost", "total_reservation_cost"):
        assert found[name] == {"excl_vat": "0", "incl_vat": "0"}
    assert [p["start_date_time"] for p in found["periods"]] == [
        "2026-03-04T10:30:00Z",
        "2026-03-04T11:00:00Z",
    ]
    assert found["periods"][1]["dimensions"][1]["volume"] == "15"


def test_cdr_rated_in_another_zone_costs_otherwise(rate):
    assert json.loads(rate(TARIFF, CDR, "--json")[1])["total_cost"]["excl_vat"] == "1.75"


def test_cdr_rated_gives_the_sum_in_words(rate):
    status, out, _ = rate(TARIFF, CDR, "--time-zone", "Europe/Amsterdam")
    assert status == 0
    assert out.splitlines() == [
        "Start fee at 0.5: 0.5 without tax, 0.6 with 20 % tax",
        "Energy 15 kWh at 0.25 per kWh: 3.75 without tax, 4.125 with 10 % tax",
        "Total: 4.25 EUR without tax, 4.725 EUR with tax",
    ]


def changed(source, *path_and_value):
    copy = json.loads(json.dumps(source))
    *path, last, value = path_and_value
    part = copy
    for key in path:
        part = part[key]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return copy


PERIOD = ("charging_periods", 0)
DIMENSION = (*PERIOD, "dimensions", 0)
COMPONENT = ("elements", 0, "price_components", 1)
BEFORE = {"start_date_time": "2026-03-04T10:00:00Z", "dimensions": []}
LATER = {"start_date_time": "2026-03-04T11:00:00Z", "dimensions": []}
FAR = {"start_date_time": "2026-03-05T11:00:00Z", "dimensions": []}


@pytest.mark.parametrize(
    ("tariff", "cdr", "options", "message"),
    [
        (TARIFF, changed(CDR, *DIMENSION, "type", "SUNSHINE"), (),
         "cdr.json: charging_periods[0].dimensions[0].type: 'SUNSHINE' is not one of"),
        (TARIFF, changed(CDR, *DIMENSION, "volume", -1), (),
         "cdr.json: charging_periods[0].dimensions[0].volume: must not be negative, is -1"),
        (TARIFF, changed(CDR, "charging_periods", [LATER, LATER]), (),
         "cdr.json: charging_periods[1].start_date_time: 2026-03-04 11:00:00+00:00 is also"),
        (TARIFF, changed(CDR, "charging_periods", [LATER, CDR["charging_periods"][0]]), (),
         "cdr.json: charging_periods[1].start_date_time: 2026-03-04 10:30:00+00:00 is before"),
        (TARIFF, changed(CDR, "charging_periods", [BEFORE]), (),
         "cdr.json: charging_periods[0].start_date_time: 2026-03-04 10:00:00+00:00 is before"),
        (TARIFF, changed(CDR, "charging_periods", [FAR]), (),
         "cdr.json: charging_periods[0].start_date_time: 2026-03-05 11:00:00+00:00 is after"),
        (changed(TARIFF, *COMPONENT, "price", None), CDR, (),
         "tariff.json: elements[0].price_components[1].price: is missing"),
        (changed(TARIFF, "currency", "EURO"), CDR, (), "tariff.json: currency: 'EURO' is not a"),
        (changed(TARIFF, "currency", "USD"), CDR, (),
         "cdr.json: currency: is EUR, but the tariff's is USD"),
        (TARIFF, CDR, ("--time-zone", "Mars/X"), "--time-zone: 'Mars/X' is not in this machine's"),
        (TARIFF, changed(CDR, "location", {"time_zone": "Mars/X"}), (), "cdr.json: 'Mars/X' is"),
        (b'{"currency":\n "EUR",,}', CDR, (), "tariff.json: line 2 column 8: Expecting property"),
        (b"\xff", CDR, (), "tariff.json: is not UTF-8 text"),
        (None, CDR, (), "tariff.json: cannot be read: No such file or directory"),
        (b"NaN", CDR, (), "tariff.json: document: is not JSON: NaN is not a number"),
        (b"[" * 100_000, CDR, (), "tariff.json: document: is nested too deeply"),
        (b"[]", CDR, (), "tariff.json: document: must be a JSON object"),
    ],
)  # fmt: skip
def test_what_cannot_be_rated_gets_one_line_and_status_2(rate, tariff, cdr, options, message):
    status, out, err = rate(tariff, cdr, *options)
    assert (status, out) == (2, "")
    assert err.startswith(f"rate: {message}"), err
    assert err.count("\n") == 1 and err.endswith("\n")


def test_command_needs_only_the_standard_library_and_under_a_second_of_cpu(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps(TARIFF))
    (tmp_path / "c.json").write_text(json.dumps(CDR))
    # -I -S: nothing but the standard library is there.
    command = [sys.executable, "-I", "-S", "-B", str(COMMAND), "--json"]
    before = os.times()
    done = subprocess.run(
        [*command, "--tariff", tmp_path / "t.json", "--cdr", tmp_path / "c.json"],
        capture_output=True,
        text=True,
        timeout=20,
    )
    after = os.times()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["total_cost"]["excl_vat"] == "1.75"
    used = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    assert used < 1


def test_record_without_a_zone_is_rated_in_utc_and_says_so(rate):
    status, out, err = rate()
    assert (status, "1.75" in out) == (0, True)
    text = "cdr.json: names no time zone, UTC is taken; --time-zone gives the site's"
    assert err == f"rate: {text}\n"
    (note,) = json.loads(rate(TARIFF, CDR, "--json")[1])["notes"]
    assert note.endswith(text)
    assert rate(TARIFF, CDR, "--time-zone", "UTC")[2] == ""
    assert rate(TARIFF, {**CDR, "location": {"time_zone": "Europe/Amsterdam"}})[2] == ""


def test_unknown_name_at_the_top_of_a_tariff_is_noted(rate):
    status, _out, err = rate({**TARIFF, "maxprice": 3}, CDR, "--time-zone", "UTC")
    text = "tariff.json: maxprice: is not known in OCPI and prices nothing"
    assert (status, err) == (0, f"rate: {text}; did you mean 'max_price'?\n")
