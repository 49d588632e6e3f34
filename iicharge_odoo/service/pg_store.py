# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gateway's other ports on PostgreSQL: known chargers, presence, queued commands.

Needs psycopg2 and the tables that Odoo makes (`iicharge_connection`, `iicharge_command`,
`iicharge_charger`, `iicharge_site`), but not Odoo.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from operator import attrgetter, itemgetter

import psycopg2
from psycopg2.extensions import connection as PgConnection

from ..gateway.ports import ChargerRecord, CommandRecord, Presence, Refused, TransientError
from ..gateway.version import LATE
from .pg_journal import to_timestamp
from .together import Together

_logger = logging.getLogger(__name__)

COMMAND_CHANNEL = "iicharge_command"
# Notifies which charger connected or disconnected; the payload is the charger's id.
PRESENCE_CHANNEL = "iicharge_presence"

# How long a statement for several chargers waits for what another transaction has locked of one.
SHORT_LOCK_MS = 50
# Refused connections without a charger that are kept: in all, and of one address.
MOST_UNKNOWN, MOST_OF_ADDRESS = 200, 50


class PgPool:
    """Pool of a few threads for blocking queries, each with a connection of its own."""

    def __init__(self, dsn: str, threads: int = 4):
        self.dsn = dsn
        self._local = threading.local()
        self._open: list[PgConnection] = []
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="iicharge-pg")

    async def query(
        self, sql: str, parameters: Sequence[object] = (), tries: int = 2
    ) -> list[tuple]:
        """Run one statement in its own transaction; return the rows, if it has any.

        Tried once more on a fresh connection when the server has dropped the old one.

        :param tries: 1 for a statement that must not run twice

        :raises TransientError: the database cannot be used now
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._query, sql, parameters, tries)

    async def run(self, function: Callable, *arguments: object):
        """Run a blocking function in one of the threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, function, *arguments)

    def close(self) -> None:
        """End the threads and their connections."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        for connection in self._open:
            connection.close()

    def _query(self, sql: str, parameters: Sequence[object], tries: int) -> list[tuple]:
        for attempt in range(1, tries + 1):
            try:
                with self._cursor() as cursor:
                    cursor.execute(sql, parameters)
                    return cursor.fetchall() if cursor.description else []
            except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
                if attempt == tries:
                    raise TransientError(str(error).strip()) from error
        raise AssertionError("unreachable")

    @contextmanager
    def _cursor(self) -> Iterator:
        connection = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = psycopg2.connect(self.dsn)
            connection.autocommit = True
            self._local.connection = connection
            self._open = [held for held in self._open if not held.closed] + [connection]
        with connection.cursor() as cursor:
            yield cursor


class PgDirectory:
    """`ChargerDirectory`, reading. Registering a new charger needs the ORM: see `register`."""

    _FIND = """
        SELECT charger.id, charger.identity_key, charger.admission,
               -- an empty hash fits no password: without one set, all are refused
               CASE WHEN charger.security_profile = '0' THEN NULL
                    ELSE coalesce(charger.secret_hash, '') END,
               charger.ocpp_version, coalesce(charger.assume_subprotocol, false),
               coalesce(nullif(charger.heartbeat_interval_s, 0), 300),
               coalesce(nullif(charger.time_zone, ''), site.time_zone, 'UTC'),
               charger.next_secret_hash, held.remote_address
          FROM iicharge_charger charger
          JOIN iicharge_site site ON site.id = charger.site_id
          LEFT JOIN iicharge_connection held ON held.charger_id = charger.id
         WHERE charger.identity_key = ANY(%s::varchar[]) AND charger.active
    """
    _CONFIRM = """
        UPDATE iicharge_charger SET secret_hash = next_secret_hash, next_secret_hash = NULL
         WHERE id = %s AND next_secret_hash = %s
    """

    def __init__(self, pool: PgPool):
        self._pool = pool
        self._finding = Together(self._find_all, get_key=str)

    async def find(self, identity: str) -> ChargerRecord | None:
        """Return the charger of that normalised identity."""
        return await self._finding.ask(identity)

    async def _find_all(self, identities: Sequence[str]) -> list[ChargerRecord | None]:
        records = [
            ChargerRecord(*row) for row in await self._pool.query(self._FIND, (list(identities),))
        ]
        by_identity = {record.identity: record for record in records}
        return [by_identity.get(identity) for identity in identities]

    async def register(
        self, identity: str, secret: str | None, remote_address: str
    ) -> ChargerRecord | None:
        """Refuse: a plain database has no admission rule. Odoo's service overrides it."""
        return None

    async def confirm_secret(self, record: ChargerRecord) -> None:
        """Keep only the next password of the charger, unless it has changed since."""
        await self._pool.query(self._CONFIRM, (record.id, record.next_secret_hash))


