# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from iicharge_odoo.core.guide import choose_guide, find_fault


def choose(status="available", error_code=None, waited_s=0, online=True, **more):
    return choose_guide(status, error_code, waited_s, online, **more)


def test_fault_that_ocpp_does_not_know_is_any_other_error():
    assert choose("faulted", "0x17") == "OtherError"
    assert choose("faulted") == "OtherError"


def test_charger_offline_comes_before_its_last_status():
    assert choose("faulted", "GroundFailure", online=False) == "offline"


def test_refusal_comes_before_the_status():
    assert choose("faulted", "GroundFailure", online=False, refusal="no_post") == "no_post"


def test_error_without_a_fault_is_explained_too():
    assert choose("suspended_evse", "EVCommunicationError") == "EVCommunicationError"


def test_waiting_car_is_distinguished_from_one_that_waits_too_long():
    assert choose("preparing", waited_s=119) == "preparing"
    assert choose("preparing", waited_s=120) == "preparing_long"


def test_connector_without_a_fault_has_a_guide_for_the_doubtful():
    assert choose("charging") == choose("available") == "nothing_reported"


def test_fault_is_found_only_where_one_is_reported():
    assert find_fault("available", None) is None
    assert find_fault("reserved", None) is None
    assert find_fault("faulted", None) == "OtherError"
    assert find_fault("charging", "HighTemperature") == "HighTemperature"
    assert find_fault("available", "E17") == "OtherError"
