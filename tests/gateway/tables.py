# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The tables that Odoo makes in production, as far as the gateway reads and writes them.

Names, types and indexes follow `iicharge_odoo/models/charger`; `test_tables` checks the names.
"""

TABLES = """
CREATE TABLE iicharge_site (
    id serial PRIMARY KEY,
    time_zone varchar NOT NULL
);
CREATE TABLE iicharge_charger (
    id serial PRIMARY KEY,
    active boolean DEFAULT true,
    identity_key varchar UNIQUE,
    site_id int NOT NULL REFERENCES iicharge_site,
    admission varchar NOT NULL DEFAULT 'accepted',
    secret_hash varchar,
    next_secret_hash varchar,
    security_profile varchar NOT NULL DEFAULT '0',
    ocpp_version varchar,
    assume_subprotocol boolean,
    heartbeat_interval_s int,
    time_zone varchar
);
CREATE TABLE iicharge_command (
    id serial PRIMARY KEY,
    charger_id int NOT NULL REFERENCES iicharge_charger ON DELETE CASCADE,
    action varchar NOT NULL,
    request varchar,
    payload text NOT NULL,
    secret_payload text,
    state varchar NOT NULL,
    sent_at timestamp,
    answered_at timestamp,
    expires_at timestamp NOT NULL,
    answer text,
    error_code varchar
);
CREATE TABLE iicharge_token (
    id serial PRIMARY KEY,
    uid varchar NOT NULL
);
CREATE TABLE iicharge_connection (
    id serial PRIMARY KEY,
    charger_id int NOT NULL UNIQUE REFERENCES iicharge_charger ON DELETE CASCADE,
    gateway varchar,
    fence int,
    online boolean,
    connected_at timestamp,
    last_seen_at timestamp,
    disconnected_at timestamp,
    remote_address varchar,
    subprotocol varchar
);
CREATE TABLE iicharge_refused_connection (
    id serial PRIMARY KEY,
    identity_key varchar NOT NULL,
    identity varchar,
    reason varchar NOT NULL,
    charger_id int REFERENCES iicharge_charger ON DELETE CASCADE,
    address varchar,
    detail varchar,
    first_at timestamp,
    last_at timestamp,
    count int
);
CREATE TABLE iicharge_ocpp_message (
    id serial PRIMARY KEY,
    charger_id int NOT NULL REFERENCES iicharge_charger ON DELETE CASCADE,
    direction varchar NOT NULL,
    ocpp_version varchar,
    message_id varchar,
    action varchar,
    payload text,
    answer text,
    error_code varchar,
    received_at timestamp NOT NULL,
    transaction_id varchar,
    key varchar,
    command_id int REFERENCES iicharge_command ON DELETE SET NULL,
    state varchar NOT NULL,
    attempts int,
    reason text,
    token_id int REFERENCES iicharge_token ON DELETE SET NULL
);
CREATE UNIQUE INDEX ON iicharge_refused_connection (identity_key, reason);
CREATE UNIQUE INDEX ON iicharge_ocpp_message (charger_id, key) WHERE key IS NOT NULL;
CREATE INDEX ON iicharge_ocpp_message (charger_id, id) WHERE state = 'new';
CREATE INDEX ON iicharge_ocpp_message (charger_id, received_at);
CREATE SEQUENCE iicharge_transaction_id_seq AS integer MINVALUE 1 MAXVALUE 2147483647 CYCLE;
"""


def create_tables(cursor, chargers=3):
    """Make the tables, one site, and chargers "cp-1", "cp-2" and so on."""
    cursor.execute(TABLES)
    cursor.execute("INSERT INTO iicharge_site (time_zone) VALUES ('Europe/Vienna')")
    cursor.execute(
        "INSERT INTO iicharge_charger (identity_key, site_id)"
        " SELECT 'cp-' || number, 1 FROM generate_series(1, %s) AS number",
        (chargers,),
    )
