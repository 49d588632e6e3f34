# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Chargers not accepted yet: a bounded part of what they send is kept, all is answered."""

from datetime import UTC, datetime, timedelta

import pytest

from iicharge_odoo.gateway import quota
from iicharge_odoo.gateway.ports import JournalEntry
from iicharge_odoo.gateway.quota import Quota, Quotas

from .fakes import make_record
from .harness import START, Running, in_loop

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(at=NOON, payload="{}"):
    return JournalEntry(1, "in", "1.6", "1", "StatusNotification", payload, at)


def test_quota_of_messages_and_of_bytes_begins_again_each_day():
    kept = Quota()
    assert [kept.take(entry()) for _ in range(quota.MESSAGES + 5)].count(True) == quota.MESSAGES
    assert kept.take(entry(NOON + timedelta(days=1)))
    kept = Quota()
    half = " " * (quota.BYTES // 2)
    assert [kept.take(entry(payload=half)) for _ in range(3)] == [True, True, False]


def test_quota_stays_with_the_charger_and_quotas_are_bounded(monkeypatch):
    monkeypatch.setattr(quota, "_REMEMBERED", 2)
    quotas = Quotas()
    first = quotas.get(1)
    quotas.get(2)
    assert quotas.get(1) is first
    quotas.get(3)
    assert quotas.get(1) is first
    assert len(quotas._quotas) == 2


@pytest.mark.parametrize("admission", ["pending", "accepted"])
@in_loop
async def test_flood_of_a_new_charger_is_answered_and_not_kept(admission):
    async with Running(make_record(admission=admission)) as running:
        for _ in range(3):  # connecting again gives no new quota
            async with running.client() as charger:
                await charger.boot()
                for number in range(100):
                    status = STATUS | {"connectorId": number}
                    assert await charger.call("StatusNotification", status) == {}
                answer = await charger.call("StartTransaction", START)
        if admission == "accepted":
            assert len(running.kept()) == 306
            return
        assert len(running.kept()) == quota.MESSAGES
        # answered, so that it goes on, but with no transaction that nothing is known of
        assert answer[2] == "InternalError"


@in_loop
async def test_charger_accepted_meanwhile_is_kept_from_its_boot_on():
    async with Running(make_record(admission="pending")) as running, running.client() as charger:
        for _ in range(quota.MESSAGES + 10):
            await charger.call("StatusNotification", STATUS)
        running.directory.records["cp-1"] = make_record()
        await charger.boot()
        await charger.call("StatusNotification", STATUS)
        actions = [entry.action for entry in running.kept()[-2:]]
        assert actions == ["BootNotification", "StatusNotification"]
