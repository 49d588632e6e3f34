# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.core.guest.waiting import Waiter, find_offers, get_car_plug


@pytest.mark.parametrize(
    ("waiters", "offers"),
    [
        ([Waiter(1), Waiter(2)], [(1, 7), (2, 8)]),
        ([Waiter(1), Waiter(2), Waiter(3)], [(1, 7), (2, 8)]),
        ([Waiter(1, is_passing=True), Waiter(2)], [(2, 7)]),
        ([Waiter(1, is_reachable=False), Waiter(2)], [(2, 7)]),
        ([Waiter(1, plug="ccs2"), Waiter(2, plug="type2")], [(1, 8), (2, 7)]),
        ([Waiter(1, plug="chademo"), Waiter(2)], [(2, 7)]),
        ([Waiter(1, plug="ccs2"), Waiter(2, plug="ccs2"), Waiter(3)], [(1, 8), (3, 7)]),
        ([], []),
    ],
)
def test_each_connector_goes_to_the_first_guest_whom_it_fits(waiters, offers):
    assert find_offers(waiters, {7: "type2", 8: "ccs2"}) == offers


def test_no_connector_no_offer():
    assert find_offers([Waiter(1)], {}) == []


def test_socket_and_cable_fit_the_same_car():
    assert get_car_plug("type2_cable") == get_car_plug("type2") == "type2"
    assert get_car_plug("ccs2") == "ccs2"
    assert get_car_plug(None) == ""
