# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The journal on a real PostgreSQL."""

import json
import threading
from contextlib import closing
from datetime import UTC, datetime

import psycopg2
import pytest

from iicharge_odoo.gateway.hiding import Clean
from iicharge_odoo.gateway.ports import JournalEntry, LockedError, TransientError
from iicharge_odoo.service.pg_journal import PgJournal

from .harness import METER_VALUES, START

pytestmark = pytest.mark.db

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def meter_values(number=1, **values):
    values = {"charger_id": 1, "answer": "{}"} | values
    return JournalEntry(
        direction="in",
        ocpp_version="1.6",
        message_id=f"m{number}",
        action="MeterValues",
        payload=json.dumps(METER_VALUES),
        received_at=NOW,
        **values,
    )


def start(key, charger_id=1, message_id="s1", text="T"):
    return JournalEntry(
        charger_id,
        "in",
        "1.6",
        message_id,
        "StartTransaction",
        json.dumps(START),
        NOW,
        key=key,
        complete=lambda number: f'{{"transactionId":{number},"idTag":"{text}"}}',
    )


def test_all_columns_written_as_they_are(journal, sql):
    entry = JournalEntry(
        2, "out", "1.6", "id", "Reset", '{"type":"Soft"}', NOW, '["A","b",{}]', "A", state="kept"
    )
    entry.reason = "why"
    journal.write([entry])
    assert sql(
        "SELECT charger_id, direction, ocpp_version, message_id, action, payload, answer,"
        " error_code, received_at, transaction_id, key, command_id, state, attempts, reason"
        " FROM iicharge_ocpp_message"
    ) == [
        (
            2,
            "out",
            "1.6",
            "id",
            "Reset",
            '{"type":"Soft"}',
            '["A","b",{}]',
            "A",
            NOW.replace(tzinfo=None),
            None,
            None,
            None,
            "kept",
            0,
            "why",
        )
    ]


@pytest.mark.parametrize(
    "text", ["a\tb\nc\r\\d", "\\N", "\\.", "", "ü €\u2028", '{"x":"\\u0000"}', "\u0085\x01"]
)
@pytest.mark.parametrize("key", [None, "k"])
def test_any_text_survives(journal, sql, text, key):
    entry = meter_values(key=key)
    entry.payload = entry.reason = text
    journal.write([entry])
    assert sql("SELECT payload, reason FROM iicharge_ocpp_message") == [(text, text)]


@pytest.mark.parametrize("key", [None, "k"])
def test_nul_characters_replaced(journal, sql, key):
    entry = meter_values(key=key)
    entry.message_id = entry.payload = "a\0b"
    journal.write([entry])
    assert sql("SELECT message_id, payload FROM iicharge_ocpp_message") == [("a\ufffdb",) * 2]


def test_batch_written_in_its_order_whatever_it_mixes(journal, sql):
    entries = [meter_values(1), start("a", message_id="m2"), meter_values(3), meter_values(4)]
    entries += [start("b", message_id="m5"), meter_values(6)]
    receipts = journal.write(entries)
    rows = sql("SELECT message_id FROM iicharge_ocpp_message ORDER BY id")
    assert [row[0] for row in rows] == [f"m{number}" for number in range(1, 7)]
    assert [receipt.transaction_id for receipt in receipts] == [None, "1", None, None, "2", None]


def test_start_allocates_id_and_stores_the_answer(journal, sql):
    (receipt,) = journal.write([start("a")])
    assert receipt.answer == '{"transactionId":1,"idTag":"T"}' and not receipt.repeated
    assert sql("SELECT transaction_id, key, answer, state FROM iicharge_ocpp_message") == [
        ("1", "a", receipt.answer, "new")
    ]


def test_token_of_the_decision_is_kept_with_its_start(journal, sql):
    sql("INSERT INTO iicharge_token (uid) VALUES ('A'), ('B') RETURNING id")
    entry = start("a")
    entry.token_id = 2
    journal.write([entry, start("b", message_id="s2"), meter_values()])
    rows = sql("SELECT token_id FROM iicharge_ocpp_message ORDER BY id")
    assert rows == [(2,), (None,), (None,)]


