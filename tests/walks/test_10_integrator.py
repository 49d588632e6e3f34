# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The integrator, who is Odoo's administrator: users with a role, the gateway."""

from .manual import walks


@walks("CONFIGURE: Who sets up what.")
def test_person_gets_a_role_and_no_more(screen, hotel):
    screen.log_in("admin")
    screen.open("Settings", "Users & Companies", "Users")
    screen.press("New")
    screen.fill("name", "Nora Night")
    screen.fill("login", "night")
    screen.select_role("EV Charging", "Front Desk")
    screen.save()
    user = hotel.find("res.users", ["login", "=", "night"])
    groups = hotel.read("res.users", user, "group_ids")["group_ids"]
    names = {group["name"] for group in hotel.admin.call("res.groups", "read", groups, ["name"])}
    assert "Front Desk" in names


@walks(
    "README: Add it to your own Odoo 19: 5. In EV Charging",
    "CONFIGURE: Integrator: The gateway",
    "CONFIGURE: Integrator: The gateway: 1.",
    "CONFIGURE: Integrator: The gateway: 3.",
    "CONFIGURE: Integrator: The gateway: 4.",
)
def test_settings_show_where_the_gateway_listens(screen, hotel):
    screen.log_in("admin")
    screen.open("EV Charging", "Configuration", "Settings")
    port = hotel.server.gateway_port
    screen.see(f"Runs at 127.0.0.1:{port} since")
    screen.see("Where It Runs")
    # the tests set both by the server's environment, which goes before the page
    screen.see(f"IICHARGE_GATEWAY_PORT={port}")
    assert "9000" not in screen.text()
    screen.fill("iicharge_keep_messages_days", 60)
    screen.press("Save")
    [(days,)] = hotel.server.rows(
        "SELECT value FROM ir_config_parameter WHERE key = 'iicharge.keep_messages_days'"
    )
    assert days == "60"
