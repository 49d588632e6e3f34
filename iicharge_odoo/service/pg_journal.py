# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gateway's journal on PostgreSQL: COPY and INSERT, one commit for a whole batch.

Needs psycopg2 and the table `iicharge_ocpp_message` that Odoo makes, but not Odoo. Times go
into the database as Odoo keeps them: UTC without a zone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby

import psycopg2
import psycopg2.errors
from psycopg2.extensions import connection as PgConnection
from psycopg2.extras import execute_values

from ..gateway.ports import JournalEntry, LockedError, Receipt, TransientError

JOURNAL_CHANNEL = "iicharge_journal"
# How long a statement waits for a lock: meanwhile no charger gets an answer.
LOCK_MS = 100
# In the context of an error that met a lock as it checked a foreign key, in any language.
_FOREIGN_KEY_CHECK = "FOR KEY SHARE"

_COLUMNS = (
    "charger_id, direction, ocpp_version, message_id, action, payload, answer, error_code,"
    " received_at, transaction_id, key, command_id, state, attempts, reason, token_id"
)
_NOTIFY = f"NOTIFY {JOURNAL_CHANNEL}"
_COPY = f"COPY iicharge_ocpp_message ({_COLUMNS}) FROM STDIN"
_COPY_BUFFER_BYTES = 1 << 18
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"})
_NULL = "\\N"

# The index on (charger_id, key) may be partial; naming its condition fits a whole one too.
_INSERT_KEYED = f"""
    INSERT INTO iicharge_ocpp_message ({_COLUMNS}) VALUES %s
    ON CONFLICT (charger_id, key) WHERE key IS NOT NULL DO NOTHING
    RETURNING charger_id, key
"""
_FIND_KEYED = """
    SELECT charger_id, key, transaction_id, answer FROM iicharge_ocpp_message
     WHERE (charger_id, key) IN %s
"""
_ALLOCATE = "SELECT nextval('iicharge_transaction_id_seq') FROM generate_series(1, %s)"

_ROW_ERRORS = (psycopg2.DataError, psycopg2.IntegrityError)


class PgJournal:
    """`JournalStore`: COPY for what is only kept, INSERT … ON CONFLICT for what has a key.

    The commit is made here, on a connection of its own, and waits for the disk.
    """

    def __init__(self, dsn: str):
        self._dsn = dsn
        self._connection: PgConnection | None = None

    def write(self, entries: Sequence[JournalEntry]) -> list[Receipt]:
        """Write all in one transaction; see `JournalStore.write`.

        A row that breaks a constraint or does not fit its column fails the transaction and
        is the caller's to find. Any other failure (no server, no table during an upgrade,
        a deadlock) is temporary: `TransientError`.
        """
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg2.connect(self._dsn)
                self._connection.autocommit = True
                with self._connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = %s", [LOCK_MS])
            return self._write(entries)
        except _ROW_ERRORS:
            raise
        except psycopg2.errors.LockNotAvailable as error:
            is_record = _FOREIGN_KEY_CHECK in (error.diag.context or "")
            raise (LockedError if is_record else TransientError)(str(error).strip()) from error
        except psycopg2.Error as error:
            self.close()
            raise TransientError(str(error).strip()) from error

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write(self, entries: Sequence[JournalEntry]) -> list[Receipt]:
        with self._connection.cursor() as cursor:
            if not any(entry.key is not None for entry in entries):
                # Both in one string are one transaction without BEGIN and COMMIT: two round
                # trips less, a fifth of a small batch's CPU.
                return _copy(cursor, entries, f"{_NOTIFY}; {_COPY}")
            cursor.execute(f"BEGIN; {_NOTIFY}")
            try:
                receipts: list[Receipt] = []
                # In their order, so that the ids have the same order.
                for keyed, group in groupby(entries, key=_has_key):
                    write = _insert_keyed if keyed else _copy
                    receipts += write(cursor, list(group))
                cursor.execute("COMMIT")
                return receipts
            except BaseException:
                if not self._connection.closed:
                    cursor.execute("ROLLBACK")
                raise


def _has_key(entry: JournalEntry) -> bool:
    return entry.key is not None


