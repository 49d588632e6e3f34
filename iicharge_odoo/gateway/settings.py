# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Settings of the gateway. Times in seconds, sizes in bytes."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the gateway; the defaults fit a hotel, tests shorten the times.

    :param path: chargers connect to ``ws://host:port{path}/{charger id}``
    :param host: to listen on; with TLS by a proxy, only the proxy should reach it
    :param trusted_proxies: networks of proxies in front, whose X-Forwarded-For is believed
    :param max_connections: 0: half of the files that the process may have open
    :param max_frame_bytes: longest message of an accepted charger
    :param max_new_frame_bytes: longest message of one that is not accepted yet
    :param handshake_timeout_s: for the HTTP request to arrive and be decided on
    :param boot_backstop_s: calls to a charger wait for its BootNotification this long
        (docs/chargers.md rows 5 and 7)
    :param pending_interval_s: after which a charger that is not accepted boots again
    :param report_timeout_s: for the answer to a request for a report, or to what is for a display,
        which holds up the commands after it, such as a guest's start
    :param presence_interval_s: between two writes of the last-seen times
    :param presence_lease_s: a charger not seen for so long is offline
    :param settle_s: after a boot, or a connection without one, before the first call
    :param pace_s: between two calls in the first `calm_s` after that
    :param max_queued: journal entries waiting for the writer before chargers are held up
    :param max_batch: journal entries in one commit
    :param answer_timeout_s: a connection that has been owed an answer for longer is closed
    :param probe_s: in which a connection that another is to replace again must answer a ping
    :param wrong_passwords: per minute, address and charger id, before HTTP 429
    """

    host: str = "0.0.0.0"
    port: int = 9000
    path: str = "/ocpp"
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    max_connections: int = 0
    max_frame_bytes: int = 1_048_576
    max_new_frame_bytes: int = 65_536
    handshake_timeout_s: float = 15
    boot_backstop_s: float = 10
    ask_for_boot: bool = True
    pending_interval_s: int = 60
    call_timeout_s: float = 30
    report_timeout_s: float = 3
    ping_interval_s: float = 30
    presence_interval_s: float = 5
    presence_lease_s: float = 120
    command_poll_s: float = 10
    settle_s: float = 2
    pace_s: float = 1
    calm_s: float = 30
    max_queued: int = 10_000
    max_batch: int = 2_000
    wrong_passwords: int = 5
    probe_s: float = 2
    close_timeout_s: float = 5
    answer_timeout_s: float = 120
