# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "EV Charging with Messages by SMS (iicharge)",
    "summary": "Guests get messages about a charging, and of a free charger, by SMS",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "website": "https://github.com/iicharge/iicharge-odoo",
    "author": "iicharge",
    "license": "LGPL-3",
    "depends": ["iicharge_odoo", "sms"],
    "data": [
        "security/ir.model.access.csv",
        "security/iicharge_rules.xml",
        "data/sms_template.xml",
        "views/guest_templates.xml",
        "views/iicharge_site_views.xml",
        "views/sale_order_views.xml",
    ],
    "auto_install": True,
}
