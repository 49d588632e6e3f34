# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The addon is uninstalled while the server runs: nothing of it keeps running."""

import socket
import time
from contextlib import closing


def test_uninstalled_addon_leaves_no_gateway_and_no_errors(server):
    admin = server.log_in("admin")
    [module] = admin.call("ir.module.module", "search", [["name", "=", "iicharge_odoo"]])
    # no money was moved yet, so there is no obstacle
    admin.call("ir.module.module", "button_immediate_uninstall", [module])
    logged = len(server.read_log())
    time.sleep(7)  # the processor looks every 5 s
    with closing(socket.socket()) as sock:
        assert sock.connect_ex(("127.0.0.1", server.gateway_port)) != 0
    after = server.read_log()[logged:]
    assert "iicharge" not in after, after
