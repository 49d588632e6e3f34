# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Fill a database with copies of its new rows, each some hours earlier, inside PostgreSQL.

Ids of copies follow their time, as they would in a hotel: the oldest copy has the lowest.
"""

from datetime import timedelta

from psycopg2 import sql

# Tables whose new rows are copied; the others (chargers, sites, taxes, the register) stay as few.
TABLES = (
    "res_partner", "sale_order", "sale_order_line", "account_move", "account_move_line",
    "account_partial_reconcile", "hotel_folio", "hotel_folio_line", "hotel_service_line",
    "pos_session", "pos_order", "pos_order_line", "pos_payment", "iicharge_token",
    "iicharge_rating", "iicharge_session", "iicharge_charge", "iicharge_charge_line",
    "iicharge_dispute", "iicharge_routing", "iicharge_ocpp_message", "iicharge_meter_value",
)  # fmt: skip
# In the order of time, which ids then follow without a sort of all rows.
_ENDED = """
    SELECT session.*, (stopped_at - started_at) / %(each)s AS step,
           (SELECT max(command.id) FROM iicharge_command command
             WHERE command.charger_id = session.charger_id
               AND command.request_key = 'year-' || session.id) AS command_id
      FROM iicharge_session session WHERE stopped_at IS NOT NULL ORDER BY started_at, id
"""
_READINGS = f"""
    INSERT INTO iicharge_meter_value (id, session_id, at, energy_wh, register_wh, has_register,
                                      power_w, has_power, current_a, voltage_v, context,
                                      has_transaction_id)
    SELECT %(first)s + row_number() OVER (),
           session.id, session.started_at + step * number,
           session.energy_wh * number / %(each)s,
           session.meter_start_wh + session.energy_wh * number / %(each)s, true,
           7200 + number, true, 31.2, 231.5, 'Sample.Periodic', true
      FROM ({_ENDED}) AS session
     CROSS JOIN generate_series(1, %(each)s - 1) AS number
"""
# Of twenty messages of a session's time seventeen are readings, two are a connector's state
# without a session and one is a command; one in five hundred is answered with an error.
_MESSAGES = f"""
    INSERT INTO iicharge_ocpp_message (id, charger_id, direction, ocpp_version, message_id, action,
           payload, answer, error_code, received_at, session_id, command_id, state, attempts)
    SELECT %(first)s + row_number() OVER (),
           session.charger_id, CASE WHEN number %% 20 = 7 THEN 'out' ELSE 'in' END, '1.6',
           md5(session.id || '-' || number),
           CASE WHEN number %% 20 = 7 THEN 'TriggerMessage'
                WHEN number %% 20 IN (3, 13) THEN 'StatusNotification' ELSE 'MeterValues' END,
           CASE WHEN number %% 20 = 7 THEN '{{"requestedMessage": "MeterValues"}}'
                WHEN number %% 20 IN (3, 13) THEN '{{"connectorId": 1, "errorCode": "NoError",'
                     || ' "status": "Charging", "timestamp": "' || at || '"}}'
                ELSE format('{{"connectorId":1,"transactionId":%%s,"meterValue":[{{"timestamp":'
                     '"%%s","sampledValue":[{{"value":"%%s","measurand":"Energy.Active.Import.Register",'
                     '"unit":"Wh","context":"Sample.Periodic"}},{{"value":"7215.4","measurand":'
                     '"Power.Active.Import","unit":"W"}},{{"value":"31.2","measurand":'
                     '"Current.Import","unit":"A","phase":"L1"}},{{"value":"231.5","measurand":'
                     '"Voltage","unit":"V","phase":"L1"}}]}}]}}', session.transaction_id, at,
                     number * 50) END,
           '{{}}', CASE WHEN number %% 500 = 9 THEN 'FormationViolation' END, at,
           CASE WHEN number %% 20 NOT IN (3, 13, 7) THEN session.id END,
           CASE WHEN number %% 20 = 7 THEN session.command_id END,
           CASE WHEN number %% 20 IN (3, 13) OR number %% 20 = 7 THEN 'kept' ELSE 'done' END, 0
      FROM ({_ENDED}) AS session
     CROSS JOIN generate_series(1, %(each)s) AS number
     CROSS JOIN LATERAL (SELECT session.started_at + step * number AS at) AS moment
"""
_COMMANDS = """
    INSERT INTO iicharge_command (charger_id, company_id, action, request, payload, state, sent_at,
                                  answered_at, expires_at, answer, request_key, create_date)
    SELECT charger_id, company_id, 'TriggerMessage', 'trigger_readings',
           '{"requestedMessage": "MeterValues"}', 'answered', started_at, started_at, stopped_at,
           '{"status": "Accepted"}', 'year-' || id, started_at
      FROM iicharge_session WHERE stopped_at IS NOT NULL ORDER BY started_at
"""
_PARKED = """
    UPDATE iicharge_ocpp_message SET state = 'parked', reason = 'KeyError: unknown'
     WHERE id IN (SELECT id FROM iicharge_ocpp_message ORDER BY id DESC OFFSET 1000 LIMIT 20)
