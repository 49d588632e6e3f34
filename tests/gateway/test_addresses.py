# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.gateway.addresses import find_client, is_trusted, read_networks

PROXIES = read_networks("127.0.0.1, 10.0.0.0/8 2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", ["192.0.2.7"], "192.0.2.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("192.0.2.1", ["192.0.2.7"], "192.0.2.1"),
        # what a charger writes itself is before what the proxy adds
        ("127.0.0.1", ["6.6.6.6, 192.0.2.7"], "192.0.2.7"),
        ("127.0.0.1", ["6.6.6.6", "192.0.2.7, 10.1.1.1"], "192.0.2.7"),
        ("::ffff:127.0.0.1", ["192.0.2.7:4711"], "192.0.2.7"),
        ("2001:db8::5", ["[2001:db9::7]:80"], "2001:db9::7"),
        ("127.0.0.1", ["unknown"], "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.7, _hidden"], "127.0.0.1"),
        ("127.0.0.1", ["10.1.1.2, 10.1.1.1"], "10.1.1.2"),
    ],
)
def test_client_found_behind_trusted_proxies_only(peer, forwarded, client):
    assert find_client(peer, forwarded, PROXIES) == client


def test_nothing_trusted_without_proxies():
    assert read_networks("") == ()
    assert find_client("127.0.0.1", ["192.0.2.7"], ()) == "127.0.0.1"
    assert not is_trusted("not an address", PROXIES)


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/33", "127.0.0.1;x"])
def test_names_are_no_networks(text):
    with pytest.raises(ValueError):
        read_networks(text)
