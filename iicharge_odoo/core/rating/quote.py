# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Quote the cost and duration of a charging before it starts.

The energy is spread along a charging curve and rated by the same function as a real session.
Unknown data of the car make a range: one curve for a car that charges fast here, and
one for a slow car.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ..errors import InvalidUsage
from ..exact import to_decimal
from ..session import SessionState
from .breakdown import Breakdown, Money
from .dimensions import Dimension, Kind
from .plan import Slot
from .pricing import cost
from .rate import rate
from .report import to_money
from .restrictions import Moment, Range, Restrictions
from .tariff import Tariff
from .terms import NO_TERMS, HotelTerms
from .usage import Sample, StateChange, Usage

AC, DC = "ac", "dc"
# On-board chargers: three phases of 16 A in most cars, one phase of 32 A in the slower ones.
_USUAL_CAR_W = {AC: (Decimal(11_000), Decimal(7_400)), DC: (Decimal(150_000), Decimal(50_000))}
# A battery takes full direct current up to 80 %, and falls evenly to a fifth of it at 100 %.
_TAPER_FROM_PERCENT = 80
_TAPER_TO_SHARE = Fraction(1, 5)
# Where the battery is not known.
USUAL_BATTERY_WH = Decimal(60_000)
_USUAL_FROM_PERCENT = 20
# Voltage to derive a current from a power: one phase of alternating, a usual battery of direct.
_VOLTS = {AC: 230, DC: 400}
# No battery takes more than 100 MWh, and no connector gives more than 10 MW.
_MOST_WH = Decimal(10) ** 8
_MOST_W = Decimal(10) ** 7
# As AFIR art. 5(4) orders them: per kWh, per minute, per session, other.
_SHOWN_ORDER = (Dimension.ENERGY, Dimension.TIME, Dimension.PARKING_TIME, Dimension.FLAT)


def _check_amount(name: str, value: Decimal, most: Decimal) -> None:
    if not Decimal(value).is_finite():
        raise InvalidUsage(name, f"must be a finite number, is {value}")
    if value <= 0:
        raise InvalidUsage(name, "must be above zero")
    if value > most:
        raise InvalidUsage(name, f"must not be above {most:f}, is {value:f}")


@dataclass(frozen=True, slots=True)
class Battery:
    """A car's battery and how full it is to get; per cent from 0 to 100."""

    capacity_wh: Decimal
    from_percent: Decimal | Fraction
    to_percent: Decimal = Decimal(100)

    def __post_init__(self):
        _check_amount("battery.capacity_wh", self.capacity_wh, _MOST_WH)
        levels = (self.from_percent, self.to_percent)
        if any(isinstance(level, Decimal) and not level.is_finite() for level in levels) or not (
            0 <= self.from_percent < self.to_percent <= 100
        ):
            raise InvalidUsage(
                "battery.to_percent", "must be above from_percent, both from 0 to 100"
            )


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """Request for a quote. Times are aware and UTC.

    :param current_type: ``ac`` or ``dc``
    :param rated_power_w: most power of the connector
    :param energy_wh: target; or give ``battery``; or only ``departs_at``: as much as flows
    :param departs_at: charging ends at the latest then, and a car that is full earlier stays
        parked until then
    :param car_power_w: most power of the car; left out, usual cars make a range
    """

    started_at: datetime
    current_type: str
    rated_power_w: Decimal
    energy_wh: Decimal | None = None
    battery: Battery | None = None
    departs_at: datetime | None = None
    car_power_w: Decimal | None = None
    time_zone: str = "UTC"

    def __post_init__(self):
        _check_amount("rated_power_w", self.rated_power_w, _MOST_W)
        if self.car_power_w is not None:
            _check_amount("car_power_w", self.car_power_w, _MOST_W)
        if self.energy_wh is not None:
            _check_amount("energy_wh", self.energy_wh, _MOST_WH)
        if self.energy_wh is not None and self.battery is not None:
            raise InvalidUsage("energy_wh", "cannot be given together with a battery")
        if self.departs_at is not None and self.departs_at <= self.started_at:
            raise InvalidUsage("departs_at", "must be after the start")
        if (self.energy_wh, self.battery, self.departs_at) == (None, None, None):
            raise InvalidUsage("energy_wh", "is missing; give it, a battery or a departure")


