# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which free connector is offered to which guest of a waiting list.

The first of the list comes first. A guest is left out, and keeps the place, whose car does not fit,
who lets the others go first, or who cannot be reached: in the quiet hours only who has the page
open is asked, and of guests without a stay who has confirmed an address or has the page open.

For guests without a stay half of a site's connectors are kept at once, and at least one: the
others stay free for the house, however many such guests one person invents. The next of the list
are asked then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Plugs of a car that fit more than one kind of connector: a socket takes the car's own cable.
SAME_CAR = {"type2_cable": "type2"}


@dataclass(frozen=True, slots=True)
class Waiter:
    """A guest of the list.

    :param key: names the guest
    :param plug: what the car needs, as `get_car_plug` gives it; empty: any
    :param is_passing: lets the others go first
    :param is_reachable: learns of an offer in time
    :param is_visitor: has no stay
    """

    key: int
    plug: str = ""
    is_passing: bool = False
    is_reachable: bool = True
    is_visitor: bool = False


def get_car_plug(standard: str | None) -> str:
    """Get the plug of a car that fits a connector's standard."""
    return SAME_CAR.get(standard or "", standard or "")


def get_most_kept(connectors: int) -> int:
    """Get how many of a site's connectors may be kept for guests without a stay at once."""
    return max(connectors // 2, 1)


def find_offers(
    waiters: Iterable[Waiter], free: Mapping[int, str], most_to_visitors: int
) -> list[tuple[int, int]]:
    """Find the offers to make: each connector to one guest, each guest one.

    :param waiters: in the order of the list
    :param free: connectors in the order in which to offer them, with what `get_car_plug` gives
    :param most_to_visitors: so many offers may go to guests without a stay
    :return: (key of the guest, connector)
    """
    left = dict(free)
    offers = []
    for waiter in waiters:
        if waiter.is_passing or not waiter.is_reachable:
            continue
        if waiter.is_visitor and most_to_visitors <= 0:
            continue
        fitting = next((one for one, plug in left.items() if waiter.plug in ("", plug)), None)
        if fitting is not None:
            del left[fitting]
            most_to_visitors -= waiter.is_visitor
            offers.append((waiter.key, fitting))
    return offers
