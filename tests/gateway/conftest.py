# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Fixtures of the gateway's tests.

Tests with the marker `db` need a PostgreSQL: its DSN comes from IICHARGE_TEST_DSN. They make
the tables that Odoo makes in production, in a schema of their own.
"""

import os
import uuid

import psycopg2
import pytest

from iicharge_odoo.service.pg_journal import PgJournal
from iicharge_odoo.service.pg_store import PgPool

from .tables import create_tables


def pytest_configure(config):
    config.addinivalue_line("markers", "db: needs a PostgreSQL, see IICHARGE_TEST_DSN")


@pytest.fixture(scope="session")
def database_dsn():
    """Return the DSN of a PostgreSQL in which schemas may be made."""
    dsn = os.environ.get("IICHARGE_TEST_DSN")
    if not dsn:
        pytest.fail(
            "IICHARGE_TEST_DSN is not set. Give it the DSN of a PostgreSQL database in which "
            "the tests may make schemas, or leave these tests out with -m 'not db'.",
            pytrace=False,
        )
    return dsn


@pytest.fixture
def dsn(database_dsn):
    """Yield a DSN whose connections work in a fresh schema with the addon's tables."""
    schema = f"gateway_{uuid.uuid4().hex[:12]}"
    connection = psycopg2.connect(database_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"SET search_path TO {schema}")
        create_tables(cursor)
    yield psycopg2.extensions.make_dsn(database_dsn, options=f"-c search_path={schema}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {schema} CASCADE")
    connection.close()


@pytest.fixture
def sql(dsn):
    """Run a statement in autocommit and give its rows."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True

    def run(statement, parameters=()):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else None

    run.connection = connection
    yield run
    connection.close()


@pytest.fixture
def journal(dsn):
    store = PgJournal(dsn)
    yield store
    store.close()


@pytest.fixture
def pool(dsn):
    pool = PgPool(dsn, threads=2)
    yield pool
    pool.close()
