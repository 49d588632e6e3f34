# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Turns a copy of the demo hotel back into what release 19.0.0.2.0 has stored, with rows.

`columns_19.0.0.2.0.csv` names all columns of that release: those of its tables, and those that
it has added to tables of Odoo. It was recorded with the query COLUMNS from a database in which
the release and its glue addons were installed with demo data (commit 1d1d027).
"""

import ast
import csv
from pathlib import Path

from psycopg2 import Error
from psycopg2.sql import SQL, Identifier, Literal

ADDON = Path(__file__).resolve().parents[2] / "iicharge_odoo"
RECORDED = Path(__file__).with_name("columns_19.0.0.2.0.csv")
MIGRATION = ADDON / "migrations/19.0.1.0.0/pre-migrate.py"
RENAMED = next(
    ast.literal_eval(node.value)
    for node in ast.parse(MIGRATION.read_text(encoding="utf-8")).body
    if isinstance(node, ast.Assign) and node.targets[0].id == "RENAMED_COLUMNS"
)
VERSIONS = {
    "iicharge_odoo": "19.0.0.2.0",
    "iicharge_odoo_hotel": "19.0.0.2.0",
    "iicharge_odoo_hr": "19.0.0.1.0",
    "iicharge_odoo_loyalty": "19.0.0.2.0",
    "iicharge_odoo_restaurant": "19.0.0.1.0",
}
COLUMNS = """
    SELECT class.relname, attribute.attname,
           format_type(attribute.atttypid, attribute.atttypmod),
           CASE WHEN attribute.attnotnull THEN 'required' ELSE '' END
      FROM pg_attribute attribute
      JOIN pg_class class ON class.oid = attribute.attrelid AND class.relkind = 'r'
     WHERE class.relnamespace = 'public'::regnamespace
       AND attribute.attnum > 0 AND NOT attribute.attisdropped
       AND (class.relname LIKE 'iicharge%' OR attribute.attname LIKE 'iicharge%')
       AND NOT EXISTS (SELECT FROM ir_model model
                        WHERE replace(model.model, '.', '_') = class.relname AND model.transient)
       AND NOT EXISTS (SELECT FROM ir_model_relation relation
                         JOIN ir_model model ON model.id = relation.model
                        WHERE relation.name = class.relname AND model.transient)
     ORDER BY 1, 2
"""
_DETAILS = """
    SELECT attribute.attname, attribute.attnotnull, type.typname, target.relname
      FROM pg_attribute attribute
      JOIN pg_type type ON type.oid = attribute.atttypid
      LEFT JOIN pg_constraint key ON key.conrelid = attribute.attrelid AND key.contype = 'f'
           AND key.conkey = ARRAY[attribute.attnum]
      LEFT JOIN pg_class target ON target.oid = key.confrelid
     WHERE attribute.attrelid = %s::regclass AND attribute.attnum > 0
       AND NOT attribute.attisdropped AND attribute.attname != 'id'
