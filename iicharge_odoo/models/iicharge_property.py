# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ..core import errors


class Property(models.AbstractModel):
    """How stays and folios are kept: plain sales orders with a room and stay dates.

    Another property system inherits this model under a name of its own, adds that name to
    `iicharge.site.property_system` and overrides what differs: finding stays, whether a
    folio is open for charges, posting. A folio is always a `sale.order`.
    """

    _name = "iicharge.property"
    _description = "Property System"

    @api.model
    def _find_stays(self, site, room=None, last_name=None, now=None):
        """Folios of guests in house.

        :param site: `iicharge.site`; only its company's stays are found
        :param str room: room number, exact but for case
        :param str last_name: the end of the guest's name, exact but for case
        :return: `sale.order` records; several where sharers or rooms match
        """
        domain = self._get_stay_domain(site, now or fields.Datetime.now())
        if room:
            domain &= self._get_room_domain(room.strip())
        stays = self.env["sale.order"].search(domain, limit=20)
        if last_name:
            name = last_name.strip().casefold()
            stays = stays.filtered(
                lambda stay: (stay.partner_id.name or "").casefold().split()[-1:] == [name]
            )
        return stays

    @api.model
    def _get_stay_domain(self, site, now):
        return (
            fields.Domain("company_id", "=", site.company_id.id)
            & fields.Domain("state", "=", "sale")
            & fields.Domain("iicharge_checkin", "<=", now)
            & fields.Domain("iicharge_checkout", ">", now)
        )

    @api.model
    def _get_room_domain(self, room):
        return fields.Domain("iicharge_room", "=ilike", escape_like(room))

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
        if currency and folio.currency_id != currency:
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
    def _post(self, charges):
        """Put charges on their folios, one line for each of their tax groups.

        Runs in the caller's transaction, after `_check_open` of each. All or nothing.

        :return: the `sale.order.line` records
        """
        return self._create_lines(
            [(line.charge_id, line._prepare_order_line_values()) for line in charges.line_ids]
        )

    @api.model
    def _create_lines(self, charges_and_values):
        """:param charges_and_values: pairs of a charge and the values of one order line"""
        return (
            self.env["sale.order.line"]
            .with_context(sale_no_log_for_new_lines=True)
            .create(
                [
                    {"order_id": charge.folio_id.id, **values}
                    for charge, values in charges_and_values
                ]
            )
        )


def escape_like(text):
    """Make `text` match only itself in an ilike."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
