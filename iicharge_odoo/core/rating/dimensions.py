# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What is priced, and what a stretch of time is."""

from enum import StrEnum


class Dimension(StrEnum):
    """What a price component prices (TariffDimensionType)."""

    FLAT = "FLAT"
    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"


class Kind(StrEnum):
    """What a stretch of time is, for pricing."""

    CHARGING = "charging"
    """Priced by TIME."""
    PARKING = "parking"
    """The car asks for no power; priced by PARKING_TIME."""
    HELD = "held"
    """Our side gives no power though the car asks: neither TIME nor PARKING_TIME."""
    RESERVED = "reserved"
    """Kept for a driver who then came."""
    EXPIRED = "expired"
    """Kept for a driver who did not come."""


RESERVATION_KINDS = frozenset({Kind.RESERVED, Kind.EXPIRED})
