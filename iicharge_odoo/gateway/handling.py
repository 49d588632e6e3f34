# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Base of the handlers of a charger's calls, in any version of OCPP.

A version brings one `Handler` per action. The rule behind all of them (docs/chargers.md): a
charger's report is never answered with an error because of its content. A payload that
violates the schema is kept as received, with a note in the journal; only a question that
cannot be read, as it has no token, gets a CALLERROR.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from .frames import Call, error_answer
from .ports import Authorizer, ChargerDirectory, ChargerRecord, JournalEntry, MessageState
from .quota import Quota

VendorHandler = Callable[[ChargerRecord, Mapping[str, object]], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Decision:
    """Answer and journal entry of a call; the fields are those of `JournalEntry`.

    :param journalled: False only for Heartbeat
    """

    answer: str | None
    error_code: str | None = None
    key: str | None = None
    complete: Callable[[int], str] | None = None
    state: MessageState = "new"
    reason: str | None = None
    token_id: int | None = None
    journalled: bool = True


_CONFIRMED = {state: Decision("{}", state=state) for state in ("new", "kept")}


@dataclass(slots=True)
class Station:
    """One charger as the handlers see it. `record` is renewed at each boot, and at each
    question until it is accepted; the authorizer checks that it still is."""

    record: ChargerRecord
    directory: ChargerDirectory
    authorizer: Authorizer
    clock: Callable[[], datetime]
    pending_interval_s: int = 60
    vendors: Mapping[str, VendorHandler] = field(default_factory=dict)
    quota: Quota = field(default_factory=Quota)
    remote_address: str = ""

    @property
    def accepted(self) -> bool:
        return self.record.admission == "accepted"

    def may_keep(self, entry: JournalEntry) -> bool:
        """Check whether a message is kept: of a charger that is not accepted only so many are."""
        return self.accepted or self.quota.take(entry)


class Handler:
    """Base of the handlers; answers `{}`. The class has the name of its action.

    :cvar needs: fields without which nothing sensible can be answered, and their types
    :cvar state: state of the journal entry
    """

    needs: ClassVar[Mapping[str, type]] = {}
    state: ClassVar[MessageState] = "new"

    @classmethod
    def decide(cls, station: Station, call: Call) -> Decision | Awaitable[Decision]:
        return _CONFIRMED[cls.state]


class RecordOnly(Handler):
    """A report that is kept for the technician and changes no record."""

    state = "kept"


def read_as(kind: type, value: object) -> int | str | None:
    """Read a field that a charger sent as another JSON type (docs/chargers.md row 49).

    :param kind: `int` or `str`
    :return: None where it cannot be read as `kind`
    """
    if type(value) is kind:
        return value
    if kind is str:
        return str(value) if type(value) in (int, float) else None
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is str and re.fullmatch(r"\s*[+-]?\d{1,10}\s*", value, re.ASCII):
        return int(value)
    return None


def refuse(error_code: str, description: str) -> Decision:
    """Answer with a CALLERROR; the message is kept."""
    answer = error_answer(error_code, description)
    return Decision(answer, error_code=error_code, state="kept", reason=description)


def note(decision: Decision | Awaitable[Decision], reason: str) -> Decision | Awaitable[Decision]:
    """Add the irregularities of the call to a decision."""
    if isinstance(decision, Decision):
        return replace(decision, reason=reason)
    return _add_reason_later(decision, reason)


async def _add_reason_later(pending: Awaitable[Decision], reason: str) -> Decision:
    decision = await pending
    return replace(decision, reason=f"{decision.reason} {reason}" if decision.reason else reason)
