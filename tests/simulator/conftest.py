# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import random

import pytest

from .harness import HeldClock, Traffic


@pytest.fixture
def clock(monkeypatch):
    """A clock controlled by the test; it stops while a call is under way."""
    return HeldClock(Traffic(monkeypatch))


@pytest.fixture
def rng():
    return random.Random(7)
