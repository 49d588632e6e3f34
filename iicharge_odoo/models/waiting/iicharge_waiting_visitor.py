# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Guests who join a waiting list on the guest's page without a stay: who they are is not known.

One person could invent many of them. So they are limited, must be reachable, and have a part of a
site's connectors kept at once, whatever they invent.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq, email_normalize

from ...core.guest.notices import Notice
from ...core.guest.waiting import get_most_kept
from .place_states import OPEN

# Of one site.
MOST_PLACES = 20
# Of one address, which may be that of all phones in the house: places, and offers of the last
# day that were not used.
MOST_OF_ADDRESS = 5
EXPIRED_COUNTS_FOR = timedelta(days=1)
# An offer that moves from one charger to the next is written about again, but not for ever.
MOST_MAILS = 5


class WaitingVisitor(models.AbstractModel):
    _name = "iicharge.waiting.visitor"
    _description = "Guests Without a Stay in a Waiting List"

    is_visitor = fields.Boolean(
        readonly=True,
        string="Without a Stay",
        help="Joined on the guest's page and named no stay: gets an offer with a confirmed address "
        "only, or while the page is open.",
    )
    confirmed_at = fields.Datetime(
        readonly=True, string="Address Confirmed", help="When the link in the e-mail was opened."
    )
    confirm_key = fields.Char(readonly=True, copy=False, groups="base.group_system")
    address_key = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="Whether another guest has the same address in the network; cleared when the guest "
        "waits no more, but for one who did not come.",
    )

    @api.model
    def _prepare_visitor_values(self, site, address):
        """Prepare what is kept of who joins without a stay.

        :param address: of the guest's phone in the network
        :return: values; None where too many wait already
        """
        address_key = self.env["iicharge.guest.try"]._hash("address", address)
        is_open = fields.Domain("state", "in", OPEN)
        of_site = fields.Domain("site_id", "=", site.id) & is_open
        of_site &= fields.Domain("is_visitor", "=", True)
        since = fields.Datetime.now() - EXPIRED_COUNTS_FOR
        has_expired = fields.Domain("state", "=", "expired") & fields.Domain("ended_at", ">", since)
        of_address = fields.Domain("address_key", "=", address_key) & (is_open | has_expired)
        is_full = (
            self.search_count(of_site) >= MOST_PLACES
            or self.search_count(of_address) >= MOST_OF_ADDRESS
        )
        return None if is_full else {"is_visitor": True, "address_key": address_key}

    # --- addresses --------------------------------------------------------------------------
    @api.model
    def _get_address_fields(self):
        """Get the fields with an address, by their names in the form that asks for them."""
        return ["email"]

    @api.model
    def _read_addresses(self, site, typed, network):
        """Read the addresses that a guest has typed.

        :param typed: texts by the names of `_get_address_fields`
        :param network: the phone's address in the network
        :return: (values, the problem in the guest's words); empty: none
        """
        found = email_normalize(typed["email"])
        is_wrong = typed["email"] and not found
        problem = self.env._("This is no e-mail address. Please check it.") if is_wrong else ""
        return {"email": found}, problem

    def _get_recipient(self):
        """Get who is written to, see `iicharge.guest.notice._send`; empty: there is no address, or
        none that is confirmed where it must be."""
        self.ensure_one()
        if not self.email or (self.is_visitor and not self.confirmed_at):
            return {}
        return {"address": self.email, "lang": self.lang, "url": self._get_url()}

    def _get_contact_text(self):
        """Get the address that is written to, for who has it; empty: none."""
        self.ensure_one()
        return self.env["iicharge.guest.live"]._mask_address(self.email)

    def _take_address(self, values):
        """Take the address of a guest who comes back to add one, or to mend it.

        :param values: as those of `_join`
        """
        self.ensure_one()
        email, lang = values.get("email"), values.get("lang")
        if not email or self.state not in OPEN or email == self.email:
            return
        # a link that was sent to the address before confirms this one no more
        self.write({"email": email, "lang": lang, "confirmed_at": False, "confirm_key": False})
        self._ask_to_confirm()

    def _ask_to_confirm(self):
        """Write to a guest without a stay, with the link that confirms the address.

        An address is written to for one place; a second one is confirmed by nothing. The page does
        not say so, as that would show a stranger who waits here.
        """
        self.ensure_one()
        if not self.is_visitor or not self.email or self.mails_sent >= MOST_MAILS:
            return
        same = [
            ("site_id", "=", self.site_id.id),
            ("email", "=", self.email),
            ("id", "!=", self.id),
        ]
        if self.search_count([*same, ("state", "in", OPEN)], limit=1):
            return
        self.write({"mails_sent": self.mails_sent + 1, "confirm_key": self._make_key()})
        url = f"{self._get_url()}?confirm={self.confirm_key}"
        to = {"address": self.email, "lang": self.lang, "url": url}
        self._write_notice(Notice.CONFIRM_PLACE, to)

    def _confirm(self, confirm_key):
        """Take that the link in the e-mail was opened; any other text changes nothing."""
        self.ensure_one()
        is_link = bool(self.confirm_key) and consteq(self.confirm_key, confirm_key)
        if is_link and not self.confirmed_at and self.state in OPEN:
            self.confirmed_at = fields.Datetime.now()

    def _needs_confirming(self):
        """Whether nothing is known of the guest but an address that is not confirmed."""
        self.ensure_one()
        return self.is_visitor and not self.confirmed_at

    @api.model
    def _count_left_for_visitors(self, site):
        """Count the connectors that may still be kept for guests without a stay."""
        kept = self.search_count(
            [
                ("site_id", "=", site.id),
                ("state", "=", "offered"),
                ("is_visitor", "=", True),
            ]
        )
        return get_most_kept(len(site._get_offered_connectors())) - kept
