# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class GuestPartner(models.Model):
    _inherit = "res.partner"

    iicharge_notify = fields.Boolean(
        string="E-Mails About Own Charging",
        copy=False,
        groups="iicharge_odoo.group_front_desk",
        help="The guest wants an e-mail about each own charging: when it starts, when the car is "
        "full, before an idle fee, when it is cut off, and with the receipt.",
    )
    _iicharge_notify_index = models.Index("(id) WHERE iicharge_notify")
