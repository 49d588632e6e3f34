# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the gateways of this process do, by database."""

import threading
from typing import NamedTuple

OFF, WAITING, RUNNING, TAKEN, FAILED = "off", "waiting", "running", "taken", "failed"


class State(NamedTuple):
    """State of a gateway.

    :param kind: one of the constants of this module
    :param place: where it listens or would listen
    :param detail: RUNNING: the gateway's id; TAKEN: the database of this process that listens
        there; FAILED: the error; else empty
    """

    kind: str
    place: str = ""
    detail: str = ""


class PlaceTaken(RuntimeError):
    """The address and port are used by a database of this process, or by another program."""

    def __init__(self, dbname, place, other):
        who = f"the gateway of database {other} of this Odoo" if other else "another program"
        super().__init__(
            f"Chargers of database {dbname} cannot connect: {who} listens on {place}. "
            "Choose another port in the settings of one of them."
        )
        self.other = other


_states = {}
_lock = threading.Lock()


def set_state(dbname, state):
    """Keep what the gateway of a database does."""
    with _lock:
        _states[dbname] = state


def drop_state(dbname):
    """Drop it: the database has no gateway any more."""
    with _lock:
        _states.pop(dbname, None)


def find_listener(port, but):
    """Return the database of this process whose gateway has that port, or an empty text."""
    with _lock:
        for dbname, state in _states.items():
            if dbname != but and state.kind == RUNNING and state.place.endswith(f":{port}"):
                return dbname
    return ""
