# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Read a charger's admission, and decide on its tokens, through the ports."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from .handling import Station
from .ports import ChargerRecord, TokenDecision

_logger = logging.getLogger(__name__)

_PAUSES_S = (0.1, 0.5, 2.0)


async def renew(station: Station) -> ChargerRecord | None:
    """Read the charger's record; None: the charger no longer exists."""
    record = await _ask(lambda: station.directory.find(station.record.identity))
    if record is not None:
        station.record = record
    return record


async def authorize(station: Station, connector: int | None, id_tag: str) -> TokenDecision:
    """Decide whether a token may charge.

    :param connector: number of the connector; None: the charger names none
    :raises Exception: of the port, which failed at each attempt
    """
    if not station.accepted:
        await renew(station)  # it may have been accepted since, and need not boot again
    if not station.accepted:
        return TokenDecision("Invalid")
    return await _ask(lambda: station.authorizer.decide(station.record.id, connector, id_tag))


async def _ask(question: Callable[[], Awaitable]):
    """Call a port; retry, as the failure may be temporary."""
    for pause_s in _PAUSES_S:
        try:
            return await question()
        except Exception as error:
            _logger.info("Retrying in %s s: %s", pause_s, error)
            await asyncio.sleep(pause_s)
    return await question()
