# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "EV Charging for OCA Hotel (iicharge)",
    "summary": "Puts EV charging on the folio of OCA's Hotel Management",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "website": "https://github.com/iicharge/iicharge-odoo",
    "author": "iicharge",
    "license": "LGPL-3",
    "depends": ["hotel", "iicharge_odoo"],
    "data": ["security/ir.model.access.csv", "views/hotel_folio_views.xml"],
    "demo": ["demo/hotel_demo.xml"],
    "auto_install": True,
}
