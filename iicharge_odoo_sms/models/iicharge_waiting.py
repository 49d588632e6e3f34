# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from odoo.addons.iicharge_odoo.core.guest.notices import Notice
from odoo.addons.iicharge_odoo.models.waiting.iicharge_waiting_visitor import MOST_MAILS
from odoo.addons.iicharge_odoo.models.waiting.place_states import OPEN


class SmsWaiting(models.Model):
    """A guest of the waiting list may give a phone number, which a guest without a stay confirms
    by the link of an SMS, as an address by that of an e-mail."""

    _inherit = "iicharge.waiting"

    phone = fields.Char(
        readonly=True,
        copy=False,
        groups="iicharge_odoo.group_front_desk",
        help="Gets an SMS when a charger is free; cleared when the guest waits no more.",
    )
    phone_network_key = fields.Char(readonly=True, copy=False, groups="base.group_system")
    phone_confirmed_at = fields.Datetime(
        readonly=True, string="Number Confirmed", help="When the link in the SMS was opened."
    )
    phone_confirm_key = fields.Char(
        readonly=True, copy=False, index="btree_not_null", groups="base.group_system"
    )
    is_phone_asked = fields.Boolean(
        readonly=True, help="The SMS with the link was made; at night it waits for the morning."
    )

    @api.model
    def _get_address_fields(self):
        return [*super()._get_address_fields(), "phone"]

    @api.model
    def _read_addresses(self, site, typed, network):
        values, problem = super()._read_addresses(site, typed, network)
        sms = self.env["iicharge.guest.sms"]
        phone, wrong = sms._read_phone(site, typed.get("phone"), network)
        values["phone"] = phone
        if phone:
            values["phone_network_key"] = sms._get_network_key(network)
        return values, problem or wrong

    def _take_address(self, values):
        result = super()._take_address(values)
        phone = values.get("phone")
        if phone and self.state in OPEN and phone != self.phone:
            self.write(
                {
                    "phone": phone,
                    "phone_network_key": values.get("phone_network_key"),
                    "lang": values.get("lang"),
                    "phone_confirmed_at": False,
                    "phone_confirm_key": False,
                    "is_phone_asked": False,
                }
            )
            self._ask_by_sms()
        return result

    # --- the link -----------------------------------------------------------------------------
    def _ask_to_confirm(self):
        result = super()._ask_to_confirm()
        self._ask_by_sms()
        return result

    def _ask_by_sms(self):
        """Write to the number of a guest without a stay, with the link that confirms it: for one
        place, as to an address; not in the quiet hours."""
        self.ensure_one()
        is_asked = not self.is_visitor or self.is_phone_asked or self.mails_sent >= MOST_MAILS
        if not self.phone or is_asked or self.site_id._is_quiet_now():
            return
        self.is_phone_asked = True
        same = [
            ("site_id", "=", self.site_id.id),
            ("phone", "=", self.phone),
            ("id", "!=", self.id),
        ]
        if self.search_count([*same, ("state", "in", OPEN)], limit=1):
            return
        self.write({"mails_sent": self.mails_sent + 1, "phone_confirm_key": self._make_key()})
        url = f"{self.site_id.get_base_url()}/charge/ok/{self.phone_confirm_key}"
        to = {"address": False, **self._prepare_phone(), "url": url}
        self._write_notice(Notice.CONFIRM_PLACE, to)

    @api.model
    def _advance_site(self, site):
        """Ask those first whose link has waited for the morning."""
        unasked = fields.Domain("phone", "!=", False) & fields.Domain("is_phone_asked", "=", False)
        unasked &= fields.Domain("site_id", "=", site.id) & fields.Domain("is_visitor", "=", True)
        if not site._is_quiet_now():
            for place in self.search(unasked & fields.Domain("state", "in", OPEN)):
                place._ask_by_sms()
        return super()._advance_site(site)

    @api.model
    def _confirm_phone(self, key):
        """Take that the link in an SMS was opened. :return: the place; maybe empty"""
        place = self.search([("phone_confirm_key", "=", key)], limit=1) if key else self.browse()
        if place and not place.phone_confirmed_at and place.state in OPEN:
            place.phone_confirmed_at = fields.Datetime.now()
        return place

    def _needs_confirming(self):
        return super()._needs_confirming() and not self.phone_confirmed_at

    # --- who is written to ----------------------------------------------------------------------
    def _prepare_phone(self):
        return {
            "phone": self.phone,
            "lang": self.lang,
            "network_key": self.phone_network_key,
            "turn": self.mails_sent,
        }

    def _get_recipient(self):
        to = super()._get_recipient()
        is_known = self.phone and (not self.is_visitor or self.phone_confirmed_at)
        if not is_known or self.site_id._is_quiet_now():
            return to
        return {"address": False, "url": self._get_url(), **to, **self._prepare_phone()}

    def _is_written_to(self):
        if not super()._is_written_to():
            return False
        to = self._get_recipient()
        return bool(to["address"]) or not self.env["iicharge.guest.sms"]._has_failed(self)

    @api.depends("phone", "phone_confirmed_at")
    def _compute_contact(self):
        return super()._compute_contact()

    def _get_contacts(self):
        found = super()._get_contacts()
        return found + self._mark_contact(self.phone, self.phone_confirmed_at)

    def _get_contact_text(self):
        is_shown = not self.is_visitor or self.is_phone_asked
        phone = self.env["iicharge.guest.sms"]._mask_phone(self.phone) if is_shown else ""
        return ", ".join(filter(None, [super()._get_contact_text(), phone]))
