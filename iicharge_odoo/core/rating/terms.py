# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Conditions that a hotel adds to a tariff (docs/tariffs.md, What hotels add)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from .. import fields as f
from ..errors import InvalidTariff
from ..fields import Fields
from .restrictions import Window

FREE_ENERGY_PERIODS = frozenset({"session", "night", "stay"})


@dataclass(frozen=True)
class HotelTerms:
    """A hotel's own conditions around a tariff.

    :param idle_grace_s: the first seconds of parking that would cost something are free,
        once a session; time in quiet hours does not use them up
    :param quiet_start: local time of day, as ``22:00``, from which parking is free
    :param quiet_end: local time of day until which parking is free; both or neither
    :param free_energy_wh: the first Wh that would cost something are free, as a
        discount; the Wh used are in `Breakdown.free_energy_used_wh`, so that the
        caller can deduct them from the stay's allowance exactly once
    :param free_energy_per: period of the allowance: ``session``, ``night`` or ``stay``.
        Rating uses all of `free_energy_wh`; for a session of a stay the caller passes the rest
    :raises InvalidTariff: a value is negative, or only one end of the quiet hours is set
    """

    idle_grace_s: int = 0
    quiet_start: str | None = None
    quiet_end: str | None = None
    free_energy_wh: Decimal = Decimal(0)
    free_energy_per: str = "session"

    def __post_init__(self):
        fields = Fields(vars(self), "terms", InvalidTariff)
        fields.required("idle_grace_s", f.count)
        fields.required("free_energy_wh", f.not_negative)
        fields.required("free_energy_per", f.one_of(FREE_ENERGY_PERIODS))
        ends = [fields.optional(name, f.clock_text) for name in ("quiet_start", "quiet_end")]
        if None in ends and ends != [None, None]:
            raise fields.fail("quiet_end", "needs both ends of the quiet hours, or neither")

    @cached_property
    def _quiet(self) -> Window | None:
        return Window(self.quiet_start, self.quiet_end) if self.quiet_start else None

    @property
    def clocks(self) -> set[int]:
        """Minutes of the day at which the quiet hours begin or end."""
        return set(self._quiet.bounds) if self._quiet else set()

    def is_quiet(self, wall: datetime) -> bool:
        """Check whether no idle fee applies at this local time."""
        return self._quiet is not None and self._quiet.matches(wall)


NO_TERMS = HotelTerms()
