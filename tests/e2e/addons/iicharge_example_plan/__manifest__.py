# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "EV Charging by an Example Subscription",
    "version": "19.0.1.0.0",
    "author": "iicharge",
    "license": "LGPL-3",
    "depends": ["iicharge_odoo"],
    "data": ["security/ir.model.access.csv"],
    "installable": True,
}
