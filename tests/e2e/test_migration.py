# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A hotel with release 19.0.0.2.0 is upgraded: nothing that it has stored is lost.

The database is a copy of today's demo hotel, whose tables are turned back to the columns that
were recorded from that release (see `old_database`); each table has a row with a value in each
column. Another column that is renamed is in RENAMED_COLUMNS of the migration; one whose
values change is in CHANGED here, and one that goes in REMOVED.
"""

import json
import subprocess
from contextlib import closing
from decimal import Decimal

import psycopg2
import pytest

from devkit.testing import Site

from . import old_database

CHANGED = {
    ("iicharge_ocpp_message", "transaction_id"): {"0": None},
    ("iicharge_session", "transaction_id"): {"0": None},
    ("iicharge_ocpp_message", "ocpp_version"): {None: "1.6"},
    ("iicharge_charge", "destination"): {"pos": "prepaid"},
    # connectors have that of their charger
    ("iicharge_connector", "rated_power_w"): {"22000": "0", "60000": "0"},
}
REMOVED = {
    ("iicharge_session", "review_reasons"),
    ("iicharge_charge_line", "dimensions"),
    ("iicharge_meter_value", "flags"),
    ("account_move_iicharge_charge_line_rel", "iicharge_charge_line_id"),
}
# Odoo's own notes of who wrote last.
NOT_COMPARED = {"write_date", "write_uid"}
START = {"connectorId": 1, "idTag": "VISITOR1", "meterStart": 0}
ROWS = """
    INSERT INTO iicharge_session (charger_id, company_id, name, state, billing, started_at,
                                  transaction_id, review_reasons)
    SELECT charger.id, charger.company_id, kept.name, 'stopped', 'review', now(), kept.number,
           kept.reasons
      FROM (VALUES ('CS-1', 4711, 'start_missing clock_unset'), ('CS-2', 0, 'of_our_own'),
                   ('CS-3', 0, NULL)) AS kept (name, number, reasons),
           iicharge_charger charger WHERE charger.identity = 'GARAGE-1';
    INSERT INTO iicharge_session (charger_id, site_id, company_id, name, state, billing,
                                  started_at, stopped_at, transaction_id, "authorization",
                                  has_meter_stop, meter_start_wh, meter_stop_wh, energy_wh,
                                  tariff_snapshot, breakdown_text, amount_untaxed, amount_total)
    SELECT charger.id, charger.site_id, charger.company_id, 'RATED', 'stopped', 'rated',
           '2026-03-01 10:00', '2026-03-01 11:00', 4713, 'Accepted', true, 1000, 11000, 10000,
           '{"currency": "EUR", "elements": [{"price_components": [
              {"type": "ENERGY", "price": 0.45, "step_size": 1, "vat": 10}]}]}',
           'Energy 10 kWh', 4.50, 4.95
      FROM iicharge_charger charger WHERE charger.identity = 'GARAGE-1';
    INSERT INTO iicharge_ocpp_message (charger_id, direction, ocpp_version, action, payload,
                                       answer, received_at, state, transaction_id)
    SELECT charger.id, 'in', NULL, 'StartTransaction', kept.payload, '{}', now(), 'parked', 4712
      FROM (VALUES (%s), ('"odd"'), ('{"idTag": ["odd"]}')) AS kept (payload),
           iicharge_charger charger WHERE charger.identity = 'GARAGE-1';
    INSERT INTO iicharge_meter_value (session_id, at, register_wh, flags)
    SELECT session.id, now(), kept.register_wh, kept.flags
      FROM (VALUES (1, 'unknown_unit empty_value'), (2, 'unknown_context'),
                   (3, 'unreadable_value'), (4, ''), (5, NULL)) AS kept (register_wh, flags),
           iicharge_session session WHERE session.name = 'CS-1';
    INSERT INTO iicharge_session (charger_id, company_id, name, state, billing, started_at,
                                  loyalty_card_id, folio_id)
    SELECT charger.id, charger.company_id, kept.name, 'stopped', 'rated', now(), card.res_id,
           CASE WHEN kept.has_stay THEN (SELECT min(id) FROM sale_order) END
      FROM (VALUES ('CP-1', FALSE), ('CP-2', TRUE)) AS kept (name, has_stay),
           iicharge_charger charger, ir_model_data card
     WHERE charger.identity = 'GARAGE-1' AND card.module = 'iicharge_odoo_loyalty'
       AND card.name = 'demo_card';
    INSERT INTO iicharge_charge (session_id, revision, kind, company_id, currency_id, destination,
                                 state)
    SELECT session.id, 1, 'charge', session.company_id, company.currency_id,
           CASE WHEN session.folio_id IS NULL THEN 'pos' ELSE 'folio' END, 'posted'
      FROM iicharge_session session JOIN res_company company ON company.id = session.company_id
     WHERE session.name LIKE 'CP-%%';
    INSERT INTO account_move (name, state, move_type, auto_post, date, journal_id, company_id,
                              currency_id)
    SELECT 'ACCRUAL', 'posted', 'entry', 'no', '2026-02-28', min(journal.id), company.id,
           company.currency_id
      FROM account_journal journal JOIN res_company company ON company.id = journal.company_id
      JOIN iicharge_charger charger ON charger.company_id = company.id
     WHERE journal.type = 'general' AND charger.identity = 'GARAGE-1' GROUP BY company.id;
    INSERT INTO iicharge_charge_line (charge_id, name, product_id, price_unit, amount_untaxed)
    SELECT charge.id, 'ACCRUED', company.iicharge_product_id, 4.5, 4.5
      FROM iicharge_charge charge JOIN iicharge_session session ON session.id = charge.session_id
      JOIN res_company company ON company.id = charge.company_id WHERE session.name = 'CP-1';
    INSERT INTO account_move_iicharge_charge_line_rel (iicharge_charge_line_id, account_move_id)
    SELECT line.id, move.id FROM iicharge_charge_line line, account_move move
     WHERE line.name = 'ACCRUED' AND move.name = 'ACCRUAL';
    UPDATE ir_model_data SET module = 'iicharge_odoo'
     WHERE module = 'iicharge_odoo_loyalty'
       AND name IN ('guide_prepaid_closed', 'guide_prepaid_empty', 'guide_prepaid_expired',
                    'guide_step_top_up');
