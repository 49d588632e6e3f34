# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The prices of a tariff that do not depend on anything, for whoever goes on counting with them."""

from dataclasses import dataclass
from decimal import Decimal

from .dimensions import Dimension
from .quote import applicable_prices
from .tariff import Tariff
from .terms import NO_TERMS, HotelTerms

_HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class CertainPrices:
    """Prices with tax that hold whatever the time and the energy are; None: there is none of a
    kind, or it depends.

    :param idle_grace_min: whole minutes of idle time that are free
    """

    per_kwh: Decimal | None = None
    per_hour: Decimal | None = None
    per_start: Decimal | None = None
    idle_per_hour: Decimal | None = None
    idle_grace_min: int = 0


def certain_prices(tariff: Tariff, terms: HotelTerms = NO_TERMS) -> CertainPrices:
    """Find the prices that certainly apply to whoever charges without a reservation.

    A price is not certain with another one of its kind, as the first that fits counts, nor
    under a least or most sum, free energy or quiet hours.
    """
    if tariff.min_price or tariff.max_price:
        return CertainPrices()
    by_kind: dict[Dimension, list] = {}
    for price in applicable_prices(tariff):
        if not (price.restrictions and price.restrictions.reservation):
            by_kind.setdefault(price.dimension, []).append(price)

    def find(kind: Dimension) -> Decimal | None:
        prices = by_kind.get(kind, [])
        is_certain = len(prices) == 1 and not prices[0].restrictions
        return prices[0].incl_vat if is_certain else None

    return CertainPrices(
        per_kwh=None if terms.free_energy_wh else find(Dimension.ENERGY),
        per_hour=find(Dimension.TIME),
        per_start=find(Dimension.FLAT),
        idle_per_hour=None if terms.quiet_start else find(Dimension.PARKING_TIME),
        idle_grace_min=terms.idle_grace_s // _HOUR_MIN,
    )