class Stretch(NamedTuple):
    """A part of a charging curve with one power."""

    energy_wh: Fraction
    power_w: Fraction

    @property
    def duration_s(self) -> Fraction:
        return self.energy_wh / self.power_w * 3600


@dataclass(frozen=True, slots=True)
class Scenario:
    """Course of one car's charging, and its cost."""

    energy_wh: Decimal
    charging_s: int
    idle_s: int
    average_power_w: Decimal
    breakdown: Breakdown


@dataclass(frozen=True, slots=True)
class Price:
    """A price component that can apply: per kWh, per hour or per session, unrounded."""

    dimension: Dimension
    restrictions: Restrictions | None
    excl_vat: Decimal
    incl_vat: Decimal
    tax_percent: Decimal

    @property
    def money(self) -> Money:
        return Money(self.excl_vat, self.incl_vat)


@dataclass(frozen=True, slots=True)
class Quote:
    """``fast`` and ``slow`` are the two ends of what may come; ``prices`` are in the order
    of AFIR art. 5(4), what a reservation costs last."""

    fast: Scenario
    slow: Scenario
    prices: tuple[Price, ...]


def quote(tariff: Tariff, request: QuoteRequest, terms: HotelTerms = NO_TERMS) -> Quote:
    """Quote the cost and duration of a charging.

    :raises InvalidUsage: the request cannot be met
    """
    usual_fast, usual_slow = _USUAL_CAR_W[request.current_type]
    fast_w = min(request.rated_power_w, request.car_power_w or usual_fast)
    slow_w = min(request.rated_power_w, request.car_power_w or usual_slow)
    return Quote(
        fast=_scenario(tariff, request, terms, fast_w, is_tapered=request.battery is not None),
        slow=_scenario(tariff, request, terms, slow_w, is_tapered=True),
        prices=applicable_prices(tariff),
    )


def applicable_prices(tariff: Tariff) -> tuple[Price, ...]:
    """List every price that can apply, as guests are to see them before a start."""
    found = []
    for element in tariff.elements:
        reservation = element.restrictions.reservation if element.restrictions else None
        for component in element.price_components:
            slot = Slot(component, 0, tariff.tax_included, reservation)
            unit_cost = to_money(cost(slot, Fraction(slot.unit)))
            rank = (reservation is not None, _SHOWN_ORDER.index(component.dimension))
            price = Price(
                dimension=component.dimension,
                restrictions=element.restrictions,
                excl_vat=unit_cost.excl_vat,
                incl_vat=unit_cost.incl_vat,
                tax_percent=slot.tax_percent,
            )
            found.append((rank, price))
    return tuple(price for _, price in sorted(found, key=lambda entry: entry[0]))


