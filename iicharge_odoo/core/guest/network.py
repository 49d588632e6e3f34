# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""By what a limit counts the addresses of guests' phones."""

from ipaddress import IPv4Address, ip_address, ip_network

# What a provider gives to one customer, who may use any address of it.
IPV6_PREFIX = 64


def get_network(address: str | None) -> str:
    """Get what counts as one address: an IPv4 address itself, of an IPv6 one its network of /64.

    All phones in a house may share it. What is no address counts as it is written.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    found = getattr(found, "ipv4_mapped", None) or found
    if isinstance(found, IPv4Address):
        return str(found)
    return str(ip_network((found.packed, IPV6_PREFIX), strict=False))
