# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.simulator.configuration import Configuration


def make(**initial):
    return Configuration(connectors=2, secret="0123456789abcdef", initial=initial)


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("MeterValueSampleInterval", "10", "Accepted"),
        ("metervaluesampleinterval", "10", "Accepted"),
        ("HeartbeatInterval", "-1", "Rejected"),
        ("HeartbeatInterval", "soon", "Rejected"),
        ("HeartbeatInterval", "", "Rejected"),
        ("NumberOfConnectors", "3", "Rejected"),
        ("AuthorizeRemoteTxRequests", "yes", "Rejected"),
        ("MeterValuesSampledData", "Voltage, SoC", "Accepted"),
        ("MeterValuesSampledData", "Temperature", "Rejected"),
        ("AuthorizationKey", "short", "Rejected"),
        ("SomethingElse", "1", "NotSupported"),
    ],
)
def test_change_is_answered_truthfully(key, value, status):
    configuration = make()
    before = configuration.read(None)
    assert configuration.change(key, value) == status
    if status != "Accepted":
        assert configuration.read(None) == before
    else:
        entries, _ = configuration.read([key])
        assert entries[0]["value"] == value


def test_read_gives_unknown_keys_apart():
    entries, unknown = make().read(["HeartbeatInterval", "Nothing"])
    assert entries == [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}]
    assert unknown == ["Nothing"]


def test_read_of_everything_leaves_the_secret_out():
    entries, _ = make().read(None)
    assert "0123456789abcdef" not in str(entries)
    assert {"key": "AuthorizationKey", "readonly": False} in entries


def test_initial_value_that_cannot_be_set_is_refused_with_the_key():
    with pytest.raises(ValueError, match="NumberOfConnectors"):
        make(NumberOfConnectors="9")
