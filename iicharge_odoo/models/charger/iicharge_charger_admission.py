# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import SUPERUSER_ID, api, models

from ...core import identity

# OCPP 1.6 section 4.2: decides the answer to a BootNotification.
ADMISSIONS = [("pending", "New"), ("accepted", "Accepted"), ("refused", "Refused")]

MAX_NEW_CHARGERS = 50


class ChargerAdmission(models.AbstractModel):
    """Register unknown chargers as new, and accept or refuse them."""

    _name = "iicharge.charger.admission"
    _description = "Admission of Chargers"

    @api.model
    def _register_unknown(self, identity_key, secret, remote_address):
        """Register an unknown charger as new, if a site allows it.

        The password it came with is kept (hashed), so that it can be accepted as it is. The
        list is bounded: an attacker cannot fill the database with invented chargers.

        :return: the new charger, or an empty record
        """
        site = self.env["iicharge.site"].search([("accept_unknown_chargers", "=", True)], limit=1)
        # an archived charger keeps its identity: it was put out of service on purpose
        known = self.with_context(active_test=False)._find_by_identity(identity_key)
        if not site or known or not self._make_room_for_new(remote_address):
            return self.browse()
        charger = self.create(
            {
                "name": identity_key.upper(),
                "identity": identity_key,
                "site_id": site.id,
                "admission": "pending",
                "security_profile": "1" if secret else "0",
                "secret_hash": identity.hash_secret(secret) if secret else False,
            }
        )
        charger.message_post(
            body=self.env._("First seen from %(address)s.", address=remote_address)
        )
        return charger

    @api.model
    def _make_room_for_new(self, remote_address):
        """Make room on the list of new chargers: who only invents identities neither fills it nor
        keeps a real charger off it.

        One that is full loses the oldest that is not connected and unchanged since; no
        address has more than half of it.

        :return: whether there is room
        """
        waiting = self.search([("admission", "=", "pending")], order="id")
        near = waiting.filtered(lambda one: one.connection_ids.remote_address == remote_address)
        is_full = len(waiting) >= MAX_NEW_CHARGERS
        if not is_full and len(near) < MAX_NEW_CHARGERS // 2:
            return True
        gone = (waiting if is_full else near).filtered(
            lambda one: not one.online and one.write_uid.id == SUPERUSER_ID
        )
        gone[:1].unlink()
        return bool(gone)

    def _is_admitted(self):
        """Whether its messages change more than what is known of itself: it is accepted, or was,
        and has sessions to end."""
        return self.admission == "accepted" or bool(self.session_ids)

    def action_accept(self):
        """Accept a new charger; the answer to its next BootNotification is Accepted."""
        self.check_access("write")
        for charger in self:
            charger.admission = "accepted"
            if charger.online:
                charger._request("ask_for_report", message="BootNotification")
        return True

    def action_refuse(self):
        self.check_access("write")
        self.admission = "refused"
        return True
