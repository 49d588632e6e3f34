# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Prepaid cards at the charging screen: what is on them, and which charging card uses them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import formatLang

from odoo.addons.iicharge_odoo.core import errors
from odoo.addons.iicharge_odoo.core.conversion import get_local_day, to_wire
from odoo.addons.iicharge_odoo.models.tariff.quoted_amount import find_energy

from .loyalty_program import PREPAID_TYPES


class PosConfig(models.Model):
    _name = "pos.config"
    _inherit = [
        "iicharge.pos.topup",
        "pos.config",
    ]

    iicharge_program_id = fields.Many2one(
        "loyalty.program",
        string="Prepaid Program",
        check_company=True,
        index="btree_not_null",
        domain=[("program_type", "in", PREPAID_TYPES)],
        help="Whose cards walk-ins get who prepay at the charging screen. Empty: the first gift "
        "card program that can pay for charging, else the first eWallet program.",
    )

    def iicharge_find_prepaid(self, text):
        """Find a charging card by the number that the reader types, or a prepaid card by its code.

        :return: {"uid", "token", "card"}: the charging card's number where it may be linked;
            "token" and "card" are False where there is none, see `_iicharge_prepare_token` and
            `_iicharge_prepare_card`
        """
        self._iicharge_check_front_desk()
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Hold a card to the reader, or type its number."))
        token = self.env["iicharge.token"]._find(self.company_id, text)
        card = token.loyalty_card_id or self._iicharge_find_card(text)
        return {
            "uid": text if token or not card else "",
            "token": self._iicharge_prepare_token(token) if token else False,
            "card": self._iicharge_prepare_card(card) if card else False,
        }

    def _iicharge_find_card(self, code):
        cards = self.env["loyalty.card"]
        domain = cards._iicharge_get_prepaid_domain(self.company_id)
        return cards.search(domain & Domain("code", "=", code), limit=1)

    def _iicharge_get_prepaid(self, card_id):
        card = self.env["loyalty.card"].browse(card_id).exists()
        if not card.filtered_domain(card._iicharge_get_prepaid_domain(self.company_id)):
            raise UserError(self.env._("This card cannot pay for charging."))
        return card

    def iicharge_find_wallets(self, partner_id):
        """Find the prepaid cards of a customer, the newest first: a list of "card" as above."""
        self._iicharge_check_front_desk()
        cards = self.env["loyalty.card"]
        domain = cards._iicharge_get_prepaid_domain(self.company_id)
        found = cards.search(domain & Domain("partner_id", "=", partner_id), order="id desc")
        return [self._iicharge_prepare_card(card) for card in found]

    def iicharge_link_prepaid(self, uid, card_id):
        """Let a charging card charge on a prepaid card; a number that is new becomes one.

        :return: as `iicharge_find_prepaid`
        """
        self._iicharge_check_front_desk()
        card = self._iicharge_get_prepaid(card_id)
        tokens = self.env["iicharge.token"]
        token = tokens._find(self.company_id, uid)
        self._iicharge_check_linkable(token, card)
        holder = card.partner_id or token.partner_id
        values = {"loyalty_card_id": card.id, "partner_id": holder.id}
        if token:
            token.write(values)
        else:
            values |= {"uid": uid, "group": "visitor", "company_id": self.company_id.id}
            token = tokens.create(values)
        actor = self.env.user._iicharge_get_actor()
        card.message_post(
            body=self.env._(
                "%(who)s lets card %(token)s charge with it.", who=actor.name, token=token.uid
            ),
            author_id=actor.partner.id,
        )
        return self.iicharge_find_prepaid(uid)

    def iicharge_link_by_code(self, uid, code):
        """Link as `iicharge_link_prepaid`, by the code of a gift card, which is all it takes."""
        self._iicharge_check_front_desk()
        card = self._iicharge_find_card(code.strip())
        if not card:
            raise UserError(self.env._("No gift card or wallet has the code %s.", code))
        return self.iicharge_link_prepaid(uid, card.id)

    def iicharge_unlink_prepaid(self, uid):
        """Unlink a charging card from its prepaid card. :return: as above"""
        self._iicharge_check_front_desk()
        token = self.env["iicharge.token"]._find(self.company_id, uid)
        card = token.loyalty_card_id
        if card and token.uid == card.code:
            raise UserError(self.env._("This is the card's own code, and stays with it."))
        if card:
            token.loyalty_card_id = False
            actor = self.env.user._iicharge_get_actor()
            card.message_post(
                body=self.env._(
                    "%(who)s takes card %(token)s off it.", who=actor.name, token=token.uid
                ),
                author_id=actor.partner.id,
            )
        return self.iicharge_find_prepaid(uid)

    def _iicharge_check_linkable(self, token, card):
        """Check the charging card. :raise UserError: it has a holder, or is not to be used"""
        if token.blocked:
            raise UserError(
                self.env._("This charging card is blocked. Give the guest another one.")
            )
        if token.folio_id or token.contract_id:
            raise UserError(
                self.env._("This charging card is paid by a room or a company. Take another one.")
            )
        if token.loyalty_card_id and token.loyalty_card_id != card:
            raise UserError(
                self.env._("This charging card uses another prepaid card. Take it off there first.")
            )
        holder = token.partner_id
        if holder and card.partner_id and holder != card.partner_id:
            raise UserError(
                self.env._("This charging card belongs to somebody else: %s.", holder.name)
            )

    @api.model
    def _iicharge_prepare_token(self, token):
        kinds = dict(token._fields["group"]._description_selection(self.env))
        return {
            "uid": token.uid,
            "holder": token.partner_id.name or "",
            "group": kinds[token.group],
            "is_blocked": token.blocked,
            "is_paid_otherwise": bool(token.folio_id or token.contract_id),
        }

    def _iicharge_prepare_card(self, card):
        """Prepare a prepaid card's data for front desk."""
        running = card._iicharge_find_running_sessions()
        return {
            "id": card.id,
            "code": card.code,
            "program": card.program_id.name,
            "holder": card.partner_id.name or "",
            "balance": self._iicharge_format_money(card, card._iicharge_get_balance()),
            "left": self._iicharge_format_money(card, card._iicharge_get_left()),
            "rest": self._iicharge_format_rest(card),
            "expires": card.expiration_date.isoformat() if card.expiration_date else "",
            "problem": self._iicharge_get_problem(card),
            "tokens": card.iicharge_token_ids.mapped("uid"),
            "running": [
                {
                    "id": session.id,
                    "connector": session.connector_id.display_name or session.charger_id.name,
                    "started_at": to_wire(session.started_at),
                    "time_zone": session.site_id.time_zone,
                    "amount": self._iicharge_format_money(card, session.running_amount),
                }
                for session in running
            ],
        }

    @api.model
    def _iicharge_format_money(self, card, amount):
        return formatLang(self.env, amount, currency_obj=card.currency_id)

    def _iicharge_get_problem(self, card):
        """Get why a card would not start a charger now, in words; "" if it would."""
        sites = self._iicharge_get_sites()
        time_zone = sites[:1].time_zone or "UTC"
        now = fields.Datetime.now()
        try:
            card._iicharge_check_usable(self.company_id, get_local_day(now, time_zone))
            card._iicharge_check_balance()
        except errors.Refusal as refusal:
            return self.env["iicharge.refusal"]._get_staff_text(refusal.code)
        return ""

    # --- charging screen ----------------------------------------------------------------
    @api.model
    def _iicharge_prepare_session(self, session):
        """Prepare the session with what the card has left to pay as the amount."""
        values = super()._iicharge_prepare_session(session)
        charge = session._get_register_charge()
        if charge and charge._get_card_line():
            values["amount"] = charge._get_amount_due()
        return values

    def iicharge_read_session(self, session_id):
        values = super().iicharge_read_session(session_id)
        charge = self._iicharge_get_session(session_id)._get_register_charge()
        if charge and charge._get_card_line():
            row = {
                "text": self.env._("Paid by prepaid card"),
                "amount": -charge._get_paid_by_card(),
            }
            values.update(rows=[*values["rows"], row], total=charge._get_amount_due())
        return values

    # --- card on the reader -------------------------------------------------------------
    def iicharge_read_card_terms(self, connector_id, token_id):
        """Quote for what the card pays for, where less is on it than is usual."""
        terms = super().iicharge_read_card_terms(connector_id, token_id)
        connector = self._iicharge_get_connector(connector_id)
        token = self._iicharge_get_card(token_id)
        card = token._get_prepaid_card()
        if not card or terms["refusal"]:
            return terms
        tariff = token._find_tariff(connector)

        def get_quote(energy_kwh):
            return connector._quote_by(tariff, target=connector._read_target(energy_kwh=energy_kwh))

        energy_kwh = find_energy(get_quote, card._iicharge_get_available())
        if energy_kwh and energy_kwh < float(terms["quote"]["energy_kwh"]["to"]):
            terms["quote"] = get_quote(energy_kwh)
        return terms