"""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """Values before and after the upgrade, and a function that reads rows of the database."""
    site = Site.from_environment()
    dsn = site.copy_database("e2e_migration")
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        old_database.turn_back(cursor)
        columns = old_database.read_columns(cursor)
        cursor.execute(ROWS, (json.dumps(START),))
        old_database.fill(cursor)
        before = old_database.read_rows(cursor, columns)
        connection.commit()
    log = tmp_path_factory.mktemp("migration") / "odoo.log"
    command = site.odoo_command(
        *("e2e_migration", 0, "-u", "iicharge_odoo", "--stop-after-init", "--no-http"),
        f"--logfile={log}",
    )
    subprocess.run(command, check=False, timeout=1200)
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:

        def rows(query, *parameters):
            cursor.execute(query, parameters)
            return cursor.fetchall()

        yield columns, before, rows, log.read_text()
    site.drop_database("e2e_migration")


pytestmark = pytest.mark.companions_only


def test_columns_before_are_those_of_the_release(upgraded):
    assert upgraded[0] == old_database.read_recorded()


def test_upgrade_succeeds(upgraded):
    *_, rows, log = upgraded
    assert [row for row in log.splitlines() if " ERROR " in row or " CRITICAL " in row] == []
    [(version,)] = rows("SELECT latest_version FROM ir_module_module WHERE name = 'iicharge_odoo'")
    assert version == "19.0.1.0.0"


def test_all_values_are_kept(upgraded):
    columns, before, rows, _ = upgraded
    wanted, tables = {}, {}
    for (table, column, number), value in before.items():
        if column in NOT_COMPARED or (table, column) in REMOVED:
            continue
        new = old_database.RENAMED.get(table, {}).get(column, column)
        wanted[table, new, number] = CHANGED.get((table, column), {}).get(value, value)
        tables.setdefault(table, set()).add(new)
    missing = [
        f"{table}.{column}"
        for table, names in tables.items()
        for column in names
        if not rows(
            "SELECT FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            *(table, column),
        )
    ]
    assert missing == []
    after = {}
    for table, names in tables.items():
        for column in names:
            for number, value in rows(f'SELECT id, "{column}"::text FROM "{table}"'):
                after[table, column, number] = value
    lost = {key: (value, after.get(key)) for key, value in wanted.items()}
    assert {key: pair for key, pair in lost.items() if pair[0] != pair[1]} == {}


def test_transaction_ids_are_text_and_unique_again(upgraded):
    rows = upgraded[2]
    assert rows(
        "SELECT name, transaction_id FROM iicharge_session WHERE name LIKE 'CS-%%' ORDER BY name"
    ) == [("CS-1", "4711"), ("CS-2", None), ("CS-3", None)]
    [(index,)] = rows(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'iicharge_session_transaction_unique'"
    )
    assert "UNIQUE" in index and "transaction_id" in index and " > 0" not in index


def test_each_connector_has_an_evse_of_its_number(upgraded):
    rows = upgraded[2]
    assert rows("SELECT count(*) FROM iicharge_evse") == rows(
        """SELECT count(*) FROM iicharge_connector connector
             JOIN iicharge_evse evse ON evse.id = connector.evse_id
              AND evse.charger_id = connector.charger_id AND evse.number = connector.number
              AND evse.company_id = connector.company_id"""
    )
    assert rows("SELECT count(*) FROM iicharge_connector WHERE evse_id IS NULL") == [(0,)]


def test_tokens_have_a_type(upgraded):
    rows = upgraded[2]
    types = dict(rows("SELECT kind, type FROM iicharge_token"))
    expected = {"rfid": "ISO14443", "code": "KeyCode", "remote": "Central"}
    assert types and types == {kind: expected[kind] for kind in types}


def test_start_that_waits_has_its_token(upgraded):
    rows = upgraded[2]
    assert rows(
        """SELECT token.uid FROM iicharge_ocpp_message message
             LEFT JOIN iicharge_token token ON token.id = message.token_id
            WHERE message.transaction_id = '4712' ORDER BY message.id"""
    ) == [("VISITOR1",), (None,), (None,)]


def test_review_reasons_are_records_and_each_session_has_its_payer(upgraded):
    rows = upgraded[2]
    assert rows(
        """SELECT session.name,
                  session.destination = CASE WHEN session.folio_id IS NULL
                                             THEN 'pos' ELSE 'folio' END,
                  array_agg(reason.code ORDER BY reason.code)
             FROM iicharge_session session
             LEFT JOIN iicharge_review_reason_iicharge_session_rel held
                    ON held.iicharge_session_id = session.id
             LEFT JOIN iicharge_review_reason reason
                    ON reason.id = held.iicharge_review_reason_id
            WHERE session.name LIKE 'CS-%%' GROUP BY session.id ORDER BY session.name"""
    ) == [
        ("CS-1", True, ["clock_unset", "start_missing"]),
        ("CS-2", True, ["of_our_own"]),
        ("CS-3", True, [None]),
    ]


def test_each_flag_of_a_reading_has_its_column(upgraded):
    rows = upgraded[2]
    assert rows(
        """SELECT value.has_empty_value, value.has_unreadable_value, value.has_unknown_unit,
                  value.has_unknown_context
             FROM iicharge_meter_value value
             JOIN iicharge_session session ON session.id = value.session_id
            WHERE session.name = 'CS-1' ORDER BY value.register_wh"""
    ) == [
        (True, None, True, None),
        (None, None, None, True),
        (None, True, None, None),
        (None, None, None, None),
        (None, None, None, None),
    ]


def test_session_that_was_rated_has_its_rating(upgraded):
    rows = upgraded[2]
    assert rows(
        """SELECT rating.number, rating.decision, rating.amount_total, rating.breakdown_text,
                  (rating.breakdown::json -> 'total_cost' ->> 'incl_vat')::numeric
             FROM iicharge_session session JOIN iicharge_rating rating ON rating.id = rating_id
            WHERE session.name = 'RATED'"""
    ) == [(1, "stop", Decimal("4.95"), "Energy 10 kWh", Decimal("4.95"))]


def test_what_a_prepaid_card_pays_has_its_destination(upgraded):
    rows = upgraded[2]
    assert rows(
        """SELECT session.name, session.destination, charge.destination
             FROM iicharge_session session
             JOIN iicharge_charge charge ON charge.session_id = session.id
            WHERE session.name LIKE 'CP-%%' ORDER BY session.name"""
    ) == [("CP-1", "prepaid", "prepaid"), ("CP-2", "folio", "folio")]


def test_what_was_accrued_is_listed_by_session(upgraded):
    rows = upgraded[2]
    assert rows(
        """SELECT session.name, line.name, move.name, item.date::text, item.amount_untaxed
             FROM iicharge_accrual_item item
             JOIN iicharge_session session ON session.id = item.session_id
             JOIN iicharge_charge_line line ON line.id = item.charge_line_id
             JOIN account_move move ON move.id = item.move_id"""
    ) == [("CP-1", "ACCRUED", "ACCRUAL", "2026-02-28", Decimal("4.50"))]
    assert rows("SELECT to_regclass('account_move_iicharge_charge_line_rel')") == [(None,)]


def test_guides_for_prepaid_cards_are_those_that_were_there(upgraded):
    rows = upgraded[2]
    found = rows(
        """SELECT data.module, data.name, guide.id IS NOT NULL OR step.id IS NOT NULL
             FROM ir_model_data data
             LEFT JOIN iicharge_guide guide
                    ON data.model = 'iicharge.guide' AND guide.id = data.res_id
             LEFT JOIN iicharge_guide_step step
                    ON data.model = 'iicharge.guide.step' AND step.id = data.res_id
            WHERE (data.name LIKE 'guide%%prepaid%%' OR data.name = 'guide_step_top_up')
              AND data.name != 'guide_prepaid_other_tax'
            ORDER BY data.name"""
    )
    names = ("guide_prepaid_closed", "guide_prepaid_empty", "guide_prepaid_expired")
    assert found == [
        ("iicharge_odoo_loyalty", name, True) for name in (*names, "guide_step_top_up")
    ]