class PgConnections:
    """`ConnectionStore`. Presence need not survive a crash of the database: it does not wait
    for the disk.

    :param gateway: uuid of this gateway process
    """

    _OPENED = """
        SET LOCAL synchronous_commit = off;
        SET LOCAL lock_timeout = %s;
        INSERT INTO iicharge_connection AS held (charger_id, gateway, fence, online,
               connected_at, last_seen_at, remote_address, subprotocol)
        SELECT one.charger_id, %s, 1, true, one.at, one.at, one.address, one.subprotocol
          FROM unnest(%s::int[], %s::timestamp[], %s::varchar[], %s::varchar[])
            AS one (charger_id, at, address, subprotocol)
         ORDER BY one.charger_id
            ON CONFLICT (charger_id) DO UPDATE
           SET gateway = excluded.gateway, fence = coalesce(held.fence, 0) + 1, online = true,
               connected_at = excluded.connected_at, last_seen_at = excluded.last_seen_at,
               disconnected_at = NULL, remote_address = excluded.remote_address,
               subprotocol = excluded.subprotocol
        RETURNING charger_id, fence, pg_notify('iicharge_presence', charger_id::text)
    """
    _CLOSED = """
        SET LOCAL synchronous_commit = off;
        UPDATE iicharge_connection SET online = false, disconnected_at = %s
         WHERE charger_id = %s AND fence = %s
        RETURNING pg_notify('iicharge_presence', charger_id::text)
    """
    _SEEN = """
        SET LOCAL synchronous_commit = off;
        UPDATE iicharge_connection held
           SET last_seen_at = greatest(held.last_seen_at, sign.at), online = true
          FROM unnest(%s, %s, %s::timestamp[]) AS sign (charger_id, fence, at)
         WHERE held.charger_id = sign.charger_id AND held.fence = sign.fence
           -- a sign of life that is written after its connection closed is from before that
           AND (held.online OR coalesce(sign.at > held.disconnected_at, true))
        RETURNING held.charger_id
    """
    _EXPIRE = """
        SET LOCAL synchronous_commit = off;
        UPDATE iicharge_connection SET online = false, disconnected_at = last_seen_at
         WHERE online AND last_seen_at < %s
        RETURNING pg_notify('iicharge_presence', charger_id::text)
    """

    _REFUSED = """
        INSERT INTO iicharge_refused_connection AS kept (identity_key, identity, reason,
               charger_id, address, detail, first_at, last_at, count)
        SELECT refused.key, refused.identity, refused.reason, charger.id, refused.address,
               refused.detail, refused.at, refused.at, refused.count
          FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[],
                      %s::timestamp[], %s::int[])
            AS refused (key, identity, reason, address, detail, at, count)
          LEFT JOIN iicharge_charger charger ON charger.identity_key = refused.key
        ON CONFLICT (identity_key, reason) DO UPDATE
           SET identity = excluded.identity, charger_id = excluded.charger_id,
               address = excluded.address, detail = excluded.detail, last_at = excluded.last_at,
               count = least(kept.count::bigint + excluded.count, 1000000000)
        RETURNING charger_id
    """
    # Invented identities push a real one off the list only from its own address.
    _KEEP_FEW = """
        DELETE FROM iicharge_refused_connection WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (ORDER BY last_at DESC, id) AS number,
                       row_number() OVER (PARTITION BY address ORDER BY last_at DESC, id) AS near
                  FROM iicharge_refused_connection WHERE charger_id IS NULL
            ) unknown WHERE number > %s OR near > %s)
    """

    def __init__(self, pool: PgPool, gateway: str):
        self._pool = pool
        self._gateway = gateway
        self._opening = Together(self._open_all, get_key=itemgetter(0))

    async def opened(
        self, charger_id: int, at: datetime, remote_address: str, subprotocol: str
    ) -> int:
        """Mark the charger online; return the fence."""
        return await self._opening.ask((charger_id, to_timestamp(at), remote_address, subprotocol))

    async def _open_all(self, opened: Sequence[tuple]) -> list[int]:
        lock_ms, tries = (SHORT_LOCK_MS, 1) if len(opened) > 1 else (0, 2)
        columns = [list(column) for column in zip(*opened, strict=True)]
        rows = await self._pool.query(self._OPENED, (lock_ms, self._gateway, *columns), tries)
        fences = {charger_id: fence for charger_id, fence, _notified in rows}
        return [fences[charger_id] for charger_id, *_rest in opened]

    async def closed(self, charger_id: int, fence: int, at: datetime) -> None:
        """Mark it offline, unless a newer connection holds it."""
        await self._pool.query(self._CLOSED, (to_timestamp(at), charger_id, fence))

    async def seen(self, presences: Sequence[Presence]) -> set[int]:
        """Move the last-seen times; return the chargers that a newer connection holds."""
        chargers = [presence.charger_id for presence in presences]
        fences = [presence.fence for presence in presences]
        times = [to_timestamp(presence.at) for presence in presences]
        rows = await self._pool.query(self._SEEN, (chargers, fences, times))
        return set(chargers) - {charger_id for (charger_id,) in rows}

    async def expire(self, before: datetime) -> None:
        """Mark chargers of a dead gateway offline."""
        await self._pool.query(self._EXPIRE, (to_timestamp(before),))

    async def refused(self, refusals: Sequence[Refused]) -> None:
        """Keep refused connections, of each identity the newest of a reason with their number."""
        rows = {}
        for one in refusals:
            # "@" begins no identity that the gateway would look for: it is part of an address
            key = one.identity.casefold() or f"@{one.address}"
            rows[key, one.reason] = (
                *(key, one.identity, one.reason, one.address, one.detail.replace("\0", "")),
                *(to_timestamp(one.at), one.count),
            )
        columns = [list(column) for column in zip(*rows.values(), strict=True)]
        found = await self._pool.query(self._REFUSED, columns, tries=1)
        if any(charger_id is None for (charger_id,) in found):
            await self._pool.query(self._KEEP_FEW, (MOST_UNKNOWN, MOST_OF_ADDRESS))
        chargers = sorted({charger_id for (charger_id,) in found if charger_id is not None})
        if chargers:
            await self._pool.query(
                "SELECT pg_notify(%s, id::text) FROM unnest(%s) AS id", (PRESENCE_CHANNEL, chargers)
            )


