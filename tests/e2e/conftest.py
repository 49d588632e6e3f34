# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import configparser
import os
from dataclasses import replace
from pathlib import Path

import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site


@pytest.fixture
def server(request, tmp_path):
    """Run Odoo with the demo hotel for one test."""
    site = Site.from_environment()
    database = f"e2e_{request.node.name[:40].lower()}"
    server = OdooServer(site, database, tmp_path / "odoo.log")
    server.start()
    yield server
    server.stop()
    site.drop_database(database)


@pytest.fixture
def example_server(request, tmp_path):
    """Prepare Odoo with the demo hotel and the examples among its addons; it is not running."""
    configuration = configparser.ConfigParser(interpolation=None)
    configuration.read(os.environ["ODOO_RC"])
    examples = Path(__file__).with_name("addons")
    path = f"{configuration['options']['addons_path']},{examples}"
    site = Site.from_environment()
    site = replace(site, odoo=[*site.odoo, f"--addons-path={path}"])
    database = f"e2e_{request.node.name[:40].lower()}"
    yield OdooServer(site, database, tmp_path / "odoo.log")
    site.drop_database(database)


@pytest.fixture(scope="session")
def pos_server(tmp_path_factory, worker_id):
    """One Odoo for many tours, as the register's assets are slow: two registers that sell coffee
    and send orders to rooms."""
    site = Site.from_environment()
    database = f"e2e_registers_{worker_id}"
    server = OdooServer(site, database, tmp_path_factory.mktemp("registers") / "odoo.log")
    server.start()
    admin = server.log_in("admin")
    front_desk = admin.call("pos.config", "search", [["name", "=", "Front desk"]])
    room = admin.call("pos.payment.method", "create", {"name": "Room", "iicharge_room": True})
    bar = admin.call("pos.config", "create", {"name": "Bar"})
    admin.call("pos.config", "write", [*front_desk, bar], {"payment_method_ids": [[4, room]]})
    coffee = {"name": "Coffee", "type": "service", "available_in_pos": True, "list_price": 3}
    admin.call("product.product", "create", coffee)
    yield server
    server.stop()
    site.drop_database(database)
