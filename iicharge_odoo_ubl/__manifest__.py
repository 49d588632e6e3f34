# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "EV Charging on Electronic Invoices (iicharge)",
    "summary": "Electronic invoices say when charging was supplied, and what a kWh costs",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "website": "https://github.com/iicharge/iicharge-odoo",
    "author": "iicharge",
    "license": "LGPL-3",
    "depends": ["iicharge_odoo", "account_edi_ubl_cii"],
    "auto_install": True,
}
