# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Draw the curve of a session as SVG: energy and power over time, pauses shaded.

Lines differ by their dashes and pauses by their hatching, so that a print without colours
has the same text. All text comes from the caller, in the reader's language.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_CEILING, Decimal
from html import escape

from ..local_time import wall_time

Series = Sequence[tuple[datetime, Decimal]]

_WIDTH, _HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 702, 40, 250
_LEGEND_WIDTH = 215
_SAMPLE = Decimal(28)
_HATCH = 7
_MOST_POINTS = 1200
_MOST_TIMES = 7
_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 1440
_TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, _DAY_MINUTES)
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_MOST_STEPS = 5
_ENERGY = 'fill="none" stroke="#c2410c" stroke-width="2" stroke-dasharray="6 4"'
_POWER = 'fill="none" stroke="#0f7285" stroke-width="2"'
_GRID = 'stroke="#d1d5db" stroke-width="1"'


@dataclass(frozen=True, slots=True)
class Curve:
    """Measured values from the start to the end; all times UTC, in order."""

    started_at: datetime
    ended_at: datetime
    energy_kwh: Series
    power_kw: Series
    pauses: Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class CurveTexts:
    """The words in the picture. ``description`` is for screen readers."""

    description: str
    energy: str
    power: str
    pause: str
    time: str


def draw_curve(
    curve: Curve,
    texts: CurveTexts,
    zone: tzinfo,
    write_number: Callable[[Decimal], str],
    write_time: Callable[[datetime], str],
) -> str:
    """Return the SVG element; an empty text where no time passed and nothing can be drawn.

    :param zone: of the site; times on the axis are round there
    :param write_number: a number in the reader's way
    :param write_time: a time (UTC) as the site's clock showed it
    """
    if curve.ended_at <= curve.started_at:
        return ""
    parts = [
        *_pauses(curve),
        *_time_axis(curve, texts.time, zone, write_time),
        *_value_axis(curve.energy_kwh, texts.energy, True, write_number),
        _line(curve, curve.energy_kwh, _ENERGY),
        *_legend(curve, texts),
    ]
    if curve.power_kw:
        parts += _value_axis(curve.power_kw, texts.power, False, write_number)
        parts.append(_line(curve, curve.power_kw, _POWER))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" font-family="sans-serif" '
        f'font-size="11" fill="#374151" aria-label="{escape(texts.description)}">'
        f"{''.join(parts)}</svg>"
    )


# --- the parts of the picture -----------------------------------------------------------
def _pauses(curve: Curve) -> Iterator[str]:
    for start, end in curve.pauses:
        left, right = _x(curve, start), _x(curve, end)
        yield _hatched(left, _TOP, max(right - left, Decimal(1)), _BOTTOM - _TOP)


def _hatched(left: Decimal, top: int, width: Decimal, height: int) -> str:
    """Shade a box with lines: not every program that prints knows SVG's patterns."""
    lines = "".join(
        f"M{left + shift:.1f} {top}v{height}" for shift in range(0, int(width) + 1, _HATCH)
    )
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{height}" fill="#eceef1"/>'
        f'<path d="{lines}" fill="none" stroke="#9ca3af" stroke-width="1"/>'
    )