def test_start_sent_again_gets_first_answer_and_is_kept_as_evidence(journal, sql):
    (first,) = journal.write([start("a")])
    again, other, charger_2 = journal.write(
        [start("a", message_id="s2", text="changed"), start("b"), start("a", charger_id=2)]
    )
    assert (again.transaction_id, again.answer, again.repeated) == ("1", first.answer, True)
    assert not other.repeated and not charger_2.repeated
    assert len({first.transaction_id, other.transaction_id, charger_2.transaction_id}) == 3
    rows = sql(
        "SELECT transaction_id, key, state, answer, reason FROM iicharge_ocpp_message"
        " WHERE message_id = 's2'"
    )
    assert rows == [
        ("1", None, "kept", first.answer, "Sent again; transaction 1 was given for the first one.")
    ]


def test_same_start_twice_in_one_batch_gets_one_transaction(journal, sql):
    first, again = journal.write([start("a"), start("a", message_id="s2")])
    assert first.transaction_id == again.transaction_id
    assert (first.repeated, again.repeated) == (False, True)


def test_same_start_at_two_gateways_at_once_gets_one_transaction(dsn, sql):
    stores = [PgJournal(dsn) for _ in range(4)]
    receipts, barrier = [], threading.Barrier(4)

    def write(store):
        barrier.wait()
        receipts.extend(store.write([start("a"), start("b")]))

    threads = [threading.Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(receipts) == 8
    assert len({receipt.transaction_id for receipt in receipts}) == 2
    assert len({receipt.answer for receipt in receipts}) == 2
    assert [receipt.repeated for receipt in receipts].count(False) == 2


def test_bad_row_raises_and_writes_nothing_then_good_ones_pass(journal, sql):
    with pytest.raises(psycopg2.IntegrityError):
        journal.write([meter_values(1), meter_values(2, charger_id=999), start("a")])
    assert sql("SELECT count(*) FROM iicharge_ocpp_message") == [(0,)]
    journal.write([meter_values(1), start("a")])
    assert sql("SELECT count(*) FROM iicharge_ocpp_message") == [(2,)]


def test_server_that_drops_the_connection_is_transient(journal, sql):
    journal.write([meter_values(1)])
    sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        " AND query LIKE '%%COPY%%'"
    )
    with pytest.raises(TransientError):
        journal.write([meter_values(2)])
    journal.write([meter_values(2)])
    assert sql("SELECT count(*) FROM iicharge_ocpp_message") == [(2,)]


def test_table_missing_during_an_upgrade_is_transient(journal, sql):
    sql("ALTER TABLE iicharge_ocpp_message RENAME TO away")
    with pytest.raises(TransientError):
        journal.write([meter_values(1)])
    sql("ALTER TABLE away RENAME TO iicharge_ocpp_message")
    journal.write([meter_values(1)])


def test_locked_charger_is_said_soon_and_the_others_can_be_written(dsn, journal, sql):
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM iicharge_charger WHERE id = 1 FOR UPDATE")
        for batch in ([meter_values(1), meter_values(2, charger_id=2)], [start("a")]):
            with pytest.raises(LockedError):
                journal.write(batch)
        journal.write([meter_values(3, charger_id=2)])
        connection.rollback()
    journal.write([meter_values(1), start("a")])
    assert sql("SELECT count(*) FROM iicharge_ocpp_message") == [(3,)]


def test_locked_table_is_transient_for_all(dsn, journal):
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE iicharge_ocpp_message")
        with pytest.raises(TransientError) as raised:
            journal.write([meter_values(1)])
        assert not isinstance(raised.value, LockedError)


def test_no_server_is_transient():
    with pytest.raises(TransientError):
        PgJournal("host=127.0.0.1 port=1 connect_timeout=1").write([meter_values(1)])


def test_processor_notified_at_the_commit(journal, sql):
    sql("LISTEN iicharge_journal")
    journal.write([meter_values(1)])
    sql.connection.poll()
    sql("SELECT 1")
    assert [notify.channel for notify in sql.connection.notifies] == ["iicharge_journal"]


@pytest.mark.parametrize("key", [None, "start:1"])
def test_text_without_its_secrets_stored(journal, sql, key):
    entry = meter_values(key=key, complete=str)
    entry.payload = Clean(entry.payload)
    journal.write([entry])
    assert sql("SELECT payload FROM iicharge_ocpp_message") == [(json.dumps(METER_VALUES),)]
