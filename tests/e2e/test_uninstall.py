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
    assert find_left(server) == []


# What an addon makes other than its records: (what, query of names).
LEFT = (
    ("parameter", "SELECT key FROM ir_config_parameter WHERE key ~ '^iicharge'"),
    ("sequence", "SELECT code FROM ir_sequence WHERE code ~ '^iicharge'"),
    ("job", "SELECT cron_name FROM ir_cron WHERE cron_name ~* 'charging'"),
    ("group", "SELECT name->>'en_US' FROM res_groups WHERE name->>'en_US' ~* 'charging'"),
    ("privilege", "SELECT name->>'en_US' FROM res_groups_privilege WHERE name::text ~ 'Charging'"),
    ("menu", "SELECT name->>'en_US' FROM ir_ui_menu WHERE name->>'en_US' = 'EV Charging'"),
    ("model", "SELECT model FROM ir_model WHERE model ~ '^iicharge[.]'"),
    ("field", "SELECT name FROM ir_model_fields WHERE name ~ '^iicharge_'"),
    ("table", "SELECT tablename FROM pg_tables WHERE tablename ~ '^iicharge'"),
    ("number range", "SELECT sequencename FROM pg_sequences WHERE sequencename ~ '^iicharge'"),
    ("function", "SELECT proname FROM pg_proc WHERE proname ~ '^iicharge'"),
)


def find_left(server):
    """Return what is left of the addons in the database: ["kind: name"]."""
    return [f"{kind}: {name}" for kind, query in LEFT for (name,) in server.rows(query)]
