# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What belongs to a person who has logged in to the portal; all other portal code asks here."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import consteq, hmac

# 128 bits, in hexadecimal digits.
KEY_LENGTH = 32
WITH_RECEIPT = ("rated", "posted", "paid", "free", "late", "disputed")


class PortalOwn(models.AbstractModel):
    """Finds a person's own records.

    Portal users have no right on any record of charging: the controllers call this as superuser,
    with the person who has logged in, and each search begins with that person. A record is named
    in addresses by a key that only its person's pages have; for others it does not exist.
    """

    _name = "iicharge.portal.own"
    _description = "Own Records in the Portal"

    @api.model
    def _get_key(self, person, record):
        """Get the key of a record of a person, for addresses."""
        message = (person.id, record._name, record.id)
        return hmac(self.env(su=True), "iicharge-portal", message)[:KEY_LENGTH]

    @api.model
    def _pick(self, person, records, key):
        """Pick the record of a key among a person's own; empty where none has it."""
        # as bytes: a text of other letters cannot be compared
        wanted = (key or "").encode()
        found = records.filtered(lambda one: consteq(self._get_key(person, one).encode(), wanted))
        return found[:1]

    # --- own ----------------------------------------------------------------------------------
    @api.model
    def _get_session_domain(self, person):
        return Domain("partner_id", "=", person.id)

    @api.model
    def _find_sessions(self, person, **options):
        """Find the person's own charging, the latest first. :param options: of the search"""
        return self.env["iicharge.session"].search(
            self._get_session_domain(person), order="started_at desc, id desc", **options
        )

    @api.model
    def _find_session(self, person, key):
        return self._pick(person, self._find_sessions(person), key)

    @api.model
    def _has_receipt(self, session):
        return session.state == "stopped" and session.billing in WITH_RECEIPT

    @api.model
    def _find_invoices(self, person, session):
        """Find the posted invoices of a session that were made out to the person: those of a
        company or of who else pays are not the driver's to read."""
        moves = session.charge_ids.line_ids._get_invoice_lines().move_id
        return moves.filtered(
            lambda move: move.state == "posted" and move.partner_id == person
        ).sorted("id")

    @api.model
    def _find_cards(self, person):
        """Find the charging cards of a person, and those of the person's vehicles."""
        domain = Domain("partner_id", "=", person.id) & Domain("kind", "!=", "remote")
        domain &= Domain("single_use", "=", False) & Domain("is_pin", "=", False)
        return self.env["iicharge.token"].search(domain)

    @api.model
    def _find_card(self, person, key):
        return self._pick(person, self._find_cards(person), key)

    @api.model
    def _find_stays(self, person):
        """Find the stays in house that the person has booked."""
        now = fields.Datetime.now()
        own = Domain("partner_id", "=", person.id) & Domain("state", "=", "sale")
        found = self.env["sale.order"]
        hotels = found.search(own).company_id
        for site in self.env["iicharge.site"].search([("company_id", "in", hotels.ids)]):
            found |= found.search(site._get_property()._get_stay_domain(site, now) & own)
        return found

    @api.model
    def _count_entries(self, person):
        """Count what the portal has for a person; none: it does not offer the page."""
        return (
            self.env["iicharge.session"].search_count(self._get_session_domain(person))
            or len(self._find_cards(person))
            or len(self.env["iicharge.contract"]._find_for_contact(person))
        )

    # --- of a company -----------------------------------------------------------------------
    @api.model
    def _get_company_domain(self, person):
        contracts = self.env["iicharge.contract"]._find_for_contact(person)
        return Domain("contract_id", "in", contracts.ids)

    @api.model
    def _find_company_sessions(self, person, **options):
        """Find what people charge on the contracts that the person looks after."""
        return self.env["iicharge.session"].search(
            self._get_company_domain(person), order="started_at desc, id desc", **options
        )

    # --- what a person changes ----------------------------------------------------------------
    @api.model
    def _block_card(self, person, key):
        """Block a lost card of the person's own. :return: whether there is such a card"""
        card = self._find_card(person, key)
        card.blocked = True
        return bool(card)

    @api.model
    def _set_notices(self, person, wants, keys, ways=()):
        """Switch the messages about charging.

        :param bool wants: about all of the person's own charging
        :param keys: of the stays in house about which the person wants messages
        :param ways: other ways than e-mail that the person wants, as `_prepare_notices` names them
        """
        person.iicharge_notify = wants
        for stay in self._find_stays(person):
            stay.iicharge_notify = self._get_key(person, stay) in keys
