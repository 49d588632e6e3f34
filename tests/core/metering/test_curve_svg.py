# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from iicharge_odoo.core.metering.curve_svg import (
    Curve,
    CurveTexts,
    draw_curve,
    thin_out,
    time_marks,
    value_scale,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 11, 23, 18, 7, tzinfo=UTC)
TEXTS = CurveTexts("What one hears", "Energy (kWh)", "Power (kW)", "Pause", "Time in Amsterdam")
SVG = "{http://www.w3.org/2000/svg}"


def at(minutes):
    return START + timedelta(minutes=minutes)


def draw(energy=((0, 0), (60, 10)), power=(), pauses=(), end=60, texts=TEXTS):
    curve = Curve(
        started_at=START,
        ended_at=at(end),
        energy_kwh=[(at(minute), Decimal(value)) for minute, value in energy],
        power_kw=[(at(minute), Decimal(value)) for minute, value in power],
        pauses=[(at(first), at(last)) for first, last in pauses],
    )
    return draw_curve(
        curve, texts, AMSTERDAM, str, lambda t: t.astimezone(AMSTERDAM).strftime("%H:%M")
    )


def read(text):
    root = ElementTree.fromstring(text)
    texts = [node.text for node in root.iter(f"{SVG}text")]
    lines = [node.get("points").split() for node in root.iter(f"{SVG}polyline")]
    return root, texts, lines


def test_picture_has_a_description_for_screen_readers():
    root, _texts, _lines = read(draw())
    assert (root.get("role"), root.get("aria-label")) == ("img", "What one hears")


def test_axes_show_units_and_round_local_times():
    _root, texts, _lines = read(draw(power=[(5, 11), (55, 7)]))
    assert {"Energy (kWh)", "Power (kW)", "Time in Amsterdam"} <= set(texts)
    assert [text for text in texts if ":" in text] == [
        "19:10", "19:20", "19:30", "19:40", "19:50", "20:00",
    ]  # fmt: skip


def test_energy_rises_from_the_lower_left_to_the_upper_right():
    _root, _texts, (energy,) = read(draw())
    assert energy == ["58.0,250.0", "702.0,40.0"]


def test_power_that_was_not_measured_has_no_axis():
    _root, texts, lines = read(draw())
    assert "Power (kW)" not in texts
    assert len(lines) == 1


def test_lines_differ_without_colour():
    root, _texts, _lines = read(draw(power=[(5, 11)]))
    dashes = [node.get("stroke-dasharray") for node in root.iter(f"{SVG}polyline")]
    assert len(set(dashes)) == 2


def test_pause_is_hatched_where_it_was_and_named():
    root, texts, _lines = read(draw(pauses=[(30, 45)]))
    (box,) = [r for r in root.iter(f"{SVG}rect") if r.get("height") == "210"]
    assert (box.get("x"), box.get("width")) == ("380.0", "161.0")
    assert any(node.get("d").startswith("M380.0 40v210M387.0") for node in root.iter(f"{SVG}path"))
    assert "Pause" in texts


def test_pause_that_lasts_beyond_the_end_stays_inside():
    root, _texts, _lines = read(draw(pauses=[(50, 900)]))
    (box,) = [r for r in root.iter(f"{SVG}rect") if r.get("height") == "210"]
    assert float(box.get("x")) + float(box.get("width")) == 702


def test_text_of_others_is_escaped():
    texts = CurveTexts('"><script>', "<b>", "&", "'", "x")
    assert "<script>" not in draw(texts=texts)
    assert read(draw(texts=texts))[0].get("aria-label") == '"><script>'


def test_session_without_length_has_no_picture():
    assert draw(end=0) == ""


def test_session_that_took_nothing_has_one():
    _root, _texts, (energy,) = read(draw(energy=[(0, 0), (60, 0)]))
    assert energy == ["58.0,250.0", "702.0,250.0"]


@pytest.mark.parametrize(
    ("most", "top", "step"),
    [("0", "1", "1"), ("10", "10", "2"), ("7.4", "8", "2"), ("0.03", "0.03", "0.01"),
     ("11.001", "12.5", "2.5"), ("123456", "125000", "25000")],
)  # fmt: skip
def test_scale_ends_at_a_round_value_above_the_most(most, top, step):
    assert value_scale(Decimal(most)) == (Decimal(top), Decimal(step))


@pytest.mark.parametrize("minutes", [1, 3, 61, 599, 1500, 20000, 200000])
def test_time_axis_is_never_crowded(minutes):
    marks = time_marks(START, at(minutes), AMSTERDAM)
    assert 1 <= len(marks) <= 8
    assert all(START <= mark <= at(minutes) for mark in marks)


def test_many_points_keep_their_peaks():
    series = [(at(n), Decimal(n % 7)) for n in range(5000)]
    series[2500] = (at(2500), Decimal(99))
    kept = thin_out(series)
    assert len(kept) <= 1210
    assert (series[0], series[-1]) == (kept[0], kept[-1])
    assert series[2500] in kept
    assert kept == sorted(kept)
