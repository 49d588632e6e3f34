# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A tariff compiled for rating: the components that price a moment."""

from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ..exact import to_decimal
from .dimensions import RESERVATION_KINDS, Dimension, Kind
from .elements import PriceComponent, TariffElement
from .restrictions import RESERVATION, RESERVATION_EXPIRES, Matcher, Moment, Restrictions

_TIME_DIMENSION = {Kind.CHARGING: Dimension.TIME, Kind.PARKING: Dimension.PARKING_TIME}
# How many of the measured unit (Wh, s, 1) one priced unit (kWh, h, session) has.
_UNITS = {
    Dimension.FLAT: 1,
    Dimension.ENERGY: 1000,
    Dimension.TIME: 3600,
    Dimension.PARKING_TIME: 3600,
}

_BELOW = Decimal("-Infinity")
_ABOVE = Decimal("Infinity")

# TaxIncluded of OCPI 2.3.0.
TAX_INCLUDED = "YES"
TAX_EXCLUDED = "NO"
TAX_NOT_APPLICABLE = "N/A"


class Slot:
    """One price component at its place in the tariff; compared by identity."""

    __slots__ = (
        "dimension", "element", "excl_per_unit", "incl_per_unit", "price", "reservation",
        "step", "tax_percent", "tax_rate", "unit",
    )  # fmt: skip

    def __init__(
        self,
        component: PriceComponent,
        element: int,
        tax_included: str | None,
        reservation: str | None,
    ):
        self.dimension = component.dimension
        self.element = element
        self.reservation = reservation
        self.price = component.price
        # TaxIncluded N/A: no taxes apply, whatever else the component says
        has_tax = tax_included != TAX_NOT_APPLICABLE
        self.tax_percent = component.tax_percent if has_tax else Decimal(0)
        # OCPI: FLAT has no step; a step of 1 is the default (CdrDimensionType).
        self.step = 1 if component.step_size is None else component.step_size
        self.unit = _UNITS[component.dimension]
        self.tax_rate = Fraction(self.tax_percent)
        factor = 1 + self.tax_rate / 100
        per_unit = Fraction(component.price) / self.unit
        is_gross = tax_included == TAX_INCLUDED
        self.excl_per_unit = per_unit / factor if is_gross else per_unit
        self.incl_per_unit = per_unit if is_gross else per_unit * factor


class Choice(NamedTuple):
    """The components that price a moment; ``note`` says why parking is free."""

    flat: tuple[Slot, ...] = ()
    energy: Slot | None = None
    time: Slot | None = None
    note: str | None = None


class Steady(NamedTuple):
    """Bounds of power (W) and current (A); the lower ones inclusive, the others exclusive."""

    power_low: Decimal
    power_high: Decimal
    current_low: Decimal
    current_high: Decimal


class _Element(NamedTuple):
    matcher: Matcher
    slots: dict[Dimension, Slot]


class Plan:
    """A tariff compiled once for all questions of rating.

    :param elements: of the tariff, in list order
    :param tax_included: of the tariff (TaxIncluded of OCPI 2.3.0)
    """

    def __init__(self, elements: tuple[TariffElement, ...], tax_included: str | None):
        self._session: list[_Element] = []
        self._reserved: list[_Element] = []
        self._expired: list[_Element] = []
        for index, element in enumerate(elements):
            matcher = Matcher(element.restrictions or Restrictions())
            slots: dict[Dimension, Slot] = {}
            for component in element.price_components:
                slot = Slot(component, index, tax_included, matcher.reservation)
                slots.setdefault(component.dimension, slot)
            self._list_of(matcher).append(_Element(matcher, slots))
        everywhere = [*self._session, *self._reserved, *self._expired]
        matchers = [element.matcher for element in everywhere]
        self.clocks = {clock for m in matchers for clock in m.clocks}
        self.energies = _sorted_bounds(m.energy_wh for m in matchers)
        self.durations = _sorted_bounds(m.duration_us for m in matchers)
        self._powers = _sorted_bounds(m.power_w for m in matchers)
        self._currents = _sorted_bounds(m.current_a for m in matchers)
        self.is_banded = bool(self._powers or self._currents)
        # The tax of a minimum price where nothing else has been charged.
        self.first_slot = next(iter(everywhere[0].slots.values()))

    def _list_of(self, matcher: Matcher) -> list[_Element]:
        by_reservation = {RESERVATION: self._reserved, RESERVATION_EXPIRES: self._expired}
        return by_reservation.get(matcher.reservation, self._session)

    def steady(self, power_w: Fraction, current_a: Fraction) -> Steady:
        """Return the bounds around a power and a current within which no restriction changes."""
        return Steady(*_around(self._powers, power_w), *_around(self._currents, current_a))

    def choose(self, kind: Kind, moment: Moment) -> Choice:
        """Find per dimension the first element in list order whose restrictions hold."""
        if kind in RESERVATION_KINDS:
            return self._choose_reservation(kind, moment)
        found = _first_slots(self._session, moment)
        flat = found.get(Dimension.FLAT)
        return Choice(
            flat=(flat,) if flat else (),
            energy=found.get(Dimension.ENERGY),
            time=found.get(_TIME_DIMENSION.get(kind)),
        )

    def _choose_reservation(self, kind: Kind, moment: Moment) -> Choice:
        """Choose the components of an expired reservation: both fees, and time by
        RESERVATION_EXPIRES if it has a price there (note of ReservationRestrictionType).
        """
        groups = [self._expired, self._reserved] if kind is Kind.EXPIRED else [self._reserved]
        found = [_first_slots(group, moment) for group in groups]
        times = [slots[Dimension.TIME] for slots in found if Dimension.TIME in slots]
        return Choice(
            flat=tuple(slots[Dimension.FLAT] for slots in found if Dimension.FLAT in slots),
            time=times[0] if times else None,
        )


def _first_slots(elements: list[_Element], moment: Moment) -> dict[Dimension, Slot]:
    found: dict[Dimension, Slot] = {}
    for element in elements:
        if element.matcher.matches(moment):
            for dimension, slot in element.slots.items():
                found.setdefault(dimension, slot)
    return found


def _around(bounds: list[Fraction], value: Fraction) -> tuple[Decimal, Decimal]:
    index = bisect_right(bounds, value)
    return (
        to_decimal(bounds[index - 1]) if index else _BELOW,
        to_decimal(bounds[index]) if index < len(bounds) else _ABOVE,
    )


def _sorted_bounds(bounds) -> list[Fraction]:
    return sorted({bound for pair in bounds for bound in pair if bound is not None})
