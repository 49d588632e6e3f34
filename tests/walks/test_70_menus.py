# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The manager, who sees all menus, opens each in each of its views, and an empty record of each.

What the server answers to the other roles is tested by iicharge_odoo/tests/test_screens.py.
"""

VIEWS = ("list", "kanban", "graph", "pivot", "calendar")


def list_menus(hotel):
    """Return the names of our menus: (entry, entry below it)."""
    menus = hotel.server.log_in("manager").call("ir.ui.menu", "load_menus", False)
    root = next(menu for menu in menus.values() if menu.get("xmlid") == "iicharge_odoo.menu_root")
    for number in root["children"]:
        menu = menus[str(number)]
        below = [menus[str(child)]["name"] for child in menu["children"]]
        yield from ((menu["name"], name) for name in below) if below else [(menu["name"],)]


def test_each_menu_opens_in_each_view(screen, hotel):
    assert hotel.session and hotel.register
    screen.log_in("manager")
    for path in list_menus(hotel):
        screen.open("EV Charging", *path)
        if screen.is_dialog():
            screen.press("Cancel")
            continue
        for view in VIEWS:
            if screen.count(f".o_switch_view.o_{view} >> visible=true"):
                screen.click(f".o_switch_view.o_{view}")
        if screen.count(".o_list_button_add >> visible=true"):
            screen.click(".o_list_button_add")
            screen.leave()
