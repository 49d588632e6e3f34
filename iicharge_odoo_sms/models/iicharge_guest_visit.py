# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class SmsVisit(models.Model):
    _inherit = "iicharge.guest.visit"
    _notify_asks = ("address", "phone")

    notify_phone = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="Gets SMS about this charging; cleared with the receipt.",
    )
    phone_network_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Whether another number was given from the same address in the network.",
    )

    @api.model
    def _get_address_fields(self):
        return [*super()._get_address_fields(), "notify_phone"]

    def _clear_addresses(self):
        self.phone_network_key = False
        return super()._clear_addresses()

    def _prepare_addresses(self, typed, network):
        """Prepare the number, too; nothing is counted before all is right."""
        sms, site = self.env["iicharge.guest.sms"], self.connector_id.site_id
        phone, problem = sms._read_phone(site, typed.get("phone"), network)
        if problem:
            return {}, problem
        values, problem = super()._prepare_addresses(typed, network)
        if phone and not problem:
            problem = self._count_address()
        key = sms._get_network_key(network) if phone else False
        return {**values, "notify_phone": phone, "phone_network_key": key}, problem

    def _get_recipient(self):
        to = super()._get_recipient()
        return {**to, "phone": self.notify_phone, "network_key": self.phone_network_key}

    def _get_notified_text(self):
        phone = self.env["iicharge.guest.sms"]._mask_phone(self.notify_phone)
        return ", ".join(filter(None, [super()._get_notified_text(), phone]))
