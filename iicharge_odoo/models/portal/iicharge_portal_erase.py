# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A person asks to delete the own data: what can go goes at once, what is open goes once it is
closed, and what the books need stays as long as they are kept."""

from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..charger.iicharge_pruning import CLOSED_BILLING
from ..session.iicharge_session_anonymize import ANONYMIZE_AT_ONCE
from ..stay.iicharge_reservation import LIVE


class PortalErase(models.AbstractModel):
    _name = "iicharge.portal.erase"
    _description = "Deletion of Own Data"
    _inherit = "iicharge.portal.own"

    # --- what can go --------------------------------------------------------------------------
    @api.model
    def _get_asked_domain(self, person):
        """Domain of the person's charging that a request is about: what came before it."""
        domain = self._get_session_domain(person)
        asked_at = person.iicharge_erase_asked_at
        return domain & Domain("started_at", "<=", asked_at) if asked_at else domain

    @api.model
    def _find_erasable(self, person, limit=None):
        """Find charging that is closed, and that no guest in house may still have a question
        about on the bill."""
        closed = Domain("state", "=", "stopped") & Domain("billing", "in", CLOSED_BILLING)
        closed &= Domain("folio_id", "not in", self._find_open_stays(person).ids)
        sessions = self.env["iicharge.session"]
        return sessions.search(self._get_asked_domain(person) & closed, order="id", limit=limit)

    @api.model
    def _find_kept(self, person, limit=None):
        """Find charging that the request is about and that is not closed yet."""
        return self.env["iicharge.session"].search(
            self._get_asked_domain(person)
            & Domain("id", "not in", self._find_erasable(person).ids),
            limit=limit,
        )

    @api.model
    def _find_open_stays(self, person):
        """Find the stays, not over yet, on whose bills the person has charged."""
        now = fields.Datetime.now()
        domain = self._get_session_domain(person) & Domain("folio_id", "!=", False)
        stays = self.env["sale.order"]
        for session in self.env["iicharge.session"].search(domain):
            until = session.site_id._get_property()._get_stay_dates(session.folio_id)[1]
            if until and until > now:
                stays |= session.folio_id
        return stays

    @api.model
    def _find_droppable_cards(self, person):
        """Find cards that are the person's alone: no company, stay or balance needs them."""
        return self._find_cards(person).filtered(
            lambda card: (
                not card.contract_id
                and not card.folio_id
                and all(session.state == "stopped" for session in card.session_ids)
            )
        )

    # --- what the page says -------------------------------------------------------------------
    @api.model
    def _prepare_erasure(self, person):
        """Prepare what a request does.

        :return: {"now", "later", "kept": [text], "contact": text, "asked": day or empty}
        """
        env, asked_at = self.env, person.iicharge_erase_asked_at
        done, kept = len(self._find_erasable(person)), len(self._find_kept(person))
        cards = len(self._find_droppable_cards(person))
        now = [
            env._("E-mail addresses that were given for messages, and the switches for them."),
        ]
        if done:
            now.append(
                env._(
                    "Your name, room, number plate and card on finished charging (%(count)s), and "
                    "what you wrote about it. You see it here no more; stars you gave stay "
                    "without a name.",
                    count=done,
                )
            )
        if cards:
            now.append(
                env._("Your charging cards (%(count)s): they start nothing any more.", count=cards)
            )
        later = []
        if kept:
            later.append(
                env._(
                    "The same on charging that is not closed yet (%(count)s): in the night after "
                    "it is paid, decided, or your stay has ended.",
                    count=kept,
                )
            )
        return {
            "now": now,
            "later": later,
            "kept": self._get_kept_texts(person),
            "contact": self.env["iicharge.portal.contact"]._get_contact_text(person),
            "asked": format_date(env, asked_at) if asked_at else "",
        }

    @api.model
    def _get_kept_texts(self, person):
        """Get what stays, and until when: for each hotel with invoices to the person."""
        env = self.env
        texts = [
            env._("Energy and sums of each charging, without a name: the hotel's books need them.")
        ]
        moves = env["account.move"]._read_group(
            Domain("partner_id", "=", person.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            ["company_id"],
            ["__count", "invoice_date:max"],
        )
        for company, count, latest in moves:
            if not latest:
                continue
            until = date(latest.year + company.iicharge_keep_books_years, 12, 31)
            texts.append(
                env._(
                    "Invoices of %(company)s with your name and address (%(count)s): the law asks "
                    "to keep them, until %(day)s.",
                    company=company.name,
                    count=count,
                    day=format_date(env, until),
                )
            )
        return texts

    # --- the request --------------------------------------------------------------------------
    @api.model
    def _erase(self, person):
        """Delete what can go now, and keep the request for the rest."""
        person.write(
            {
                "iicharge_erase_asked_at": fields.Datetime.now(),
                "iicharge_erase_contact": True,
                "iicharge_notify": False,
            }
        )
        self._find_stays(person).iicharge_notify = False
        sessions = self._find_sessions(person)
        visits = self.env["iicharge.guest.visit"]
        visits.search([("session_id", "in", sessions.ids)])._clear_addresses()
        done = self._find_erasable(person, limit=ANONYMIZE_AT_ONCE)
        done._anonymize_guest()
        self._drop_reservations(person)
        cards = self._find_droppable_cards(person)
        cards.write({"active": False, "blocked": True, "partner_id": False})
        if not self._find_kept(person, limit=1) and not self._find_erasable(person, limit=1):
            person.iicharge_erase_asked_at = False
        person.message_post(
            body=self.env._(
                "Asked in the portal to delete the own charging data. Anonymized: %(count)s "
                "sessions. What is not closed yet follows.",
                count=len(done),
            )
        )

    @api.model
    def _drop_reservations(self, person):
        """Remove the person from reservations that are over."""
        ended = self._find_reservations(person).filtered(lambda one: one.state not in LIVE)
        ended.write({"partner_id": False, "room": False})
