# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "EV Charging with Employees at the Register (iicharge)",
    "summary": "Charging names the employee who is signed in at the register",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "website": "https://github.com/iicharge/iicharge-odoo",
    "author": "iicharge",
    "license": "LGPL-3",
    "depends": ["iicharge_odoo", "pos_hr"],
    "assets": {
        "point_of_sale._assets_pos": ["iicharge_odoo_hr/static/src/**/*"],
    },
    "auto_install": True,
}
