# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The waiting list in the hands of front desk: on the register and in the backend."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from ...core.guest.waiting import get_car_plug
from .place_states import OPEN


class WaitingDesk(models.AbstractModel):
    _name = "iicharge.waiting.desk"
    _description = "Waiting List at Front Desk"

    def _get_contacts(self):
        """Get the addresses of the guest, as front desk reads them."""
        self.ensure_one()
        return self._mark_contact(self.email, self.confirmed_at)

    def _mark_contact(self, address, confirmed_at):
        """Say of an address that it is not confirmed, where it must be. :return: [text] or []"""
        if address and self.is_visitor and not confirmed_at:
            return [self.env._("%(address)s (not confirmed)", address=address)]
        return [address] if address else []

    @api.model
    def _is_offered_to_caller(self, reservation):
        """Whether an offer is for who asks: with the key of the place in the context."""
        key = self.env.context.get("iicharge_waiting_key")
        return bool(key) and self._find_by_offer(reservation).key == key

    @api.model
    def _find_by_offer(self, reservation):
        """Find the place for which a connector is kept; maybe empty."""
        return self.search(
            [("reservation_id", "=", reservation.id), ("state", "=", "offered")], limit=1
        )

    def _needs_call(self):
        """Whether somebody should call the guest, who does not learn of the offer otherwise."""
        self.ensure_one()
        # sudo: only whether there is an address is looked at
        is_written_to = self.sudo()._is_written_to()
        return self.state == "offered" and not is_written_to and not self._is_watching()

    def _is_written_to(self):
        """Whether a message of an offer reaches the guest, as far as it is known."""
        self.ensure_one()
        return bool(self._get_recipient()) and not self.has_failed

    def _check_desk(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("iicharge_odoo.group_front_desk"):
            raise AccessError(self.env._("Only front desk changes the waiting list."))

    def action_remove(self):
        """Take guests off the list; a charger that is kept for one is free for the next."""
        self._check_desk()
        # sudo: places are not written by hand; front desk's right was checked just above
        for place in self.sudo():
            place._leave()
        return True

    def action_move_up(self):
        """Let a guest change places with the one before."""
        return self._exchange(-1)

    def action_move_down(self):
        """Let a guest change places with the one after."""
        return self._exchange(1)

    def _exchange(self, step):
        self.ensure_one()
        self._check_desk()
        # sudo: as in action_remove
        place = self.sudo()
        place._lock_list(place.site_id)
        in_list = place.search([("site_id", "=", place.site_id.id), ("state", "in", OPEN)])
        index = list(in_list).index(place) + step if place in in_list else -1
        if 0 <= index < len(in_list):
            other = in_list[index]
            (place | other)._lock()
            place.sequence, other.sequence = other.sequence, place.sequence
            place._notify_desk()
        return True

    def action_offer(self):
        """Keep the next free charger that fits for this guest, before the others."""
        return self._offer_by_desk()

    def _offer_by_desk(self, connector=None):
        """Keep a free connector for a guest, whoever is first and also at night.

        :param connector: a chosen one; default: the first that fits
        :raise UserError: it is not free, or the guest waits no more
        """
        self.ensure_one()
        self._check_desk()
        # sudo: as in action_remove
        place = self.sudo()
        place._lock()
        if place.state not in ("waiting", "passed"):
            raise UserError(self.env._("This guest does not wait any more. Read the list again."))
        free = place._find_free(place.site_id)
        if connector:
            free &= connector.sudo()
        else:
            needed = get_car_plug(place.plug)
            free = free.filtered(lambda one: needed in ("", get_car_plug(one.standard)))
        free = place._lock_connectors(free)
        if not free:
            raise UserError(self.env._("No charger is free for this guest now."))
        place._offer(free[0])
        return True

    @api.model
    def _add_by_desk(self, site, request_key, folio=None, **values):
        """Put a guest on the list for front desk.

        :param values: name, email, plug
        :raise UserError: the address is none, or nothing says who waits
        """
        self._check_desk()
        typed = values.pop("email", "") or ""
        email = email_normalize(typed)
        if typed.strip() and not email:
            raise UserError(self.env._("%(address)s is no e-mail address.", address=typed))
        name = (values.pop("name", "") or "").strip()
        if not (folio or name or email):
            raise UserError(self.env._("Choose a stay, or write down a name."))
        # sudo: the guest of a stay that front desk may read, as callers have checked
        partner = folio.sudo().partner_id if folio else self.env["res.partner"]
        # sudo: as in action_remove; callers have checked that front desk may read the stay
        return self.sudo()._join(
            site,
            request_key,
            folio.sudo() if folio else None,
            name=name,
            email=email,
            lang=partner.lang or self.env.lang,
            **values,
        )
