# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check the times and the sum of a session for plausibility (docs/chargers.md rows 12 to 14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ..money import Money
from ..timestamps import CLOCK_DIFFERS, CLOCK_TOLERANCE

SESSION_TOO_LONG = "session_too_long"
FEE_WITHOUT_ENERGY = "fee_without_energy"
AMOUNT_OUT_OF_PROPORTION = "amount_out_of_proportion"
AMOUNT_TOO_LARGE = "amount_too_large"
AMOUNT_BELOW_ZERO = "amount_below_zero"

# After connecting a charger delivers its stored messages, one after the other.
DELIVERY_TIME = timedelta(minutes=15)
# Less than this has charged no car: it is the consumption of meters and contactors.
LEAST_ENERGY_WH = Decimal(100)
# Least energy for the comparison, so that a start fee is not out of proportion.
_LEAST_KWH = Decimal(2)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A charger's report of one moment, with times of the server's own clock.

    :param at: when it happened, by the charger's clock
    :param received_at: when the server got the report
    :param last_contact_at: when the server received the charger's last message before, leaving out
        `DELIVERY_TIME` before the report; None if it never did
    """

    at: datetime
    received_at: datetime
    last_contact_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Check whether the report came as it happened."""
        return abs(self.received_at - self.at) <= CLOCK_TOLERANCE

    @property
    def is_possible(self) -> bool:
        """Check whether the time is plausible: live, or after the charger's last message.

        A charger keeps what it cannot deliver. One that was connected since would have
        delivered it, and none reports what is to come.
        """
        if self.is_live or self.received_at < self.at:
            return self.is_live
        return self.last_contact_at is None or self.at >= self.last_contact_at - CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of plausibility of a site; None: no limit.

    :param longest: duration of a session
    :param largest_amount: of a session, with tax
    :param largest_per_kwh: of a session's amount, with tax
    :param hold_fee_without_energy: whether to hold a sum without energy for review, where it
        is more than a kWh may cost
    """

    longest: timedelta | None = None
    largest_amount: Money | None = None
    largest_per_kwh: Money | None = None
    hold_fee_without_energy: bool = True


def find_time_doubts(start: Receipt, stop: Receipt, limits: Limits) -> tuple[str, ...]:
    """Return the reasons to hold a session for its times."""
    found = []
    if not (start.is_possible and stop.is_possible and _is_duration_possible(start, stop)):
        found.append(CLOCK_DIFFERS)
    if limits.longest is not None and stop.at - start.at > limits.longest:
        found.append(SESSION_TOO_LONG)
    return tuple(found)


def _is_duration_possible(start: Receipt, stop: Receipt) -> bool:
    """Compare the duration with that between the receipts.

    A start that was delivered late makes it longer, and is accepted where the charger is
    known to have been offline since, or where the stop was stored with it. A duration that is
    shorter than between the receipts is accepted where the stop was delivered late.
    """
    differs = (stop.at - start.at) - (stop.received_at - start.received_at)
    if abs(differs) <= 2 * CLOCK_TOLERANCE:
        return True
    if differs > timedelta(0):
        return start.last_contact_at is not None or not stop.is_live
    return not stop.is_live


def find_amount_doubts(
    energy_wh: Decimal, amount: Money, limits: Limits, least_part: Money | None = None
) -> tuple[str, ...]:
    """Return the reasons to hold a session for its sum.

    :param amount: with tax
    :param least_part: the least of the parts of it under one rate of tax
    :raises ValueError: where a limit is in another currency than the sum
    """
    nothing = amount * 0
    found = [AMOUNT_BELOW_ZERO] if min(amount, least_part or nothing) < nothing else []
    per_kwh, kwh = limits.largest_per_kwh, max(energy_wh / 1000, _LEAST_KWH)
    # a start fee or a least price is accepted up to the limit for a kilowatt-hour
    is_fee = amount > (per_kwh or nothing) and energy_wh < LEAST_ENERGY_WH
    if is_fee and limits.hold_fee_without_energy:
        found.append(FEE_WITHOUT_ENERGY)
    if per_kwh is not None and amount > per_kwh * kwh:
        found.append(AMOUNT_OUT_OF_PROPORTION)
    if limits.largest_amount is not None and amount > limits.largest_amount:
        found.append(AMOUNT_TOO_LARGE)
    return tuple(found)
