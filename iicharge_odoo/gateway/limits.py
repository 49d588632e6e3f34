# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Limit connections, so that whoever opens many leaves descriptors to Odoo and room to chargers.

A process has a limit of open files, each connection is one, and without any left Odoo serves no
page. Chargers may have half of them. Anyone can connect; a charger sends its request at once, so
that a connection without one is closed for the next: the oldest of the same address, or where
all are too many, the oldest of the address with the most.
"""

import logging
import resource
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from .few_lines import FewLines

_logger = logging.getLogger(__name__)
_logger.addFilter(FewLines(1))

_UNLIMITED = 2**20
_LEAST = 16


class Closable(Protocol):
    """Interface of a connection."""

    remote_address: str

    def abort(self) -> None:
        """Close at once."""


def count_descriptors() -> int:
    """Return how many files and connections this process may have open."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _UNLIMITED if soft == resource.RLIM_INFINITY else soft


class ConnectionLimits:
    """The connections there are, and those of them that have not sent their request.

    :param most: of all; 0: half of what the process may have open
    :param is_proxy: says whether all chargers may come from an address
    """

    def __init__(self, most: int, is_proxy: Callable[[str], bool]):
        self.most = most or max(count_descriptors() // 2, _LEAST)
        self.most_waiting = max(self.most // 2, 1)
        self.most_of_address = max(self.most // 8, 1)
        self._is_proxy = is_proxy
        self._count = 0
        self._waiting: OrderedDict[str, OrderedDict[Closable, None]] = OrderedDict()
        self._waiting_count = 0

    def enter(self, connection: Closable) -> bool:
        """Count a new connection, and close another for it where there are too many.

        :return: False: none may be closed for it; the caller closes it
        """
        self._count += 1
        address = connection.remote_address
        near = self._waiting.get(address, ())
        if len(near) >= self.most_of_address and not self._is_proxy(address):
            self._drop(address)
        elif self._waiting_count >= self.most_waiting or self._count > self.most:
            if not self._waiting:
                _logger.warning(
                    "A connection from %s is refused: all %s are in use. Raise the limit of open "
                    "files of Odoo's process (ulimit -n), of which chargers may have half.",
                    address,
                    self.most,
                )
                return False
            self._drop(max(self._waiting, key=lambda one: len(self._waiting[one])))
        self._waiting.setdefault(address, OrderedDict())[connection] = None
        self._waiting_count += 1
        return True

    def shown(self, connection: Closable) -> None:
        """Its request has come."""
        near = self._waiting.get(connection.remote_address)
        if near is None or connection not in near:
            return
        del near[connection]
        self._waiting_count -= 1
        if not near:
            del self._waiting[connection.remote_address]

    def leave(self, connection: Closable) -> None:
        """It is closed."""
        self.shown(connection)
        self._count -= 1

    def _drop(self, address: str) -> None:
        oldest = next(iter(self._waiting[address]))
        _logger.warning(
            "Connections from %s that send nothing are closed: %s are open, of which %s send "
            "nothing.",
            address,
            self._count,
            self._waiting_count,
        )
        self.shown(oldest)
        oldest.abort()
