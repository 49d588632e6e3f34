# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Public names of the metering rules."""

from ..timestamps import Stamp, get_zone, parse_timestamp
from .billed_energy import (
    HOLD_REASONS,
    EnergyVerdict,
    Metering,
    billed_energy,
    energy_curve,
    last_reading,
    running_energy,
)
from .readings import Reading, parse_decimal, read_sampled_values

__all__ = [
    "HOLD_REASONS",
    "EnergyVerdict",
    "Metering",
    "Reading",
    "Stamp",
    "billed_energy",
    "energy_curve",
    "get_zone",
    "last_reading",
    "parse_decimal",
    "parse_timestamp",
    "read_sampled_values",
    "running_energy",
]
