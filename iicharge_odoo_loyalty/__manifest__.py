# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "EV Charging with Prepaid Cards (iicharge)",
    "summary": "eWallets and gift cards start chargers, stop at their balance, and pay",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "website": "https://github.com/iicharge/iicharge-odoo",
    "author": "iicharge",
    "license": "LGPL-3",
    "depends": ["iicharge_odoo", "pos_loyalty", "pos_sale_loyalty", "sale_loyalty"],
    "data": [
        "security/ir.model.access.csv",
        "security/iicharge_rules.xml",
        "data/iicharge_guides.xml",
        "data/prepaid_product.xml",
        "views/iicharge_session_views.xml",
        "views/iicharge_token_views.xml",
        "views/loyalty_card_views.xml",
        "views/loyalty_program_views.xml",
        "wizards/iicharge_prepaid_expire_views.xml",
        "views/iicharge_prepaid_breakage_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "demo": ["demo/charging_card.xml"],
    "assets": {
        "point_of_sale._assets_pos": ["iicharge_odoo_loyalty/static/src/pos/app/**/*"],
        "iicharge_odoo.assets_charging": ["iicharge_odoo_loyalty/static/src/pos/charging/**/*"],
        "web.assets_tests": ["iicharge_odoo_loyalty/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["iicharge_odoo_loyalty/static/tests/unit/**/*"],
    },
    "auto_install": True,
}
