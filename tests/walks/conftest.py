# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""One new hotel for all walks: no demo data, and a person in each role with that role only."""

import re

import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site

from .house import House
from .screen import Screen

# Queries that lost against another transaction are logged by `odoo.sql_db`, and tried again.
_ERROR = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?:ERROR|CRITICAL) \S+ (?!odoo\.sql_db)")

NO_QUEUE = """
    UPDATE ir_cron SET active = false FROM ir_model_data named
     WHERE named.module = 'mail' AND named.name = 'ir_cron_mail_scheduler_action'
       AND ir_cron.id = named.res_id RETURNING ir_cron.id
"""


@pytest.fixture(scope="session")
def hotel(tmp_path_factory):
    """Run Odoo with its gateway; at the end its log has neither an error nor a traceback."""
    site = Site.from_environment()
    server = OdooServer(site, "walks", tmp_path_factory.mktemp("walks") / "odoo.log")
    server.start()
    # no mail server is here: the queue fails each e-mail, and meets who sends it at once
    assert server.rows(NO_QUEUE)
    try:
        yield House(server)
    finally:
        server.stop()
        site.drop_database("walks")
    rows = server.read_log().splitlines()
    faults = [row for row in rows if _ERROR.match(row) or row.startswith("Traceback ")]
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def screen(hotel):
    with Screen(hotel.server) as screen:
        yield screen
