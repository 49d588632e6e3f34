# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Dimensions of a price, and kinds of time."""

from enum import StrEnum


class Dimension(StrEnum):
    """Dimension of a price component (TariffDimensionType)."""

    FLAT = "FLAT"
    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"


class Kind(StrEnum):
    """Kind of a stretch of time, for pricing."""

    CHARGING = "charging"
    """Priced by TIME."""
    PARKING = "parking"
    """The car asks for no power; priced by PARKING_TIME."""
    HELD = "held"
    """The site gives no power though the car asks: neither TIME nor PARKING_TIME."""
    RESERVED = "reserved"
    """Reserved for a driver who then came."""
    EXPIRED = "expired"
    """Reserved for a driver who did not come."""


RESERVATION_KINDS = frozenset({Kind.RESERVED, Kind.EXPIRED})
