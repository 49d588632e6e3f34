# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Public names of the metering rules."""

from ..timestamps import Stamp, get_zone, parse_timestamp
from .billed_energy import EnergyVerdict, billed_energy, energy_curve
from .readings import Reading, parse_decimal, read_sampled_values

__all__ = [
    "EnergyVerdict",
    "Reading",
    "Stamp",
    "billed_energy",
    "energy_curve",
    "get_zone",
    "parse_decimal",
    "parse_timestamp",
    "read_sampled_values",
]
