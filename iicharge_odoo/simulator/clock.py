# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Clock of the simulator: read and waited for in one place, so that tests can replace it.

Every timestamp that a simulated charger sends is the time at which it sends or queues
the message. Nothing is dated ahead or back, whatever the speed (see `guests`).
"""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Interface of a clock."""

    def now(self) -> datetime:
        """Current time, timezone-aware UTC."""

    async def sleep(self, duration_s: float) -> None:
        """Return after `duration_s` seconds of this clock."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, duration_s: float) -> None:
        await asyncio.sleep(duration_s)


def format_timestamp(at: datetime) -> str:
    """Format an aware datetime as OCPP-J requires: ISO 8601, UTC, milliseconds, `Z`.

    Raises ValueError for a datetime without a time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"timestamp {at.isoformat()} has no time zone: give an aware datetime")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def wait_for_event(clock: Clock, event: asyncio.Event, timeout_s: float | None) -> bool:
    """Wait for `event`, at most `timeout_s` seconds of `clock`; return whether it came."""
    if event.is_set():
        return True
    if timeout_s is None:
        return await event.wait()
    tasks = (
        asyncio.ensure_future(event.wait()),
        asyncio.ensure_future(clock.sleep(max(0.0, timeout_s))),
    )
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return event.is_set()
