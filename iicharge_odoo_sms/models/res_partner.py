# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class SmsPartner(models.Model):
    _inherit = "res.partner"

    iicharge_notify_sms = fields.Boolean(
        string="By SMS, Too",
        copy=False,
        groups="iicharge_odoo.group_front_desk",
        help="The guest has chosen in the portal to get the messages about charging on the phone "
        "number of the contact, too. The site must have Messages by SMS switched on.",
    )
