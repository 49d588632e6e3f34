# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Interfaces of the gateway to the outside (ports), and the records that they pass.

Every port but `JournalStore` is asynchronous: an implementation that blocks brings its own
bounded executor. `JournalStore` blocks and is called from the journal's thread only.
All datetimes are aware and in UTC.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Admission = Literal["accepted", "pending", "refused"]
MessageState = Literal["new", "kept"]


@dataclass(frozen=True, slots=True)
class ChargerRecord:
    """Data of a charger.

    :param identity: normalised by `core.identity.normalise_charger_id`
    :param secret_hash: of `core.identity.hash_secret`; None: no password is asked for;
        empty: one is asked for and none fits
    :param next_secret_hash: of the password that was sent to the charger, which fits as well
    :param ocpp_version: pinned version, None: as negotiated
    :param assume_subprotocol: may connect without offering a subprotocol
    :param time_zone: IANA name, of the charger's clock
    :param last_address: where it connected from the last time; it had the password
    """

    id: int
    identity: str
    admission: Admission
    secret_hash: str | None
    ocpp_version: str | None
    assume_subprotocol: bool
    heartbeat_interval_s: int
    time_zone: str
    next_secret_hash: str | None = None
    last_address: str | None = None


@dataclass(frozen=True, slots=True)
class TokenDecision:
    """Decision on whether a token may charge.

    :param status: a value that AuthorizationStatus has in all versions
    :param parent_id_tag: group of the token (1.6: parentIdTag, 2.x: groupIdToken)
    :param token_id: of the `iicharge.token` that was decided on; None: no such token
    """

    status: Literal["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"]
    expires_at: datetime | None = None
    parent_id_tag: str | None = None
    token_id: int | None = None


@dataclass(slots=True)
class JournalEntry:
    """One message and its answer, as stored in `iicharge_ocpp_message`.

    :param direction: "in": the charger called, "out": we called
    :param ocpp_version: name of the version, e.g. "1.6"
    :param message_id: OCPP UniqueId; "-1" where none could be read
    :param action: None where it could not be read
    :param payload: JSON text as received or sent; the raw frame where it was unreadable
    :param answer: JSON text of the answer's payload, or of [code, description, details]
    :param key: of a message that must have an effect once (StartTransaction)
    :param complete: makes the answer from the transaction id that the store allocates;
        given together with `key`
    :param token_id: of the token that a start was authorized with
    :param state: "new": the processor applies it, "kept": evidence only
    :param reason: its irregularities, in words for a technician
    """

    charger_id: int
    direction: Literal["in", "out"]
    ocpp_version: str
    message_id: str
    action: str | None
    payload: str
    received_at: datetime
    answer: str | None = None
    error_code: str | None = None
    key: str | None = None
    complete: Callable[[int], str] | None = None
    command_id: int | None = None
    state: MessageState = "new"
    reason: str | None = None
    token_id: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Result of a written entry.

    :param transaction_id: allocated, or that of the first row with the same key
    :param answer: JSON text to send to the charger, where the store made or found it
    :param repeated: the key was there already; the answer is the first row's
    """

    transaction_id: str | None = None
    answer: str | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A queued `iicharge.command`.

    :param payload: JSON text
    :param is_late: whether others go first, see `version.LATE`
    """

    id: int
    charger_id: int
    action: str
    payload: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    """A sign of life of one connection."""

    charger_id: int
    fence: int
    at: datetime


RefusalReason = Literal[
    "no_version",
    "other_version",
    "bad_identity",
    "other_path",
    "unknown",
    "no_password",
    "wrong_password",
    "many_passwords",
    "refused",
    "tls",
    "full",
    "two_devices",
]


@dataclass(frozen=True, slots=True)
class Refused:
    """Connections that were refused for a reason.

    :param identity: as the charger spells it; empty where it has not said it
    :param address: of the last one
    :param at: when the last one was
    :param detail: what it offered or called, in its own words
    """

    identity: str
    reason: RefusalReason
    address: str
    at: datetime
    detail: str = ""
    count: int = 1


class TransientError(Exception):
    """The store failed temporarily; the caller retries until it succeeds."""


class LockedError(TransientError):
    """Another transaction has locked a record that an entry refers to, such as its charger."""


class ChargerDirectory(Protocol):
    async def find(self, identity: str) -> ChargerRecord | None:
        """Return the charger of that normalised identity."""

    async def register(
        self, identity: str, secret: str | None, remote_address: str
    ) -> ChargerRecord | None:
        """Put an unknown charger on the list of new ones; None where the site forbids it.

        :param identity: as the charger spells it
        """

    async def confirm_secret(self, record: ChargerRecord) -> None:
        """Keep only the next password, with which the charger has connected."""


class Authorizer(Protocol):
    async def decide(
        self, charger_id: int, connector_number: int | None, id_tag: str
    ) -> TokenDecision:
        """Decide on a tag as the charger wrote it; compare by `core.identity.normalise_id_tag`.

        :param connector_number: None for Authorize, which names no connector
        """


class JournalStore(Protocol):
    def write(self, entries: Sequence[JournalEntry]) -> list[Receipt]:
        """Write all entries in their order in one transaction, and wake the processor.

        :return: one receipt for each entry
        :raises TransientError: nothing was written, the same call may succeed later
        :raises LockedError: the same, and it may be one charger's entries only
        :raises Exception: nothing was written, because of one of the entries
        """

    def close(self) -> None:
        """Release its resources."""


class ConnectionStore(Protocol):
    async def opened(
        self, charger_id: int, at: datetime, remote_address: str, subprotocol: str
    ) -> int:
        """Mark the charger online. Return the fence, larger than every one before it."""

    async def closed(self, charger_id: int, fence: int, at: datetime) -> None:
        """Mark it offline, unless a newer connection holds it."""

    async def seen(self, presences: Sequence[Presence]) -> set[int]:
        """Move the last-seen times. Return the chargers that a newer connection holds."""

    async def expire(self, before: datetime) -> None:
        """Mark chargers of a dead gateway offline: those not seen since `before`."""

    async def refused(self, refusals: Sequence[Refused]) -> None:
        """Keep refused connections, a bounded number, for a technician."""


class CommandSource(Protocol):
    async def start(self, wake: Callable[[], None]) -> None:
        """Call `wake` in the loop whenever a command may have been queued."""

    async def take(self, held: Mapping[int, int]) -> list[CommandRecord]:
        """Mark the oldest queued command of each charger as sent, and return them.

        :param held: fence of the connection held here, by charger; one that a newer connection
            holds elsewhere gets its commands there
        """

    async def stop(self) -> None:
        """Stop what `start` started."""
