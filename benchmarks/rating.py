# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""CPU of rating 10,000 sessions of 8 hours with 480 samples each, on one core.

Three tariffs: one by clock, energy steps and idle fee, as a hotel would have; one whose
price depends on the power between samples; one on power readings. Sessions are built
outside the measured time, a block at a time, and each one is rated to its whole breakdown.
"Linear in samples" is the time of a long session per sample against that of a short one.
"""

import sys
import time
import types
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

SESSIONS = 10_000
SAMPLES = 480
BLOCK = 500
GOALS = {"cpu_s_per_10000_sessions.hotel": "< 10", "long_to_short_per_sample": "<= 1.2"}


def run() -> dict:
    """Rate the sessions and give CPU seconds."""
    if "iicharge_odoo" not in sys.modules:
        package = types.ModuleType("iicharge_odoo")
        package.__path__ = [str(ROOT / "iicharge_odoo")]
        sys.modules["iicharge_odoo"] = package
    return {
        "sessions": SESSIONS,
        "samples_per_session": SAMPLES,
        "cpu_s_per_10000_sessions": {
            name: round(_rate_all(name, readings), 2)
            for name, readings in (("hotel", False), ("by_power", False), ("by_reading", True))
        },
        "long_to_short_per_sample": round(_growth(), 2),
        "goals": GOALS,
    }


def _rate_all(name: str, readings: bool) -> float:
    from iicharge_odoo.core.rating.rate import rate

    tariff = _tariff("hotel" if name == "hotel" else "power")
    passed_s = 0
    for first in range(0, SESSIONS, BLOCK):
        usages = [_usage(number, SAMPLES, readings) for number in range(first, first + BLOCK)]
        started = time.process_time()
        for usage in usages:
            rate(tariff, usage)
        passed_s += time.process_time() - started
    return passed_s


def _growth() -> float:
    """Return the cost of a sample in a session 16 times as long, relative to the short one."""
    from iicharge_odoo.core.rating.rate import rate

    tariff = _tariff("hotel")
    per_sample_s = []
    for count in (SAMPLES * 16, SAMPLES * 256):
        usage = _usage(0, count, False)
        rounds = []
        for _ in range(5):
            started = time.process_time()
            rate(tariff, usage)
            rounds.append(time.process_time() - started)
        per_sample_s.append(min(rounds) / count)
    return per_sample_s[1] / per_sample_s[0]


def _tariff(name: str):
    from iicharge_odoo.core.rating.tariff import Tariff

    def component(dimension: str, price: str, step_size: int = 1) -> dict:
        return {
            "type": dimension,
            "price": Decimal(price),
            "vat": Decimal(21),
            "step_size": step_size,
        }

    energy = [component("ENERGY", "0.45"), component("PARKING_TIME", "6.00", 60)]
    cheap = {"price_components": [component("ENERGY", "0.30")]}
    elements = {
        "hotel": [
            {"price_components": [component("FLAT", "0.50")]},
            {**cheap, "restrictions": {"start_time": "23:00", "end_time": "06:00"}},
            {**cheap, "restrictions": {"min_kwh": 40}},
            {"price_components": energy},
        ],
        "power": [
            {**cheap, "restrictions": {"max_power": Decimal("7.4")}},
            {"price_components": energy},
        ],
    }
    return Tariff.from_ocpi({"currency": "EUR", "elements": elements[name]})


def _usage(number: int, samples: int, readings: bool):
    """Return a session in the evening: a sample a minute, the last hour without charging."""
    from iicharge_odoo.core.rating.usage import Sample, StateChange, Usage
    from iicharge_odoo.core.session import SessionState

    started_at = datetime(2026, 3, 1, 19, number % 60, tzinfo=UTC)
    charging = samples * 7 // 8
    per_sample_wh = Decimal(50_000 + number % 977) / charging
    return Usage(
        started_at=started_at,
        stopped_at=started_at + timedelta(minutes=samples),
        samples=[
            Sample(
                started_at + timedelta(minutes=minute),
                min(minute, charging) * per_sample_wh,
                Decimal(7000 + minute) if readings else None,
            )
            for minute in range(1, samples + 1)
        ],
        states=[StateChange(started_at + timedelta(minutes=charging), SessionState.SUSPENDED_EV)],
        time_zone="Europe/Amsterdam",
    )
