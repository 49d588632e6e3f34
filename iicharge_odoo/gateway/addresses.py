# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Where a charger connects from: the peer, or behind a trusted proxy, whom the proxy names."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]

# [2001:db8::1]:4711 and 192.0.2.1:4711
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([^:]+):\d+")


def read_networks(text: str) -> Networks:
    """Read addresses and networks, separated by commas or blanks.

    :raises ValueError: one is neither
    """
    return tuple(ip_network(part, strict=False) for part in re.split(r"[\s,;]+", text) if part)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, maybe with a port; an IPv4 one inside IPv6 is that one."""
    text = text.strip()
    match = _WITH_PORT.fullmatch(text)
    try:
        found = ip_address(match[1] or match[2] if match else text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_trusted(address: str, proxies: Networks) -> bool:
    """Check whether an address is that of a trusted proxy."""
    found = read_address(address)
    return found is not None and any(found in network for network in proxies)


def find_client(peer: str, forwarded: Iterable[str], proxies: Networks) -> str:
    """Return the charger's address.

    Each proxy adds to X-Forwarded-For whom it was called by. Only what trusted ones have added
    is believed: from the end, the first address that is none of theirs.

    :param forwarded: the values of the header, in their order
    """
    client = peer
    for named in reversed(",".join(forwarded).split(",")):
        found = read_address(named)
        if found is None or not is_trusted(client, proxies):
            break
        client = str(found)
    return client
