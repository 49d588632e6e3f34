# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The short link of an SMS that confirms the phone number of a place in a waiting list."""

from odoo import http

from odoo.addons.iicharge_odoo.controllers.guest import GuestRoutes


class GuestConfirmPage(GuestRoutes, http.Controller):
    @http.route("/charge/ok/<string:key>", type="http", auth="public", methods=["GET"])
    def confirm(self, key, **_more):
        """Confirm the number, and lead to the page of the place."""
        self._take(key)
        place = self._env()["iicharge.waiting"]._confirm_phone(key)
        if not place:
            raise self._miss_link()
        return self._go(f"/charge/wait/{place.key}")