_PLAIN_RECEIPT = Receipt()


def _copy(cursor, entries: Sequence[JournalEntry], statement: str = _COPY) -> list[Receipt]:
    lines = "".join([_copy_line(entry) for entry in entries])
    cursor.copy_expert(statement, BytesIO(lines.encode()), _COPY_BUFFER_BYTES)
    return [_PLAIN_RECEIPT] * len(entries)


def _copy_line(entry: JournalEntry, transaction_id: str | None = None) -> str:
    command_id = entry.command_id
    return (
        f"{entry.charger_id}\t{entry.direction}\t{entry.ocpp_version}"
        f"\t{_copy_text(entry.message_id)}\t{_copy_text(entry.action)}"
        f"\t{_copy_text(entry.payload)}\t{_copy_text(entry.answer)}"
        f"\t{_copy_text(entry.error_code)}\t{entry.received_at.isoformat()}"
        f"\t{_NULL if transaction_id is None else transaction_id}\t{_NULL}"
        f"\t{_NULL if command_id is None else command_id}\t{entry.state}\t0"
        f"\t{_copy_text(entry.reason)}\t{_NULL if entry.token_id is None else entry.token_id}\n"
    )


def _copy_text(text: str | None) -> str:
    if text is None:
        return _NULL
    # five searches in C take a fraction of one pass over the characters in Python
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text or "\0" in text:
        return text.translate(_COPY_ESCAPES)
    return text


def _insert_keyed(cursor, entries: list[JournalEntry]) -> list[Receipt]:
    """Insert what has a key; for a key that exists, return the first row's answer.

    The repeat is kept too, without the key, as evidence.
    """
    cursor.execute(_ALLOCATE, (len(entries),))
    numbers = [number for (number,) in cursor.fetchall()]
    answers = [
        entry.complete(number) if entry.complete else entry.answer
        for entry, number in zip(entries, numbers, strict=True)
    ]
    rows = [
        _keyed_row(entry, number, answer)
        for entry, number, answer in zip(entries, numbers, answers, strict=True)
    ]
    inserted = set(execute_values(cursor, _INSERT_KEYED, rows, page_size=len(rows), fetch=True))
    receipts: list[Receipt | None] = []
    repeats: list[JournalEntry] = []
    for entry, number, answer in zip(entries, numbers, answers, strict=True):
        if (entry.charger_id, entry.key) in inserted:
            inserted.discard((entry.charger_id, entry.key))
            receipts.append(Receipt(str(number), answer))
        else:
            receipts.append(None)
            repeats.append(entry)
    if repeats:
        first = iter(_find_first(cursor, repeats))
        receipts = [receipt or next(first) for receipt in receipts]
    return receipts


def _find_first(cursor, repeats: list[JournalEntry]) -> list[Receipt]:
    cursor.execute(_FIND_KEYED, (tuple((entry.charger_id, entry.key) for entry in repeats),))
    rows = {(charger, key): (number, answer) for charger, key, number, answer in cursor}
    receipts, lines = [], []
    for entry in repeats:
        if (entry.charger_id, entry.key) not in rows:
            raise TransientError("The first message of this key was deleted just now.")
        number, answer = rows[entry.charger_id, entry.key]
        receipts.append(Receipt(number, answer, repeated=True))
        reason = f"Sent again; transaction {number} was given for the first one."
        lines.append(_copy_line(replace(entry, answer=answer, state="kept", reason=reason), number))
    cursor.copy_expert(_COPY, BytesIO("".join(lines).encode()))
    return receipts


def _keyed_row(entry: JournalEntry, number: int, answer: str | None) -> tuple:
    return (
        entry.charger_id,
        entry.direction,
        entry.ocpp_version,
        _plain(entry.message_id),
        _plain(entry.action),
        _plain(entry.payload),
        answer,
        entry.error_code,
        to_timestamp(entry.received_at),
        str(number),
        entry.key,
        entry.command_id,
        entry.state,
        0,
        _plain(entry.reason),
        entry.token_id,
    )


def _plain(text: str | None) -> str | None:
    return text.replace("\0", "\ufffd") if text else text


def to_timestamp(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
