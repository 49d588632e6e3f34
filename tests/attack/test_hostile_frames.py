# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""No frame harms the gateway, its journal or a neighbour, and every action is among them."""

import asyncio
from datetime import UTC, datetime

import pytest

from iicharge_odoo.simulator.hostile import HostileCharger, list_actions
from tests.gateway.harness import Running

from .attackers import KNOWN, NEIGHBOURS, UNACCEPTED, Attack, records

MOST_GROWTH_BYTES = 64 * 2**20


@pytest.fixture
def chargers(sql):
    sql(
        "INSERT INTO iicharge_charger (identity_key, site_id) SELECT 'cp-' || n, 1"
        " FROM generate_series(4, %s) AS n",
        [max(NEIGHBOURS)],
    )
    sql(
        "INSERT INTO iicharge_command (charger_id, action, payload, state, expires_at)"
        " SELECT id, 'Reset', '{}', 'sent', now() FROM iicharge_charger ORDER BY id"
    )


@pytest.mark.usefixtures("chargers")
def test_hostile_frames_leave_every_valid_message_answered_and_stored(journal, sql, seed, frames):
    async def run():
        async with Running(*records(), store=journal, settings={"call_timeout_s": 0.5}) as running:
            attack = Attack(running, seed, range(frames))
            await attack.run()
            return attack

    attack = asyncio.run(run())
    assert attack.growth_bytes < MOST_GROWTH_BYTES, f"seed {seed}"
    stored = dict(
        sql(
            "SELECT charger_id, count(*) FROM iicharge_ocpp_message WHERE charger_id >= %s"
            " OR message_id LIKE 'valid-%%' GROUP BY 1",
            [min(NEIGHBOURS)],
        )
    )
    # of a charger that is not accepted a part is kept
    assert stored.pop(UNACCEPTED, 0) <= attack.valid.pop(UNACCEPTED)
    assert stored == attack.valid, f"seed {seed}"


def test_frames_are_the_same_for_a_seed_and_reach_every_action():
    def make(seed):
        hostile = HostileCharger(seed, KNOWN, lambda: datetime(2026, 3, 1, tzinfo=UTC))
        return [hostile.frame(number) for number in range(2000)]

    frames = make(1)
    assert frames == make(1) != make(2)
    assert {frame.kind for frame in frames} > set(list_actions())
