# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Stored data of 19.0.0.2.0 in the columns of 19.0.1.0.0.

The rest is of the ORM: new columns, and what is computed into them (a token's type).
"""

from odoo.tools import SQL

RENAMED_COLUMNS = {
    "iicharge_charge_line": {
        "place_currency_id": "billed_currency_id",
        "place_untaxed": "billed_untaxed",
    },
    "iicharge_guide": {"tell": "advice"},
    "iicharge_session": {
        "guest_forgotten": "guest_anonymized",
        "till_config_id": "register_config_id",
        "till_device": "register_device",
        "till_since": "register_since",
    },
    "res_company": {"iicharge_forget_guests_days": "iicharge_anonymize_days"},
}
"""Table -> {old name: new name}."""
RENAMED_EXTERNAL_IDS = {
    "guide_step_desk_start": "guide_step_front_desk_start",
    "menu_frames": "menu_ocpp_messages",
}
# What longer ones, which begin with the same column, do as well.
DROPPED_INDEXES = (
    "iicharge_charge__site_id_index",
    "iicharge_session__connector_id_index",
    "iicharge_session__site_id_index",
)
RENAMED_PARAMETERS = {"iicharge.keep_frames_days": "iicharge.keep_messages_days"}


def migrate(cr, version):
    for table, names in RENAMED_COLUMNS.items():
        for old, new in names.items():
            rename_column(cr, table, old, new)
            rename_field(cr, table, old, new)
    for old, new in RENAMED_EXTERNAL_IDS.items():
        rename_external_id(cr, old, new)
    for old, new in RENAMED_PARAMETERS.items():
        cr.execute("UPDATE ir_config_parameter SET key = %s WHERE key = %s", (new, old))
    for index in DROPPED_INDEXES:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(index)))
    write_transactions_as_text(cr)
    make_evses(cr)
    # prices may be below zero
    cr.execute(
        "ALTER TABLE iicharge_tariff_component"
        " DROP CONSTRAINT IF EXISTS iicharge_tariff_component_price_not_negative"
    )
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


def rename_field(cr, table, old, new):
    """Rename what Odoo has stored about a column: its field, its external id and its index."""
    cr.execute(
        """UPDATE ir_model_fields SET name = %s
            WHERE name = %s AND replace(model, '.', '_') = %s""",
        (new, old, table),
    )
    rename_external_id(cr, f"field_{table}__{old}", f"field_{table}__{new}")
    cr.execute(
        SQL(
            "ALTER INDEX IF EXISTS %s RENAME TO %s",
            SQL.identifier(f"{table}__{old}_index"),
            SQL.identifier(f"{table}__{new}_index"),
        )
    )


def rename_external_id(cr, old, new):
    cr.execute(
        "UPDATE ir_model_data SET name = %s WHERE module = 'iicharge_odoo' AND name = %s",
        (new, old),
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
    """Create an EVSE for each connector, with the connector's number."""
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
