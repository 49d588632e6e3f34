# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ...core import identity

# OCPP 1.6 section 4.2: decides the answer to a BootNotification.
ADMISSIONS = [("pending", "New"), ("accepted", "Accepted"), ("refused", "Refused")]

MAX_NEW_CHARGERS = 50
# Two devices of one identity are shown so long after the last attempt of one.
TWO_DEVICES_SHOWN = timedelta(days=1)


class ChargerAdmission(models.AbstractModel):
    """Register unknown chargers as new, and accept or refuse them."""

    _name = "iicharge.charger.admission"
    _description = "Admission of Chargers"

    refusal_ids = fields.One2many(
        "iicharge.refused.connection", "charger_id", groups="iicharge_odoo.group_technician"
    )
    refusal_id = fields.Many2one(
        "iicharge.refused.connection",
        compute="_compute_refusal_id",
        string="Last Refused",
        groups="iicharge_odoo.group_technician",
        help="The last connection that was refused, if none was accepted since.",
    )
    refused_at = fields.Datetime(
        compute="_compute_refusal_id", groups="iicharge_odoo.group_technician"
    )
    refused_address = fields.Char(
        compute="_compute_refusal_id", groups="iicharge_odoo.group_technician"
    )
    refused_text = fields.Char(
        compute="_compute_refusal_id", groups="iicharge_odoo.group_technician"
    )

    @api.depends("refusal_ids.last_at", "connection_ids.connected_at")
    @api.depends_context("lang")
    def _compute_refusal_id(self):
        for charger in self:
            connected_at = charger.connection_ids[:1].connected_at
            last = charger.refusal_ids.sorted("last_at", reverse=True)[:1]
            is_open = not connected_at or (last and last.last_at > connected_at)
            if last.reason == "two_devices":
                # one of them is connected
                is_open = fields.Datetime.now() - last.last_at < TWO_DEVICES_SHOWN
            last = last if is_open else last.browse()
            charger.refusal_id = last
            charger.refused_at, charger.refused_address = last.last_at, last.address
            charger.refused_text = last.text

    @api.model
    def _register_unknown(self, spelled, secret, remote_address):
        """Register an unknown charger as new, if a site allows it.

        The password it came with is kept (hashed), so that it can be accepted as it is. The
        list is bounded: an attacker cannot fill the database with invented chargers.

        :param spelled: its identity, as it spells it
        :return: the new charger, or an empty record
        """
        site = self.env["iicharge.site"].search([("accept_unknown_chargers", "=", True)], limit=1)
        # an archived charger keeps its identity: it was put out of service on purpose
        key = identity.normalise_charger_id(spelled)
        known = self.with_context(active_test=False)._find_by_identity(key)
        if not site or known or not self._make_room_for_new(remote_address):
            return self.browse()
        charger = self.create(
            {
                "name": spelled,
                "identity": spelled,
                "site_id": site.id,
                "admission": "pending",
                # not known: a technician is asked for it
                "rated_power_w": 0,
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

    def action_check_and_accept(self):
        """Accept a new charger, after asking for its power if that is not known."""
        if len(self) != 1 or self.rated_power_w:
            return self.action_accept()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept Charger"),
            "res_model": "iicharge.charger.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charger_id": self.id},
        }

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
