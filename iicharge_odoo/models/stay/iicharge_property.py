# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core import errors
from ...core.guest_name import is_last_name

# A search shows no more stays than one can choose from.
MOST_STAYS = 20


class Property(models.AbstractModel):
    """Property system: by default sales orders with a room and stay dates.

    Another property system inherits this model under a name of its own, adds that name to
    `iicharge.site.property_system` and overrides what differs: finding stays, whether a
    folio is open for charges, posting. A folio is always a `sale.order`.
    """

    _name = "iicharge.property"
    _description = "Property System"
    _inherit = [
        "iicharge.property.search",
        "iicharge.property.start",
        "iicharge.property.limit",
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
        """Find the folios of guests in house that match all criteria; none without criteria.

        :param site: `iicharge.site`; stays of its company, except those of another property
        :param str room: room number, exact but for case
        :param str last_name: of any guest of the stay, see `core.guest_name`
        :param str reference: number of the booking, ours or the customer's, exact but for case
        :param token: `iicharge.token`: its stay, else the stays of its holder
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
    def _find_one_stay(self, site, **criteria):
        """Find the one stay that matches, see `_find_stays`.

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
        return self._get_site_domain(site) & self._get_in_house_domain(now)

    @api.model
    def _get_site_domain(self, site):
        return (
            fields.Domain("company_id", "=", site.company_id.id)
            & fields.Domain("iicharge_site_id", "in", (False, site.id))
            & fields.Domain("state", "=", "sale")
        )

    @api.model
    def _get_in_house_domain(self, now):
        return fields.Domain("iicharge_checkin", "<=", now) & fields.Domain(
            "iicharge_checkout", ">", now
        )

    @api.model
    def _get_arrival_domain(self, now, until):
        """Get the domain of stays that begin later, up to a time."""
        return fields.Domain("iicharge_checkin", ">", now) & fields.Domain(
            "iicharge_checkin", "<=", until
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
        """Get the domain of the partner's stays, those booked by the company or colleagues too."""
        if not partner:
            return fields.Domain.FALSE
        whole = partner.commercial_partner_id.id
        return fields.Domain("partner_id.commercial_partner_id", "=", whole) | fields.Domain(
            "iicharge_guest_ids.commercial_partner_id", "=", whole
        )

    @api.model
    def _get_guests(self, folio):
        """Get the guests of a bill: the guest first, then those who share the room."""
        return folio.partner_id | folio.iicharge_guest_ids

    @api.model
    def _filter_by_last_name(self, guests, last_name):
        return guests.filtered(lambda guest: is_last_name(guest.name or "", last_name or ""))

    @api.model
    def _get_stay_dates(self, folio):
        """Get check-in and check-out (UTC, naive) of a stay; False where the folio has none."""
        return folio.iicharge_checkin, folio.iicharge_checkout

    @api.model
    def _get_room(self, folio):
        """Get the room number to show for a stay."""
        return folio.iicharge_room

    @api.model
    def _get_folio_action(self, folio):
        """Get the action that opens the folio in the form of this property system."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stay"),
            "res_model": folio._name,
            "res_id": folio.id,
            "view_mode": "form",
        }

    @api.model
    def _check_open(self, folio, before_start=False, currency=None):
        """Check that the folio takes charges.

        :param bool before_start: also check that the guest is in house and accepts outside
            charges; after the start an open folio is enough, so that delivered energy is billed
        :param currency: the charge's, if known
        :raise core.errors.Refusal: the folio takes none, with the reason
        """
        if folio.state != "sale" or folio.locked:
            raise errors.FolioClosed(folio.name)
        if currency and not self._has_rate(folio, currency):
            raise errors.CurrencyMismatch(folio.name)
        if not before_start and folio.invoice_status != "invoiced":
            return
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
        """Return whether the currencies are the same, or have a rate.

        Without any rate Odoo would convert 1 to 1.
        """
        if folio.currency_id == currency:
            return True
        # sudo: front desk may not read rates; this only checks that one exists
        rates = self.env["res.currency.rate"].sudo()
        companies = (False, folio.company_id.root_id.id)
        domain = [("currency_id", "=", folio.currency_id.id), ("company_id", "in", companies)]
        return bool(rates.search_count(domain, limit=1))

    @api.model
    def _find_open_folio(self, wanted, charge):
        """Find the bill that takes a charge: the routed one, else the stay's own, else
        another bill of the stay (docs/room-charges.md rules 9 and 10).

        :raise core.errors.Refusal: no bill takes it, with the reason of the first
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
        """Get the other bills of the stay, open or closed, the oldest first."""
        main = folio.iicharge_main_folio_id or folio
        return main | main.iicharge_further_folio_ids.sorted("id") if main else main

    @api.model
    def _post(self, charges):
        """Post charges to their folios, one order line for each charge line.

        Runs in the caller's transaction, after `_check_open` of each line's folio. All or
        nothing.
        """
        self._create_lines(charges.line_ids)
        self._note_routed(charges)

    @api.model
    def _credit(self, credits):
        """Post credits of charges, in full or in part. All or nothing.

        :param credits: `iicharge.charge` of kind "credit"
        :raise core.errors.Refusal: the folio is closed without an invoice
        """
        credits._put_credit(self._find_open_folio, self._create_lines)

    @api.model
    def _create_lines(self, lines):
        """Create order lines for charge lines.

        :param lines: `iicharge.charge.line` records, each with the folio that takes it
        :return: the `sale.order.line` records
        """
        return lines._create_order_lines()

    @api.model
    def _create_room_lines(self, folio, values_list):
        """Post a POS order to a stay's bill.

        :param values_list: values of order lines, without the order
        :return: the `sale.order.line` records, in the same order
        """
        return (
            self.env["sale.order.line"]
            .with_context(sale_no_log_for_new_lines=True)
            .create([{"order_id": folio.id, **values} for values in values_list])
        )

    @api.model
    def _note_routed(self, charges):
        """Add a note to the guest's own bill for charges that another bill takes."""
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
