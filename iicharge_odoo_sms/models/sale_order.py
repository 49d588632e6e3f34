# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class SmsStay(models.Model):
    _inherit = "sale.order"

    iicharge_notify_sms = fields.Boolean(
        string="By SMS, Too",
        groups="iicharge_odoo.group_front_desk",
        help="The guest wants the messages about charging on the phone number of the contact, too. "
        "The site must have Messages by SMS switched on.",
    )