"""
_VALUES = {
    "bool": True,
    "date": "2026-03-01",
    "float8": 1,
    "int4": 1,
    "int8": 1,
    "jsonb": '{"en_US": "text"}',
    "numeric": 1,
    "text": "{}",
    "timestamp": "2026-03-01 12:00:00",
    "varchar": "XX",
}


def read_recorded():
    """Return columns of the release: {table: {column: (type, "required" or "")}}."""
    with RECORDED.open(newline="", encoding="utf-8") as file:
        return _by_table(list(csv.reader(file))[1:])


def read_columns(cursor):
    """Return columns of the database, in the same shape."""
    cursor.execute(COLUMNS)
    return _by_table(cursor.fetchall())


def _by_table(rows):
    tables = {}
    for table, column, *kind in rows:
        tables.setdefault(table, {})[column] = tuple(kind)
    return tables


def turn_back(cursor):
    """Give all tables the columns of the release, and the addons its versions."""
    cursor.execute("DROP INDEX IF EXISTS iicharge_session_transaction_unique")
    for table, names in RENAMED.items():
        for old, new in names.items():
            _execute(cursor, "ALTER TABLE {} RENAME COLUMN {} TO {}", table, new, old)
            _rename_field(cursor, table, new, old)
    recorded = read_recorded()
    for table, columns in read_columns(cursor).items():
        if table not in recorded and (table.startswith("iicharge") or table.endswith("_rel")):
            _execute(cursor, "DROP TABLE {} CASCADE", table)
            continue
        of_release = recorded.get(table, {})
        for column, kind in columns.items():
            if column not in of_release:
                _execute(cursor, "ALTER TABLE {} DROP COLUMN {} CASCADE", table, column)
            elif of_release[column] != kind:
                _change_column(cursor, table, column, kind, of_release[column])
        for column in of_release.keys() - columns.keys():
            text = "ALTER TABLE {} ADD COLUMN {} " + of_release[column][0]
            _execute(cursor, text, table, column)
    cursor.execute(
        "CREATE TABLE account_move_iicharge_charge_line_rel ("
        " iicharge_charge_line_id integer NOT NULL REFERENCES iicharge_charge_line,"
        " account_move_id integer NOT NULL REFERENCES account_move)"
    )
    cursor.execute(
        "CREATE UNIQUE INDEX iicharge_session_transaction_unique"
        " ON iicharge_session (charger_id, transaction_id) WHERE transaction_id > 0"
    )
    for name, version in VERSIONS.items():
        cursor.execute(
            "UPDATE ir_module_module SET latest_version = %s WHERE name = %s", (version, name)
        )


def _change_column(cursor, table, column, kind, wanted):
    if wanted[0] != kind[0]:
        text = f"ALTER TABLE {{}} ALTER COLUMN {{}} TYPE {wanted[0]} USING NULL"
        _execute(cursor, text, table, column)
    if wanted[1] != kind[1]:
        change = "SET" if wanted[1] else "DROP"
        _execute(cursor, f"ALTER TABLE {{}} ALTER COLUMN {{}} {change} NOT NULL", table, column)


def _execute(cursor, text, *names):
    cursor.execute(SQL(text).format(*map(Identifier, names)))


def _rename_field(cursor, table, name, to):
    """Odoo drops the column of a field that is gone, by the name that it has noted."""
    cursor.execute(
        "UPDATE ir_model_fields SET name = %s WHERE name = %s AND replace(model, '.', '_') = %s",
        (to, name, table),
    )
    cursor.execute(
        "UPDATE ir_model_data SET name = %s WHERE model = 'ir.model.fields' AND name = %s",
        (f"field_{table}__{to}", f"field_{table}__{name}"),
    )


# --- rows --------------------------------------------------------------------------------
def fill(cursor):
    """Put a row into each table of ours that has none, and a value into each column of the first
    row of each table, as far as its constraints let it have one."""
    recorded = read_recorded()
    waiting = {table for table in recorded if table.startswith("iicharge")}
    while waiting:
        done = {table for table in sorted(waiting) if _has_row(cursor, table)}
        if not done:
            raise AssertionError(f"No row can be put into {sorted(waiting)}.")
        waiting -= done
    for table, columns in recorded.items():
        _fill_first_row(cursor, table, columns)


def _fill_first_row(cursor, table, columns):
    number = _first_id(cursor, table)
    cursor.execute(_DETAILS, (table,))
    for column, *detail in cursor.fetchall():
        if not number or column not in columns:
            continue
        text = SQL("UPDATE {} SET {} = {} WHERE id = {} AND {} IS NULL").format(
            *(Identifier(table), Identifier(column), Literal(_make_value(cursor, *detail))),
            *(Literal(number), Identifier(column)),
        )
        _try(cursor, text)


def _has_row(cursor, table):
    if _first_id(cursor, table) is not None:
        return True
    cursor.execute(_DETAILS, (table,))
    details = cursor.fetchall()
    values = {name: _make_value(cursor, *detail) for name, *detail in details}
    needed = {name for name, required, *_ in details if required}
    if any(values[name] is None for name in needed):
        return False
    filled = {name: value for name, value in values.items() if value is not None}
    return _insert(cursor, table, filled) or _insert(
        cursor, table, {name: values[name] for name in needed}
    )


def _make_value(cursor, required, kind, target):
    if target:
        return _first_id(cursor, target)
    return _VALUES[kind]


def _first_id(cursor, table):
    """Return the lowest id of a table; 0 where it has rows without one."""
    cursor.execute(
        SQL("SELECT min(coalesce((to_jsonb(row) ->> 'id')::int, 0)) FROM {} AS row").format(
            Identifier(table)
        )
    )
    return cursor.fetchone()[0]


def _insert(cursor, table, values):
    text = SQL("INSERT INTO {} ({}) VALUES ({})").format(
        Identifier(table),
        SQL(", ").join(map(Identifier, values)),
        SQL(", ").join(map(Literal, values.values())),
    )
    return _try(cursor, text)


def _try(cursor, text):
    cursor.execute("SAVEPOINT change")
    try:
        cursor.execute(text)
    except Error:
        cursor.execute("ROLLBACK TO change")
        return False
    return True


def read_rows(cursor, tables):
    """Return all values as text: {(table, column, row's id): value}, without relations."""
    found = {}
    for table, columns in tables.items():
        if table.endswith("_rel"):
            continue
        for column in columns:
            cursor.execute(
                SQL("SELECT id, {}::text FROM {}").format(Identifier(column), Identifier(table))
            )
            found |= {(table, column, number): value for number, value in cursor.fetchall()}
    return found