"""
_COLUMNS = """
    SELECT attribute.attname, format_type(attribute.atttypid, NULL), target.relname
      FROM pg_attribute attribute
      LEFT JOIN pg_constraint foreign_key
        ON foreign_key.conrelid = attribute.attrelid AND foreign_key.contype = 'f'
       AND foreign_key.conkey = ARRAY[attribute.attnum]
      LEFT JOIN pg_class target ON target.oid = foreign_key.confrelid
     WHERE attribute.attrelid = %s::regclass AND attribute.attnum > 0
       AND NOT attribute.attisdropped AND attribute.attgenerated = ''
"""
_UNIQUE = """
    SELECT DISTINCT attribute.attname FROM pg_index
      JOIN pg_attribute attribute
        ON attribute.attrelid = pg_index.indrelid AND attribute.attnum = ANY(pg_index.indkey)
     WHERE pg_index.indrelid = %s::regclass AND pg_index.indisunique
"""
# Tables that only join two others, one of them copied.
_RELATIONS = """
    SELECT foreign_key.conrelid::regclass::text FROM pg_constraint foreign_key
      JOIN pg_class target ON target.oid = foreign_key.confrelid
     WHERE foreign_key.contype = 'f' AND NOT EXISTS (
           SELECT 1 FROM pg_attribute
            WHERE attrelid = foreign_key.conrelid AND attname = 'id')
     GROUP BY 1 HAVING bool_or(target.relname = ANY(%s))
"""
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
     WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'
"""


class Rows:
    """Writer of the rows.

    :param cursor: of psycopg2, in autocommit
    :param before: the highest id of each table before the rows to copy were made
    """

    def __init__(self, cursor, before):
        self._cursor = cursor
        self._before = before

    def fill(self, copies, every, readings, messages):
        """Copy the rows so many times, one copy each `every` further back; then add readings and
        messages, so many for each session."""
        # as a restore does: foreign keys are right by construction
        self._cursor.execute("SET session_replication_role = replica; SET work_mem = '256MB'")
        tables = self._get_tables()
        relations = [name for name in self._query(_RELATIONS, [list(tables)])]
        stride = max(self._get_top(table) for table in tables) + 1
        for table in [*tables, *relations]:
            self._copy(table, tables, copies, stride, every)
        for table in tables:
            self._set_sequence(table)
        self._cursor.execute(_COMMANDS)
        self._add("iicharge_meter_value", _READINGS, readings)
        self._add("iicharge_ocpp_message", _MESSAGES, messages)
        self._cursor.execute(_PARKED)
        self._cursor.execute("VACUUM ANALYZE")

    def _query(self, query, values=None):
        self._cursor.execute(query, values)
        found = self._cursor.fetchall()
        return [row[0] for row in found] if found and len(found[0]) == 1 else found

    def _get_tables(self):
        return [table for table in TABLES if self._get_top(table) > self._before.get(table, 0)]

    def _get_top(self, table):
        return self._query(f"SELECT coalesce(max(id), 0) FROM {table}")[0]

    def _set_sequence(self, table):
        self._cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")

    def _copy(self, table, tables, copies, stride, every):
        columns = self._query(_COLUMNS, [table])
        unique = self._query(_UNIQUE, [table])
        # a unique index with an id that is copied needs nothing else to differ
        values = [self._get_value(*column, tables, unique) for column in columns]
        condition = (
            f"source.id > {self._before.get(table, 0)}"
            if "id" in [name for name, *_ in columns]
            else " OR ".join(
                f"source.{name} > {self._before.get(target, 0)}"
                for name, _type, target in columns
                if target in tables
            )
        )
        statement = sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS source"
            " CROSS JOIN generate_series(%(copies)s, 1, -1) AS copy(number) WHERE {condition}"
        ).format(
            table=sql.Identifier(table),
            names=sql.SQL(", ").join(sql.Identifier(name) for name, *_ in columns),
            values=sql.SQL(", ").join(map(sql.SQL, values)),
            condition=sql.SQL(condition),
        )
        self._cursor.execute(
            statement, {"copies": copies, "most": copies + 1, "stride": stride, "every": every}
        )

    def _get_value(self, name, kind, target, tables, unique):
        """Return the SQL of a copy's column."""
        column = f'source."{name}"'
        moved = f"{column} + (%(most)s - copy.number) * %(stride)s"
        if name == "id":
            return moved
        if target in tables:
            return (
                f"CASE WHEN {column} > {self._before.get(target, 0)} THEN {moved} ELSE {column} END"
            )
        if kind == "timestamp without time zone":
            return f"{column} - copy.number * %(every)s"
        if kind == "date":
            return f"({column} - copy.number * %(every)s)::date"
        if name in unique and kind in ("character varying", "text"):
            return f"{column} || '-' || copy.number"
        return column

    def _add(self, table, statement, each):
        """Add rows with all indexes away, as they are built faster at once."""
        indexes = self._query(_INDEXES, [table])
        for name, _definition in indexes:
            self._cursor.execute(f'DROP INDEX "{name}"')
        first = self._get_top(table)
        self._cursor.execute(statement, {"first": first, "each": each})
        self._cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            self._cursor.execute(definition)
        self._set_sequence(table)


def get_tops(cursor):
    """Return the highest id of each table to copy."""
    tops = {}
    for table in TABLES:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if cursor.fetchone()[0]:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            tops[table] = cursor.fetchone()[0]
    return tops


def spread(days, copies):
    """Return the time between two copies."""
    return timedelta(days=days) / max(copies, 1)
