# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The pages of a payment online: which sum, the provider's form, and where it leads.

The form is Odoo's own, so that any provider works: its page needs Odoo's scripts, and is the only
one without the strict policy of the others. The sum, the currency, the customer and where it leads
are those of the payment on the server; a browser names nothing but its provider and method.
"""

import time

from werkzeug.exceptions import TooManyRequests

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.payment.controllers.portal import PaymentPortal

from ..core.guest.rate_limit import RateLimit
from .guest import HEADERS, MOST_TYPED, GuestRoutes

# New payments, of all phones of one address: against programs that try stolen cards.
PAYMENTS_OF_ADDRESS = RateLimit(20, 600)
# What the page of the form may do; providers bring scripts and frames of their own.
FORM_HEADERS = {**HEADERS, "Referrer-Policy": "strict-origin"}


class GuestCardPage(GuestRoutes, http.Controller):
    @http.route("/charge/<string:code>/card", type="http", auth="public", methods=["POST"])
    def choose(self, code, **asked):
        """Prepare a payment of the sum that was chosen, and lead to it."""
        self._take(code, changes=True)
        env, sign = self._find_fresh_sign(code)
        way = env["iicharge.guest.payer"]._find_offered(sign.connector_id, "card")
        if sign.ended_at or way is None:
            return self._go(f"/charge/{sign.code}")
        page, connector = env["iicharge.guest.page"], sign.connector_id
        tariff = way._find_tariff(connector)
        amount = way._read_amount(connector, asked)
        if amount is None:
            text = env._("Please choose one of the sums, or type one between them.")
            return self._render_ask(env, sign, way, asked, problem=text)
        if asked.get("price") != page._get_price_key(connector, tariff):
            text = env._("The price has changed since you saw it. Please look again.")
            return self._render_ask(env, sign, way, asked, problem=text)
        if not env["iicharge.guest.visit"]._is_free_for(connector, way, None):
            text = env._("Somebody was faster: this plug is not free any more.")
            return self._render_ask(env, sign, way, asked, problem=text)
        typed, problem = self._read_receipt(env, asked)
        if problem:
            return self._render_ask(env, sign, way, asked, typed=typed, problem=problem)
        if not PAYMENTS_OF_ADDRESS.take(self._get_address(), time.monotonic()):
            raise TooManyRequests()
        limits = page._get_limits(connector, tariff, page._read_wish(asked))
        payment = env["iicharge.card.payment"]._open(
            connector,
            tariff,
            amount,
            self._read_request_key(asked),
            keeps_rest=asked.get("rest") == "keep" and way._can_keep_rest(connector),
            **limits,
            **typed,
        )
        return self._go(f"/charge/card/{payment.key}")

    @http.route(
        "/charge/card/<string:key>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def card(self, key, **asked):
        """Show the provider's form, or what became of the payment."""
        payment = self._find_payment(key)
        if payment.state == "open":
            # the processor does the same: a guest who closes the page is not left waiting
            payment._advance_open_now()
        if payment.visit_id:
            return self._go(f"/charge/my/{payment.visit_id.key}")
        state = payment._get_page_state()
        if state == "pay" or (state == "declined" and "again" in asked):
            return self._render_form(payment)
        return self._render_payment(payment, state)

    @http.route("/charge/card/<string:key>/transaction", type="jsonrpc", auth="public")
    def transaction(self, key, provider_id, payment_method_id, flow, **_claimed):
        """Create the transaction of a try to pay. What else the form sends is not believed.

        :return: the processing values for the provider's script
        """
        payment = self._find_payment(key, changes=True)
        payment._lock(wait=True)
        way = payment.env["iicharge.guest.payer.card"]
        providers, methods = way._find_methods(payment.connector_id, payment.amount)
        provider = providers.filtered(lambda one: one.id == provider_id)
        method = methods.filtered(lambda one: one.id == payment_method_id)
        is_offered = provider & method.provider_ids and provider._iicharge_can_settle(method)
        if not is_offered or flow not in ("redirect", "direct") or not payment._can_be_paid():
            raise UserError(
                payment.env._(
                    "This payment cannot be made any more. Please go back to the charger."
                )
            )
        made = PaymentPortal()._create_transaction(
            provider_id=provider.id,
            payment_method_id=method.id,
            token_id=None,
            amount=payment.amount,
            currency_id=payment.currency_id.id,
            partner_id=payment.env.ref("iicharge_odoo.partner_walk_in").id,
            flow=flow,
            tokenization_requested=False,
            landing_route=f"/charge/card/{key}",
            reference_prefix=payment.name,
            custom_create_values={"iicharge_card_payment_id": payment.id, "tokenize": False},
        )
        return made._get_processing_values()

    # --- steps --------------------------------------------------------------------------------
    def _read_receipt(self, env, asked):
        """Read for whom the receipt is, and whether it is to be sent there.

        :return: ({"guest_name", "guest_email", "notify"}, the problem in the guest's words)
        """
        names = ("guest_name", "guest_email")
        typed = {name: str(asked.get(name) or "").strip()[:MOST_TYPED] for name in names}
        typed["notify"] = bool(asked.get("notify"))
        is_wrong = typed["notify"] and not email_normalize(typed["guest_email"])
        problem = env._("This is no e-mail address. Please check it.") if is_wrong else ""
        return typed, problem

    def _find_payment(self, key, changes=False):
        """Find the payment of a key, in its hotel and the guest's language.

        :raise NotFound: there is none with this key
        """
        self._take(key, changes=changes)
        payment = self._env()["iicharge.card.payment"]._find(key)
        if not payment:
            raise self._miss_link()
        return payment.with_env(self._env(payment.company_id))

    def _render_form(self, payment):
        """Render Odoo's payment form for a payment."""
        env, connector = payment.env, payment.connector_id
        providers, methods = env["iicharge.guest.payer.card"]._find_methods(
            connector, payment.amount
        )
        request.update_context(lang=env.lang)
        response = request.render(
            "iicharge_odoo.guest_card_form",
            {
                "res_company": payment.company_id,
                "payment": payment,
                "place": env["iicharge.guest.page"]._prepare_place(connector),
                "sign": connector.sign_id,
                "reference_prefix": payment.name,
                "amount": payment.amount,
                "currency": payment.currency_id,
                "partner_id": env.ref("iicharge_odoo.partner_walk_in").id,
                "providers_sudo": providers,
                "payment_methods_sudo": methods,
                "tokens_sudo": env["payment.token"],
                "availability_report": {},
                "show_tokenize_input_mapping": dict.fromkeys(providers.ids, False),
                "transaction_route": f"/charge/card/{payment.key}/transaction",
                "landing_route": f"/charge/card/{payment.key}",
                "access_token": "",
            },
        )
        for name, value in FORM_HEADERS.items():
            response.headers[name] = value
        return response

    def _render_payment(self, payment, state):
        env, connector = payment.env, payment.connector_id
        page = env["iicharge.guest.page"]
        ways = env["iicharge.guest.payer"]._get_offered(connector)
        return self._render(
            env,
            "guest_card_state",
            sign=connector.sign_id,
            payment=payment,
            place=page._prepare_place(connector),
            price=page._prepare_price(connector, payment.tariff_id),
            state=state,
            reload_s=5 if state == "waiting" else 0,
            has_room=any(way._get_value() == "room" for way in ways),
            can_pay=payment._can_be_paid(),
        )
