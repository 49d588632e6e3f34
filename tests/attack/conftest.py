# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Fixtures: PostgreSQL as for the gateway's tests, and the extent of the attack."""

import os

import pytest

from tests.gateway.conftest import database_dsn, dsn, journal, sql

__all__ = ["database_dsn", "dsn", "journal", "sql"]


@pytest.fixture
def seed():
    return int(os.environ["IICHARGE_ATTACK_SEED"])


@pytest.fixture
def frames():
    return int(os.environ["IICHARGE_ATTACK_FRAMES"])
