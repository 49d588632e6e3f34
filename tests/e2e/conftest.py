# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site


@pytest.fixture
def server(request, tmp_path):
    """Odoo with the demo hotel, running; gone after the test."""
    site = Site.from_environment()
    database = f"e2e_{request.node.name[:40].lower()}"
    server = OdooServer(site, database, tmp_path / "odoo.log")
    server.start()
    yield server
    server.stop()
    site.drop_database(database)
