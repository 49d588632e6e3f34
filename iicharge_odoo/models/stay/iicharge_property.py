# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core import errors
from ...core.guest_name import is_last_name

# More stays than anyone would choose from.
MOST_STAYS = 20


class Property(models.AbstractModel):
    """How stays and folios are kept: plain sales orders with a room and stay dates.

    Another property system inherits this model under a name of its own, adds that name to
    `iicharge.site.property_system` and overrides what differs: finding stays, whether a
    folio is open for charges, posting. A folio is always a `sale.order`.
    """

    _name = "iicharge.property"
    _description = "Property System"
    _inherit = [
        "iicharge.property.start",
    ]

    @api.model
    def _find_stays(
        self,
        site,
        room=None,
        last_name=None,
        reference=None,
        token=None,
        partner=None,
        now=None,
    ):
        """Folios of guests in house for whom all that is given holds; none for nothing given.

        :param site: `iicharge.site`; only its company's stays are found, and those that are
            not kept for another property
        :param str room: room number, exact but for case
        :param str last_name: of any guest of the stay, see `core.guest_name`
        :param str reference: number of the booking, ours or the customer's, exact but for case
        :param token: `iicharge.token`: its stay, or those of its holder
        :param partner: `res.partner`: a guest or sharer, or one of the same company
        :return: `sale.order` records; several where rooms or names match more than one
        """
        now = now or fields.Datetime.now()
        room, last_name, reference = ((text or "").strip() for text in (room, last_name, reference))
        criteria = []
        if room:
            criteria.append(self._get_room_domain(room, now))
        if reference:
            criteria.append(self._get_reference_domain(reference))
        if token is not None:
            criteria.append(self._get_token_domain(token))
        if partner is not None:
            criteria.append(self._get_partner_domain(partner))
        if not (criteria or last_name):
            return self.env["sale.order"]
        stays = self.env["sale.order"].search(
            fields.Domain.AND([self._get_stay_domain(site, now), *criteria]),
            limit=None if last_name else MOST_STAYS,
        )
        if last_name:
            stays = stays.filtered(
                lambda stay: self._filter_by_last_name(self._get_guests(stay), last_name)
            )
        return stays[:MOST_STAYS]

    @api.model
    def _find_stays_by_text(self, site, text):
        """As `_find_stays`, by what a guest says: a room, else a last name, else a booking."""
        for way in ("room", "last_name", "reference"):
            stays = self._find_stays(site, **{way: text})
            if stays:
                return stays
        return self.env["sale.order"]

    @api.model
    def _find_one_stay(self, site, **criteria):
        """The only stay that `_find_stays` finds.

        :raise core.errors.GuestNotFound: there is none
        :raise core.errors.AmbiguousGuest: there are several
        """
        stays = self._find_stays(site, **criteria)
        if len(stays) != 1:
            refusal = errors.AmbiguousGuest if stays else errors.GuestNotFound
            raise refusal(criteria.get("room") or criteria.get("reference"))
        return stays

    @api.model
    def _get_stay_domain(self, site, now):
        return (
            fields.Domain("company_id", "=", site.company_id.id)
            & fields.Domain("iicharge_site_id", "in", (False, site.id))
            & fields.Domain("state", "=", "sale")
            & self._get_in_house_domain(now)
        )

    @api.model
    def _get_in_house_domain(self, now):
        return fields.Domain("iicharge_checkin", "<=", now) & fields.Domain(
            "iicharge_checkout", ">", now
        )

    @api.model
    def _get_room_domain(self, room, now):
        return fields.Domain("iicharge_room", "=ilike", escape_like(room))

    @api.model
    def _get_reference_domain(self, reference):
        pattern = escape_like(reference)
        return fields.Domain("name", "=ilike", pattern) | fields.Domain(
            "client_order_ref", "=ilike", pattern
        )

    @api.model
    def _get_token_domain(self, token):
        if token.folio_id:
            return fields.Domain("id", "=", token.folio_id.id)
        return self._get_partner_domain(token.partner_id)

    @api.model
    def _get_partner_domain(self, partner):
        """A booking is often made in the name of the company or of a colleague."""
        if not partner:
            return fields.Domain.FALSE
        whole = partner.commercial_partner_id.id
        return fields.Domain("partner_id.commercial_partner_id", "=", whole) | fields.Domain(
            "iicharge_guest_ids.commercial_partner_id", "=", whole
        )

    @api.model
    def _get_guests(self, folio):
        """Everyone who charges on this bill: the guest first, then who shares the room."""
        return folio.partner_id | folio.iicharge_guest_ids

    @api.model
    def _filter_by_last_name(self, guests, last_name):
        return guests.filtered(lambda guest: is_last_name(guest.name or "", last_name or ""))

    @api.model
    def _get_stay_dates(self, folio):
        """Check-in and check-out (UTC, naive) of a stay; False where the folio has none."""
        return folio.iicharge_checkin, folio.iicharge_checkout

    @api.model
    def _get_room(self, folio):
        """The room number to show for a stay."""
        return folio.iicharge_room

    @api.model
    def _get_folio_action(self, folio):
        """Opens the folio as this property system's people know it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stay"),
            "res_model": folio._name,
            "res_id": folio.id,
            "view_mode": "form",
        }

    @api.model
    def _check_open(self, folio, before_start=False, currency=None):
        """May charging go on this folio?

        :param bool before_start: asked before any energy flowed. Then the guest must be in
            house and take outside charges. Afterwards an open folio is enough: energy that
            was delivered is never lost.
        :param currency: the charge's, where one is known
        :raise core.errors.Refusal: the typed reason why not
        """
        if folio.state != "sale" or folio.locked:
            raise errors.FolioClosed(folio.name)
        if currency and not self._has_rate(folio, currency):
            raise errors.CurrencyMismatch(folio.name)
        now = fields.Datetime.now()
        checkin, checkout = self._get_stay_dates(folio)
        if folio.invoice_status == "invoiced" and checkout and now >= checkout:
            raise errors.FolioClosed(folio.name)
        if before_start:
            if folio.iicharge_no_post:
                raise errors.NoPost(folio.name)
            if not checkin or not checkin <= now < checkout:
                raise errors.NotInHouse(folio.name)

    @api.model
    def _has_rate(self, folio, currency):
        """Whether the folio is in the charge's currency, or accounting has set a rate for it:
        Odoo takes a currency without any rate for worth the same."""
        if folio.currency_id == currency:
            return True
        # sudo: whether there is a rate is no secret, and front desk reads no rates
        rates = self.env["res.currency.rate"].sudo()
        companies = (False, folio.company_id.root_id.id)
        domain = [("currency_id", "=", folio.currency_id.id), ("company_id", "in", companies)]
        return bool(rates.search_count(domain, limit=1))

    @api.model
    def _find_open_folio(self, wanted, charge):
        """The bill that takes a charge: the one it is routed to, else the stay's own, else
        another bill of the stay (docs/room-charges.md rules 9 and 10).

        :raise core.errors.Refusal: why not even the first one does
        """
        refusal = None
        own = charge.folio_id
        for folio in wanted | own | self._get_further_folios(own):
            try:
                if folio.company_id != charge.company_id:
                    raise errors.FolioClosed(folio.name)
                self._check_open(folio, currency=charge.currency_id)
            except errors.Refusal as error:
                refusal = refusal or error
            else:
                return folio
        raise refusal or errors.FolioClosed()

    @api.model
    def _get_further_folios(self, folio):
        """Other bills of the same stay, open or not, the oldest first."""
        main = folio.iicharge_main_folio_id or folio
        return main | main.iicharge_further_folio_ids.sorted("id") if main else main

    @api.model
    def _post(self, charges):
        """Put charges on their folios, one order line for each charge line.

        Runs in the caller's transaction, after `_check_open` of each line's folio. All or
        nothing.
        """
        self._create_lines(charges.line_ids)
        self._note_routed(charges)

    @api.model
    def _credit(self, credits):
        """Take posted charges back, in whole or in part. All or nothing.

        :param credits: `iicharge.charge` of kind "credit"
        :raise core.errors.Refusal: the folio is closed without an invoice
        """
        credits._put_credit(self._find_open_folio, self._create_lines)

    @api.model
    def _create_lines(self, lines):
        """:param lines: `iicharge.charge.line` records, each with the folio that takes it
        :return: the `sale.order.line` records"""
        return lines._create_order_lines()

    @api.model
    def _create_room_lines(self, folio, values_list):
        """Put an order of a register on a stay's bill.

        :param values_list: values of order lines, without the order
        :return: the `sale.order.line` records, in the same order"""
        return (
            self.env["sale.order.line"]
            .with_context(sale_no_log_for_new_lines=True)
            .create([{"order_id": folio.id, **values} for values in values_list])
        )

    @api.model
    def _note_routed(self, charges):
        """On the guest's own bill stands what another bill takes in its place."""
        notes = [
            {
                "order_id": charge.folio_id.id,
                "display_type": "line_note",
                "name": charge._get_routed_note(),
            }
            for charge in charges
            if charge.folio_id not in charge.line_ids.folio_id
            and charge.folio_id.state == "sale"
            and not charge.folio_id.locked
        ]
        self.env["sale.order.line"].with_context(sale_no_log_for_new_lines=True).create(notes)


def escape_like(text):
    """Make `text` match only itself in an ilike."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
