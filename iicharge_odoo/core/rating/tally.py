# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The tally of a session: volumes per price component, and the periods."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .dimensions import RESERVATION_KINDS, Dimension, Kind
from .plan import Choice, Slot


@dataclass(slots=True)
class Slice:
    """A stretch with one choice of components. Times in us since the session's start."""

    start_us: Fraction
    end_us: Fraction
    kind: Kind
    choice: Choice
    energy_wh: Fraction
    duration_s: Fraction


def group_of(slot: Slot) -> str:
    """Return the key of volumes that step_size rounds up together (mod_cdrs, step_size)."""
    if slot.dimension is Dimension.ENERGY:
        return "energy"
    return "reservation" if slot.reservation else "time"


class Tally:
    """Sums of a session so far; the work of one addition does not grow with them."""

    def __init__(self, free_energy_wh: Fraction):
        self.volumes: dict[Slot, Fraction] = {}
        self.flats: dict[str | None, Slot] = {}
        self.last: dict[str, Slot] = {}
        self.gives_energy = free_energy_wh > 0
        self.free_left_wh = free_energy_wh
        self.free_wh: dict[Slot, Fraction] = {}
        self.durations_s: dict[Kind, Fraction] = {}
        self.slices: list[Slice] | None = []
        self._starts_new = True

    def copy(self, with_slices: bool) -> Tally:
        """Copy, so that reading the sums now leaves the accumulator as it is."""
        twin = Tally(self.free_left_wh)
        twin.gives_energy = self.gives_energy
        twin.volumes = dict(self.volumes)
        twin.flats = dict(self.flats)
        twin.last = dict(self.last)
        twin.free_wh = dict(self.free_wh)
        twin.durations_s = dict(self.durations_s)
        twin.slices = None
        if with_slices:
            twin.slices = [*self.slices[:-1], *(_twin(s) for s in self.slices[-1:])]
        twin._starts_new = self._starts_new
        return twin

    def start_new_slice(self) -> None:
        """Start a new slice at the next addition, even if its price is the same."""
        self._starts_new = True

    def add(self, found: Slice) -> None:
        """Add a stretch that has time or energy in it."""
        choice = found.choice
        for flat in choice.flat:
            self.flats.setdefault(flat.reservation, flat)
        if choice.energy is not None and found.energy_wh:
            self._add_volume(choice.energy, found.energy_wh)
            self._apply_free_energy(choice.energy, found.energy_wh)
        if choice.time is not None and found.duration_s:
            self._add_volume(choice.time, found.duration_s)
        self.durations_s[found.kind] = self.durations_s.get(found.kind, 0) + found.duration_s
        if self.slices is not None:
            self._add_slice(found)

    def add_flat_of_empty_session(self, choice: Choice, kind: Kind) -> None:
        """Add the start fee of a session that ended the moment it began."""
        if None not in self.flats and not self.durations_s.keys() - RESERVATION_KINDS:
            for flat in choice.flat if kind not in RESERVATION_KINDS else ():
                self.flats[flat.reservation] = flat

    def _add_volume(self, slot: Slot, volume: Fraction) -> None:
        self.volumes[slot] = self.volumes.get(slot, 0) + volume
        self.last[group_of(slot)] = slot

    def _apply_free_energy(self, slot: Slot, energy_wh: Fraction) -> None:
        # a price below zero is the guest's gain: nothing of it is taken for free
        free_wh = min(self.free_left_wh, energy_wh) if slot.price > 0 else 0
        if free_wh > 0:
            self.free_left_wh -= free_wh
            self.free_wh[slot] = self.free_wh.get(slot, 0) + free_wh

    def _add_slice(self, found: Slice) -> None:
        last = self.slices[-1] if self.slices else None
        joins = (
            last is not None
            and not self._starts_new
            and (last.kind, last.choice, last.end_us) == (found.kind, found.choice, found.start_us)
        )
        self._starts_new = False
        if joins:
            last.end_us = found.end_us
            last.energy_wh += found.energy_wh
            last.duration_s += found.duration_s
        else:
            self.slices.append(found)


def _twin(s: Slice) -> Slice:
    return Slice(s.start_us, s.end_us, s.kind, s.choice, s.energy_wh, s.duration_s)