class PgCommands:
    """`CommandSource`, woken by LISTEN on a connection of its own."""

    # The chargers whose newest connection is here: of one that has come back to another gateway the
    # old socket may still be here, unread.
    _HELD = """
        SELECT connection.charger_id FROM iicharge_connection connection
          JOIN unnest(%s::int[], %s::int[]) AS held (charger_id, fence)
            ON held.charger_id = connection.charger_id AND held.fence = connection.fence
    """
    _TAKE = f"""
        UPDATE iicharge_command command
           SET state = 'sent', sent_at = now() AT TIME ZONE 'UTC'
          FROM (SELECT DISTINCT ON (charger_id) id, coalesce(secret_payload, payload) AS payload,
                       coalesce(request = ANY(%s::varchar[]), false) AS is_late
                  FROM iicharge_command
                 WHERE state = 'queued' AND charger_id IN ({_HELD})
                   AND (expires_at IS NULL OR expires_at > now() AT TIME ZONE 'UTC')
                 ORDER BY charger_id, is_late, id) taken
         WHERE command.id = taken.id AND command.state = 'queued'
        RETURNING command.id, command.charger_id, command.action, taken.payload, taken.is_late
    """
    _RETURN = f"""
        UPDATE iicharge_command command SET state = 'queued', sent_at = NULL
         WHERE state = 'sent' AND charger_id IN ({_HELD}) AND NOT EXISTS (
               SELECT FROM iicharge_ocpp_message WHERE command_id = command.id)
           AND sent_at >= now() AT TIME ZONE 'UTC' - make_interval(secs => %s)
    """
    _RECONNECT_S = 2
    # Between our clock and the database's lies the way of a statement.
    _SLACK_S = 1

    def __init__(self, pool: PgPool):
        self._pool = pool
        self._wake: Callable[[], None] | None = None
        self._listening: PgConnection | None = None
        self._socket = -1
        self._again: asyncio.Task | None = None
        self._doubtful_since: float | None = None

    async def start(self, wake: Callable[[], None]) -> None:
        """Listen; `wake` is called in the loop at each notification, and once at the start."""
        self._wake = wake
        await self._listen()

    async def take(self, held: Mapping[int, int]) -> list[CommandRecord]:
        """Mark the oldest queued command of each charger as sent, and return them; one for its
        display comes after all others.

        None of these chargers has a command under way. What a take has marked whose answer
        was lost was not sent, and is queued again first.
        """
        chargers, fences = list(held.keys()), list(held.values())
        if self._doubtful_since is not None:
            age_s = time.monotonic() - self._doubtful_since + self._SLACK_S
            await self._pool.query(self._RETURN, (chargers, fences, age_s))
            self._doubtful_since = None
        began = time.monotonic()
        try:
            rows = await self._pool.query(self._TAKE, (list(LATE), chargers, fences), tries=1)
        except TransientError:
            self._doubtful_since = began
            raise
        return sorted((CommandRecord(*row) for row in rows), key=attrgetter("id"))

    async def stop(self) -> None:
        """End listening."""
        if self._again is not None:
            self._again.cancel()
        self._drop()

    async def _listen(self) -> None:
        self._listening = await self._pool.run(_open_listener, self._pool.dsn)
        self._socket = self._listening.fileno()
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        self._wake()  # for what was queued while it was not listening

    def _read(self) -> None:
        try:
            self._listening.poll()
        except psycopg2.Error as error:
            _logger.info("Listening for commands ended; restarting: %s", error)
            self._drop()
            self._again = asyncio.get_running_loop().create_task(self._listen_again())
            return
        if self._listening.notifies:
            self._listening.notifies.clear()
            self._wake()

    async def _listen_again(self) -> None:
        while True:
            await asyncio.sleep(self._RECONNECT_S)
            try:
                return await self._listen()
            except psycopg2.Error as error:
                _logger.info("Still not listening for commands: %s", error)

    def _drop(self) -> None:
        if self._listening is not None:
            # by its number: a connection that was dropped no longer has its socket
            asyncio.get_running_loop().remove_reader(self._socket)
            self._listening.close()
            self._listening = None


def _open_listener(dsn: str) -> PgConnection:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {COMMAND_CHANNEL}")
    return connection
