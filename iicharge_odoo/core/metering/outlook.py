# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""When a car will be done, how far it is, and why it charges slowly, from what is known.

Nothing here is billed: a receptionist says it to a guest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

FULL_PERCENT = Decimal(100)
# The battery takes less from here on.
NEARLY_FULL_PERCENT = Decimal(80)
# Below this gain the size of a battery is not known.
LEAST_GAIN_PERCENT = Decimal(5)
# A time further away is a guess.
LONGEST = timedelta(hours=24)
# A car that takes less than this part of the connector's power charges slowly.
SLOW_SHARE = Decimal("0.7")
# Cars that together take this part of the power of one connector share it.
SHARED_SHARE = Decimal("0.9")
# One phase at 230 V with 16 A or 32 A, as measured.
ONE_PHASE_W = ((Decimal(3300), Decimal(3800)), (Decimal(6600), Decimal(7500)))
# In its first minutes a car has not reached its power yet.
SETTLED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Charging:
    """One running session as far as it is known; None or 0 where it is not.

    :param energy_wh: since the start
    :param power_w: now
    :param rated_w: most that the connector gives
    :param soc_percent: of the battery now
    :param first_soc_percent: of the battery at the first reading that had one
    :param limit_wh: energy at which it stops
    :param amount: cost so far, with tax
    :param limit_amount: cost at which it stops
    :param limit_percent: of the battery, at which it stops; where that is known `limit_wh` is about
        the same and counts no more
    :param limit_until: time at which it stops
    """

    now: datetime
    started_at: datetime
    energy_wh: Decimal = Decimal(0)
    power_w: Decimal = Decimal(0)
    rated_w: Decimal = Decimal(0)
    soc_percent: Decimal | None = None
    first_soc_percent: Decimal | None = None
    limit_wh: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    limit_amount: Decimal = Decimal(0)
    limit_percent: Decimal = Decimal(0)
    limit_until: datetime | None = None

    @property
    def is_limited_by_battery(self) -> bool:
        """Whether it stops at a level of the battery, which the car reports."""
        return bool(self.limit_percent and self.soc_percent is not None)


def get_remaining_wh(charging: Charging) -> Decimal | None:
    """Get the energy until it stops: at its limit or with a full battery, whatever is first."""
    found = [_get_rest_of_energy(charging), _get_rest_of_amount(charging), _get_rest(charging)]
    known = [rest for rest in found if rest is not None]
    return max(min(known), Decimal(0)) if known else None


def get_expected_end(charging: Charging) -> datetime | None:
    """Get when it stops at the power of now; None where that is not known."""
    rest_wh = get_remaining_wh(charging)
    if rest_wh is None or charging.power_w <= 0:
        return charging.limit_until
    left = timedelta(seconds=int(rest_wh * 3600 / charging.power_w))
    if charging.limit_until:
        return min(charging.now + left, charging.limit_until)
    return charging.now + left if left <= LONGEST else None


def get_progress(charging: Charging) -> Decimal | None:
    """Get how far it is, from 0 to 1; None where its end is not known."""
    rest_wh = get_remaining_wh(charging)
    if rest_wh is None:
        return None
    if charging.is_limited_by_battery:
        return min(charging.soc_percent / charging.limit_percent, Decimal(1))
    if charging.limit_wh or charging.limit_amount or not charging.soc_percent:
        whole = charging.energy_wh + rest_wh
        return min(charging.energy_wh / whole, Decimal(1)) if whole else Decimal(1)
    return min(charging.soc_percent / FULL_PERCENT, Decimal(1))


def _get_rest_of_energy(charging: Charging) -> Decimal | None:
    if not charging.limit_wh or charging.is_limited_by_battery:
        return None
    return charging.limit_wh - charging.energy_wh


def _get_rest_of_amount(charging: Charging) -> Decimal | None:
    if not charging.limit_amount or charging.amount <= 0:
        return None
    left = charging.limit_amount - charging.amount
    return left * charging.energy_wh / charging.amount


def _get_rest(charging: Charging) -> Decimal | None:
    per_percent_wh = get_wh_per_percent(charging)
    if per_percent_wh is None:
        return None
    goal = charging.limit_percent or FULL_PERCENT
    return (goal - charging.soc_percent) * per_percent_wh


def get_wh_per_percent(charging: Charging) -> Decimal | None:
    """Get what a percent of the battery takes; None before it has gained enough to say so."""
    now, first = charging.soc_percent, charging.first_soc_percent
    if now is None or first is None or now - first < LEAST_GAIN_PERCENT:
        return None
    return charging.energy_wh / (now - first)


def get_slow_reason(
    charging: Charging, *, others_w: tuple[Decimal, ...] = (), is_hot=False, is_dc=False
) -> str | None:
    """Get why a car charges slower than its connector could; None where it does not.

    :param others_w: power of other cars at the same charger
    :param is_hot: the charger reports that it is too warm
    :return: heat, nearly_full, shared_power, one_phase or car_limit
    """
    power_w, rated_w = charging.power_w, charging.rated_w
    if power_w <= 0 or not rated_w or power_w >= rated_w * SLOW_SHARE:
        return None
    if is_hot:
        return "heat"
    if (charging.soc_percent or 0) >= NEARLY_FULL_PERCENT:
        return "nearly_full"
    together_w = power_w + sum(others_w)
    is_at_rated = rated_w * SHARED_SHARE <= together_w <= rated_w * 2 - rated_w * SHARED_SHARE
    if any(others_w) and is_at_rated:
        return "shared_power"
    if charging.now - charging.started_at < SETTLED_AFTER:
        return None
    if not is_dc and any(low <= power_w <= high for low, high in ONE_PHASE_W):
        return "one_phase"
    return "car_limit"