def _time_axis(
    curve: Curve, title: str, zone: tzinfo, write_time: Callable[[datetime], str]
) -> Iterator[str]:
    yield f'<path d="M{_LEFT} {_BOTTOM}H{_RIGHT}" stroke="#374151" stroke-width="1"/>'
    for at in time_marks(curve.started_at, curve.ended_at, zone):
        x = f"{_x(curve, at):.1f}"
        yield f'<path d="M{x} {_BOTTOM}v5" stroke="#374151" stroke-width="1"/>'
        yield _text(x, _BOTTOM + 18, write_time(at), "middle")
    yield _text((_LEFT + _RIGHT) // 2, _BOTTOM + 38, title, "middle")


def _value_axis(
    series: Series, title: str, is_left: bool, write_number: Callable[[Decimal], str]
) -> Iterator[str]:
    """Write the values next to the plot; the left axis has the lines across it as well."""
    top, step = value_scale(max((value for _at, value in series), default=Decimal(0)))
    x, anchor = (_LEFT - 6, "end") if is_left else (_RIGHT + 6, "start")
    value = Decimal(0)
    while value <= top:
        y = _BOTTOM - (_BOTTOM - _TOP) * value / top
        if is_left and value:
            yield f'<path d="M{_LEFT} {y:.1f}H{_RIGHT}" {_GRID}/>'
        yield _text(x, f"{y + 4:.1f}", write_number(value), anchor)
        value += step
    middle = (_TOP + _BOTTOM) // 2
    x = 14 if is_left else _WIDTH - 8
    yield (
        f'<text x="{x}" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 {x} {middle})">{escape(title)}</text>'
    )


def _line(curve: Curve, series: Series, style: str) -> str:
    top, _step = value_scale(max((value for _at, value in series), default=Decimal(0)))
    points = " ".join(
        f"{_x(curve, at):.1f},{_BOTTOM - (_BOTTOM - _TOP) * value / top:.1f}"
        for at, value in thin_out(series)
    )
    return f'<polyline points="{points}" {style}/>'


def _legend(curve: Curve, texts: CurveTexts) -> Iterator[str]:
    entries = [(_ENERGY, texts.energy)]
    if curve.power_kw:
        entries.append((_POWER, texts.power))
    if curve.pauses:
        entries.append((None, texts.pause))
    for index, (style, text) in enumerate(entries):
        x = _LEFT + _LEGEND_WIDTH * index
        yield f'<path d="M{x} 18h28" {style}/>' if style else _hatched(Decimal(x), 11, _SAMPLE, 14)
        yield _text(x + 34, 22, text, "start")


def _text(x: object, y: object, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _x(curve: Curve, at: datetime) -> Decimal:
    """Return the x of a time; a time outside the session is at the plot's edge."""
    inside = min(max(at, curve.started_at), curve.ended_at)
    micro = timedelta(microseconds=1)
    passed = Decimal((inside - curve.started_at) // micro)
    return _LEFT + (_RIGHT - _LEFT) * passed / ((curve.ended_at - curve.started_at) // micro)


# --- scales -----------------------------------------------------------------------------
def value_scale(most: Decimal) -> tuple[Decimal, Decimal]:
    """Return the upper end of an axis from zero, and the step between its round marks."""
    if most <= 0:
        return Decimal(1), Decimal(1)
    least_step = most / _MOST_STEPS
    power = Decimal(1).scaleb(least_step.adjusted())
    step = next(nice * power for nice in _NICE if nice * power >= least_step)
    return step * (most / step).to_integral_value(ROUND_CEILING), step


def time_marks(started_at: datetime, ended_at: datetime, zone: tzinfo) -> list[datetime]:
    """Return up to eight times between both ends that are round on the site's clock."""
    minutes = (ended_at - started_at) / _MINUTE
    step = next((step for step in _TIME_STEPS if minutes <= step * _MOST_TIMES), None)
    if step is None:
        step = _DAY_MINUTES * -(-int(minutes) // (_DAY_MINUTES * _MOST_TIMES))
    wall = wall_time(zone, started_at)
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    round_wall = midnight + -(-(wall - midnight) // (step * _MINUTE)) * step * _MINUTE
    at = started_at + (round_wall - wall)
    marks = []
    while at <= ended_at:
        marks.append(at)
        at += step * _MINUTE
    return marks or [started_at, ended_at]


def thin_out(series: Series, most: int = _MOST_POINTS) -> Series:
    """Keep the least and the most of each stretch where a line has more points than pixels."""
    if len(series) <= most:
        return series
    size = -(-len(series) * 2 // most)
    kept = [series[0]]
    for first in range(1, len(series) - 1, size):
        stretch = series[first : min(first + size, len(series) - 1)]
        ends = {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
        kept += sorted(ends)
    return [*kept, series[-1]]
