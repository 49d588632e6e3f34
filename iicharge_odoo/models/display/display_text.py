# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a charger's own display shows to a guest, in words."""

from ...core.conversion import to_decimal
from ...core.exact import round_money
from ...core.guest.language import choose_language
from ...gateway.display import DisplayText
from ..tariff.iicharge_tariff_ocpi import get_terms
from ..tariff.price_text import get_summary_text, get_terms_texts
from ..tariff.tariff_text import get_money_text


def make_text(charger, lang, write):
    """Write a text in the guest's language, and in those that the display may be sent with it.

    :param lang: of Odoo, such as de_DE; empty: not known, then the display's own, or the house's
    :param write: makes the text from an environment
    :return: `gateway.display.DisplayText`
    """
    active = [code for code, _name in charger.env["res.lang"].get_installed()]
    house = charger.company_id.partner_id.lang or "en_US"
    own = choose_language(charger.display_language or "", active, house)
    main = lang if lang in active else own
    others = {}
    for tag in (charger.display_languages or "").split(","):
        code = choose_language(tag, active, "")
        if code and code != main:
            others[tag] = write(charger.with_context(lang=code).env)
    return DisplayText(write(charger.with_context(lang=main).env), others)


def get_price_text(env, document, currency):
    """Format all prices and terms of a tariff.

    :param str document: the tariff (OCPI)
    """
    rules = env["iicharge.tariff"]._read_snapshot(document)
    terms = get_terms_texts(env, rules, get_terms(rules), currency)
    return " ".join([f"{get_summary_text(env, rules, currency)}.", *terms])


def get_final_text(env, session):
    """Format the sum of a session that has its price, line by line."""
    currency = session.currency_id
    rows = env["pos.config"]._iicharge_prepare_sum(session)
    parts = [f"{row['text']}: {get_money_text(env, row['amount'], currency)}" for row in rows]
    total = env._("Total: %(amount)s", amount=get_money_text(env, session.amount_total, currency))
    return "; ".join([*parts, total])


def get_cost(charger, amount, currency):
    """Round a cost as the display wants it. :return: Decimal"""
    digits = charger.display_decimals
    return round_money(to_decimal(amount), currency.decimal_places if digits < 0 else digits)
