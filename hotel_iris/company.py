# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The company: address, books and taxes of the Netherlands, prices with tax."""

import base64
from pathlib import Path

TIME_ZONE = "Europe/Amsterdam"
LANGUAGE = "en_GB"
# Of guests, besides English.
GUEST_LANGUAGES = ("de_DE", "fr_FR", "es_ES", "nl_NL", "it_IT")
# Of Odoo: the pages that guests see besides ours, which are installed afterwards.
GUEST_MODULES = ("web", "http_routing", "auth_signup", "portal", "payment")
LOGO = Path(__file__).with_name("logo.png")


def main(env):
    company = env.ref("base.main_company")
    company.write(
        {
            "name": "Hotel Iris",
            "street": "Irisgracht 12",
            "zip": "1015 AB",
            "city": "Amsterdam",
            "country_id": env.ref("base.nl").id,
            "phone": "+31 20 555 0112",
            "email": "desk@hotel-iris.example.com",
            "website": "https://hotel-iris.example.com",
            "logo": base64.b64encode(LOGO.read_bytes()),
        }
    )
    env["account.chart.template"].try_loading("nl", company=company, install_demo=False)
    company.write(
        {
            "vat": "NL000099998B57",
            "account_price_include": "tax_included",
            "tax_calculation_rounding_method": "round_per_line",
        }
    )
    # the screens are in English; clock and calendar are not American, in Odoo's own lists neither,
    # which follow the language and not these formats
    env["res.lang"]._activate_lang(LANGUAGE)
    env.ref("base.lang_en").write(
        {
            "date_format": "%d/%m/%Y",
            "time_format": "%H:%M:%S",
            "week_start": "1",
        }
    )
    for code in GUEST_LANGUAGES:
        env["res.lang"]._activate_lang(code)
    # the texts of all modules take half a minute
    env["ir.module.module"]._load_module_terms(GUEST_MODULES, GUEST_LANGUAGES)
    administrator = env.ref("base.user_admin")
    administrator.write({"tz": TIME_ZONE, "odoobot_state": "disabled"})
    env.ref("base.user_root").tz = TIME_ZONE
    env.cr.commit()
