# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What to write to a guest about a charging, each once.

==========  ==========================================  =====================
notice      when                                        no more
==========  ==========================================  =====================
started     the car charges                             half an hour later
full        the car takes no more                       once the car has left
fee         an idle fee runs, or will within minutes    once the car has left
cut_off     it was ended by a fault, or by a limit      ten hours later
receipt     it has ended, and has its price             never
==========  ==========================================  =====================

A charger that is free for a guest of the waiting list is written about with the offer itself, the
link that confirms a guest's address when the guest joins.

In the quiet hours nothing is written; what holds after them is written then.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

FEE_AHEAD = timedelta(minutes=15)
STARTED_FOR = timedelta(minutes=30)
CUT_OFF_FOR = timedelta(hours=10)
# OCPP 1.6, 7.36 Reason: what neither guest nor hotel wanted.
CUT_OFF_REASONS = frozenset(
    ("EmergencyStop", "HardReset", "PowerLoss", "Reboot", "SoftReset", "DeAuthorized")
)


class Notice(StrEnum):
    """What is written."""

    STARTED = "started"
    FULL = "full"
    FEE = "fee"
    CUT_OFF = "cut_off"
    RECEIPT = "receipt"
    CHARGER_FREE = "charger_free"
    CONFIRM_PLACE = "confirm_place"


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What decides. Times are UTC, aware.

    :param started_at: when it began
    :param stopped_at: when it ended; None while it runs
    :param is_charging: the car takes power
    :param is_full: the car takes no more
    :param fee_from: from when an idle fee runs; None if none does
    :param stop_reason: as the charger gave it
    :param is_limited: it was ended since no more can be paid
    :param is_priced: it has its price
    """

    started_at: datetime
    stopped_at: datetime | None = None
    is_charging: bool = False
    is_full: bool = False
    fee_from: datetime | None = None
    stop_reason: str = ""
    is_limited: bool = False
    is_priced: bool = False


def find_notices(facts: NoticeFacts, now: datetime) -> list[Notice]:
    """Find what is to be written now, if it was not."""
    found = []
    if facts.stopped_at is None:
        if facts.is_charging and now - facts.started_at < STARTED_FOR:
            found.append(Notice.STARTED)
        if facts.is_full:
            found.append(Notice.FULL)
        if facts.fee_from is not None and facts.fee_from - now <= FEE_AHEAD:
            found.append(Notice.FEE)
        return found
    was_cut_off = facts.is_limited or facts.stop_reason in CUT_OFF_REASONS
    if was_cut_off and now - facts.stopped_at < CUT_OFF_FOR:
        found.append(Notice.CUT_OFF)
    if facts.is_priced:
        found.append(Notice.RECEIPT)
    return found


def is_quiet(local: time, quiet_from: float, quiet_until: float) -> bool:
    """Whether a time of the day is within the quiet hours.

    :param quiet_from, quiet_until: hours of the local day, may go over midnight; the same twice:
        never quiet
    """
    hours = local.hour + local.minute / 60
    if quiet_from <= quiet_until:
        return quiet_from <= hours < quiet_until
    return hours >= quiet_from or hours < quiet_until