def energy_prices_of_day(tariff: Tariff, day: date, power_w: Decimal) -> list[tuple[int, Price]]:
    """Return the energy price of a session that starts at each time of a local day.

    :return: (minute of the day, price from then on), a new one where the price changes; a
        price of zero where energy costs nothing
    """
    plan = tariff.plan
    power = Range(Fraction(power_w), Fraction(power_w))
    current = Range(*[Fraction(power_w) / _VOLTS[AC]] * 2)
    found: list[tuple[int, Price]] = []
    for minute in sorted({0, *plan.clocks}):
        wall = datetime.combine(day, time(minute // 60, minute % 60))
        moment = Moment(wall, Fraction(0), Fraction(0), power, current)
        slot = plan.choose(Kind.CHARGING, moment).energy
        money = to_money(cost(slot, Fraction(slot.unit))) if slot else None
        price = Price(
            dimension=Dimension.ENERGY,
            restrictions=None,
            excl_vat=money.excl_vat if money else Decimal(0),
            incl_vat=money.incl_vat if money else Decimal(0),
            tax_percent=slot.tax_percent if slot else Decimal(0),
        )
        if not found or found[-1][1] != price:
            found.append((minute, price))
    return found


def charging_curve(
    current_type: str, power_w: Decimal, battery: Battery, is_tapered: bool = True
) -> Iterator[Stretch]:
    """Spread the energy of a battery over time, in steps of one per cent at most.

    Alternating current flows at ``power_w`` to the end; direct current falls above 80 %.
    """
    level, full = Fraction(battery.from_percent), Fraction(battery.to_percent)
    wh_per_percent = Fraction(battery.capacity_wh) / 100
    bend = Fraction(_TAPER_FROM_PERCENT)
    if current_type == AC or not is_tapered or full <= bend:
        yield Stretch((full - level) * wh_per_percent, Fraction(power_w))
        return
    if level < bend:
        yield Stretch((bend - level) * wh_per_percent, Fraction(power_w))
        level = bend
    while level < full:
        end = min(Fraction(int(level) + 1), full)
        share = 1 - ((level + end) / 2 - bend) / (100 - bend) * (1 - _TAPER_TO_SHARE)
        yield Stretch((end - level) * wh_per_percent, Fraction(power_w) * share)
        level = end


def _battery_of(request: QuoteRequest) -> Battery:
    """Return the battery that a target implies: an energy is assumed to fill the car up."""
    if request.battery is not None:
        return request.battery
    if request.energy_wh is None:
        return Battery(USUAL_BATTERY_WH, Decimal(_USUAL_FROM_PERCENT))
    capacity_wh = max(USUAL_BATTERY_WH, request.energy_wh)
    return Battery(capacity_wh, 100 - Fraction(request.energy_wh) / Fraction(capacity_wh) * 100)


def _scenario(
    tariff: Tariff, request: QuoteRequest, terms: HotelTerms, power_w: Decimal, is_tapered: bool
) -> Scenario:
    battery = _battery_of(request)
    longest_s = None
    if request.departs_at is not None:
        longest_s = Fraction(int((request.departs_at - request.started_at).total_seconds()))
    volts = _VOLTS[request.current_type]
    energy_wh = passed_s = Fraction(0)
    samples = []
    for stretch in charging_curve(request.current_type, power_w, battery, is_tapered):
        lasts_s = stretch.duration_s
        if longest_s is not None:
            lasts_s = min(lasts_s, longest_s - passed_s)
        if not lasts_s:
            break
        samples.append(_sample(request, passed_s, energy_wh, stretch.power_w, volts))
        passed_s += lasts_s
        energy_wh += stretch.power_w * lasts_s / 3600
    charging_s = round(passed_s)
    charged_at = request.started_at + timedelta(seconds=charging_s)
    # Whole seconds at the end: the last sample may be a fraction of one after it.
    samples = [sample for sample in samples if sample.at < charged_at]
    samples.append(Sample(charged_at, to_decimal(energy_wh), Decimal(0), Decimal(0)))
    stopped_at = request.departs_at or charged_at
    usage = Usage(
        started_at=request.started_at,
        stopped_at=stopped_at,
        samples=samples,
        states=[StateChange(charged_at, SessionState.SUSPENDED_EV)],
        time_zone=request.time_zone,
    )
    return Scenario(
        energy_wh=to_decimal(energy_wh),
        charging_s=charging_s,
        idle_s=int((stopped_at - charged_at).total_seconds()),
        average_power_w=to_decimal(energy_wh * 3600 / passed_s),
        breakdown=rate(tariff, usage, terms),
    )


def _sample(
    request: QuoteRequest, passed_s: Fraction, energy_wh: Fraction, power_w: Fraction, volts: int
) -> Sample:
    at = request.started_at + timedelta(microseconds=int(passed_s * 1_000_000))
    return Sample(at, to_decimal(energy_wh), to_decimal(power_w), to_decimal(power_w / volts))
