# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The soak of `bin/bench books`, small: kills, disputes and refunds lose no cent."""

import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site
from tests.soak import run_inside

SESSIONS = 80
SEED = 7


@pytest.fixture(scope="module")
def soak(tmp_path_factory):
    site = Site.from_environment()
    server = OdooServer(site, "e2e_books", tmp_path_factory.mktemp("books") / "odoo.log")
    yield run_inside(
        server, "books", dsn=server.dsn, sessions=SESSIONS, seed=SEED, actions_per_session=6
    )
    site.drop_database("e2e_books")


def test_soak_ends_without_a_cent_of_difference(soak):
    for books in soak["books"].values():
        assert books["differences"] == []
        assert books["difference"] == 0
        assert abs(books["missing_from_sums"]) <= books["missing_allowed"]
    assert soak["ok"], soak


def test_soak_had_each_kind_of_event(soak):
    """Check that the run had all events that the other tests rely on. Their number depends on
    the machine's speed."""
    assert soak["counts"]["sessions"] == SESSIONS
    assert soak["kills"]
    assert soak["counts"]["credits"]
    assert soak["counts"]["invoices"] and soak["messages_sent_twice"]
    assert sum(soak["disputes"].values())
