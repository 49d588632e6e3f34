# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Simulated OCPP 1.6 chargers on the `ocpp` package's client side.

Two ways to use them: `Simulation` (chargers that act on their own, as `odoo iicharge_simulator`
runs them) and `SimulatedCharger` (one that a test or a benchmark drives step by step).

This package imports nothing of the addon, so that it does not test the gateway with the
gateway's own code, and so that it runs without a database.
"""

from .charger import Charger, ChargerSpec
from .clock import Clock, SystemClock
from .fleet import DEMO_FLEET, Fleet, FleetError, Simulation, load_fleet
from .line import LineError, LineLost, Refused, Unreachable
from .scripted import SimulatedCharger
from .vehicle import Vehicle

__all__ = [
    "DEMO_FLEET",
    "Charger",
    "ChargerSpec",
    "Clock",
    "Fleet",
    "FleetError",
    "LineError",
    "LineLost",
    "Refused",
    "SimulatedCharger",
    "Simulation",
    "SystemClock",
    "Unreachable",
    "Vehicle",
    "load_fleet",
]
