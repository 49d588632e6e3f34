# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "EV Charging Dashboard (iicharge)",
    "summary": "The figures of charging as an Odoo spreadsheet dashboard",
    "version": "19.0.1.0.0",
    "category": "Productivity/Dashboard",
    "website": "https://github.com/iicharge/iicharge-odoo",
    "author": "iicharge",
    "license": "LGPL-3",
    "depends": ["iicharge_odoo", "spreadsheet_dashboard"],
    "data": [
        "security/ir.model.access.csv",
        "data/dashboards.xml",
        "security/iicharge_rules.xml",
        "views/iicharge_menus.xml",
    ],
    "auto_install": True,
}
