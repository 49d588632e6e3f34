# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Values of the portal's pages: what `iicharge.portal.own` finds, in the words of a guest."""

from odoo import api, models
from odoo.tools import format_date

from ..clock_text import get_moment_text
from ..tariff.tariff_text import get_duration_text

SHOWN_DIGITS = 4


class PortalPage(models.AbstractModel):
    _name = "iicharge.portal.page"
    _description = "Pages of the Portal"
    _inherit = "iicharge.portal.own"

    @api.model
    def _get_state_text(self, session):
        """Get how far a charging and its payment are."""
        env = self.env
        if session.state != "stopped":
            return env._("Charging now")
        if session.contract_id and session.billing in ("rated", "posted", "late"):
            return env._("The company pays")
        return {
            "open": env._("We are working out the sum"),
            "review": env._("We are checking it"),
            "rated": env._("To be paid"),
            "late": env._("To be paid"),
            "posted": env._("On the bill"),
            "paid": env._("Paid"),
            "free": env._("Nothing to pay"),
            "disputed": env._("You have questioned it"),
            "void": env._("Nothing was charged"),
        }[session.billing]

    @api.model
    def _prepare_session(self, session):
        """Prepare a row. :return: {"when", "where", "energy", "time", "sum", "state"}, texts"""
        live = self.env["iicharge.guest.live"]
        has_sum = self._has_receipt(session)
        minutes = round(session.duration_h * 3600)
        return {
            "when": get_moment_text(self.env, session.started_at, session.site_id.time_zone),
            "where": ", ".join(
                filter(None, (session.site_id.name, session.connector_id.display_name))
            ),
            "energy": f"{live._format_kilo(session.energy_wh, 2)} kWh",
            "time": get_duration_text(self.env, minutes),
            "sum": session.currency_id.format(session.amount_total) if has_sum else "",
            "state": self._get_state_text(session),
        }

    @api.model
    def _prepare_own_session(self, person, session):
        """Prepare a row of the person's own charging, with what there is to download."""
        return {
            **self._prepare_session(session),
            "key": self._get_key(person, session),
            "has_receipt": self._has_receipt(session),
            "has_invoice": bool(self._find_invoices(person, session)),
        }

    @api.model
    def _prepare_company_session(self, session):
        return {
            **self._prepare_session(session),
            "person": session.partner_id.name or self.env._("Name removed"),
            "contract": session.contract_id.reference or session.contract_id.partner_id.name,
        }

    @api.model
    def _prepare_card(self, person, card):
        """Prepare a charging card. :return: {"key", "name", "kind", "pays", "state", "is_lost",
        "can_block"}"""
        types = dict(card._fields["type"]._description_selection(self.env))
        if card.blocked:
            state = self.env._("Blocked")
        elif card.valid_until and card.valid_until <= self.env.cr.now():
            state = self.env._("Expired")
        else:
            state = self.env._("Works")
        return {
            "key": self._get_key(person, card),
            "name": f"…{card.key[-SHOWN_DIGITS:].upper()}",
            "kind": types[card.type],
            "pays": self._get_payer_text(card),
            "state": state,
            "can_block": not card.blocked,
        }

    @api.model
    def _get_payer_text(self, card):
        if card.folio_id:
            return self.env._("The bill of your stay")
        if card.contract_id:
            return card.contract_id.partner_id.name
        return ""

    @api.model
    def _prepare_balances(self, person):
        """Prepare what the person has prepaid. :return: [{"name", "amount", "until"}]"""
        return []

    @api.model
    def _prepare_notices(self, person):
        """Prepare what the person may be written to about.

        :return: {"address", "wants", "stays": [{"key", "name", "wants"}], "ways": other ways than
            e-mail, as [{"key", "name", "wants", "problem"}]}
        """
        return {
            "address": person.email or "",
            "wants": person.iicharge_notify,
            "ways": [],
            "stays": [
                {
                    "key": self._get_key(person, stay),
                    "name": ", ".join(
                        filter(
                            None,
                            (
                                stay.company_id.name,
                                stay.name,
                                format_date(self.env, stay.iicharge_checkout),
                            ),
                        )
                    ),
                    "wants": stay.iicharge_notify,
                }
                for stay in self._find_stays(person)
            ],
        }
