# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Stored data of 19.0.0.2.0 in the columns of 19.0.1.0.0.

The rest is of the ORM: new columns, and what is computed into them (a token's type).
"""

from odoo.tools import SQL

RENAMED_COLUMNS = {}
"""Table -> {old name: new name}."""


def migrate(cr, version):
    for table, names in RENAMED_COLUMNS.items():
        for old, new in names.items():
            rename_column(cr, table, old, new)
    write_transactions_as_text(cr)
    make_evses(cr)
    cr.execute("UPDATE iicharge_ocpp_message SET ocpp_version = '1.6' WHERE ocpp_version IS NULL")


def rename_column(cr, table, old, new):
    cr.execute(
        SQL(
            "ALTER TABLE %s RENAME COLUMN %s TO %s",
            SQL.identifier(table),
            SQL.identifier(old),
            SQL.identifier(new),
        )
    )


def write_transactions_as_text(cr):
    """OCPP 2 has transaction ids that chargers make; 0 was "unknown"."""
    # its condition compares with a number; the ORM makes it again
    cr.execute("DROP INDEX IF EXISTS iicharge_session_transaction_unique")
    for table in ("iicharge_session", "iicharge_ocpp_message"):
        cr.execute(
            SQL(
                "ALTER TABLE %s ALTER COLUMN transaction_id TYPE varchar"
                " USING nullif(transaction_id, 0)::varchar",
                SQL.identifier(table),
            )
        )


def make_evses(cr):
    """Each connector is an EVSE of its own, with its number."""
    cr.execute(
        """CREATE TABLE iicharge_evse (
               id SERIAL PRIMARY KEY, charger_id integer NOT NULL, number integer NOT NULL
           )"""
    )
    cr.execute(
        """INSERT INTO iicharge_evse (charger_id, number)
           SELECT charger_id, number FROM iicharge_connector ORDER BY charger_id, number"""
    )
    cr.execute("ALTER TABLE iicharge_connector ADD COLUMN evse_id integer")
    cr.execute(
        """UPDATE iicharge_connector connector SET evse_id = evse.id
             FROM iicharge_evse evse
            WHERE evse.charger_id = connector.charger_id AND evse.number = connector.number"""
    )
