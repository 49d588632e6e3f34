# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which free connector is offered to which guest of a waiting list.

The first of the list comes first. A guest is left out, and keeps the place, whose car does not fit,
who lets the others go first, or who cannot be reached: in the quiet hours only who has the page
open is asked.
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
    """

    key: int
    plug: str = ""
    is_passing: bool = False
    is_reachable: bool = True


def get_car_plug(standard: str | None) -> str:
    """Get the plug of a car that fits a connector's standard."""
    return SAME_CAR.get(standard or "", standard or "")


def find_offers(waiters: Iterable[Waiter], free: Mapping[int, str]) -> list[tuple[int, int]]:
    """Find the offers to make: each connector to one guest, each guest one.

    :param waiters: in the order of the list
    :param free: connectors in the order in which to offer them, with what `get_car_plug` gives
    :return: (key of the guest, connector)
    """
    left = dict(free)
    offers = []
    for waiter in waiters:
        if waiter.is_passing or not waiter.is_reachable:
            continue
        fitting = next((one for one, plug in left.items() if waiter.plug in ("", plug)), None)
        if fitting is not None:
            del left[fitting]
            offers.append((waiter.key, fitting))
    return offers
