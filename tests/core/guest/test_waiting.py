# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.core.guest.waiting import Waiter, find_offers, get_car_plug, get_most_kept


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
    assert find_offers(waiters, {7: "type2", 8: "ccs2"}, 2) == offers


def test_no_connector_no_offer():
    assert find_offers([Waiter(1)], {}, 1) == []


@pytest.mark.parametrize(
    ("most", "offers"),
    [(-1, [(3, 7)]), (0, [(3, 7)]), (1, [(1, 7), (3, 8)]), (2, [(1, 7), (2, 8)])],
)
def test_so_many_connectors_go_to_guests_without_a_stay_and_the_next_are_asked(most, offers):
    waiters = [Waiter(1, is_visitor=True), Waiter(2, is_visitor=True), Waiter(3)]
    assert find_offers(waiters, {7: "type2", 8: "ccs2"}, most) == offers


@pytest.mark.parametrize(
    ("connectors", "most"), [(0, 1), (1, 1), (2, 1), (3, 1), (4, 2), (9, 4), (10, 5)]
)
def test_half_of_the_connectors_are_kept_for_guests_without_a_stay(connectors, most):
    assert get_most_kept(connectors) == most


def test_socket_and_cable_fit_the_same_car():
    assert get_car_plug("type2_cable") == get_car_plug("type2") == "type2"
    assert get_car_plug("ccs2") == "ccs2"
    assert get_car_plug(None) == ""
