# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.phone_validation.tools.phone_validation import phone_parse

# A number that is right anywhere, to see whether numbers can be checked here.
EXAMPLE = "+41446681800"


class SmsSite(models.Model):
    _inherit = "iicharge.site"

    guest_sms = fields.Boolean(
        string="Messages by SMS",
        help="On the guest's page, guests may give a phone number for messages about a charging "
        "and for the waiting list. The provider of Odoo's SMS is paid for each.",
        tracking=True,
    )
    guest_sms_per_day = fields.Integer(
        string="Most SMS in 24 Hours",
        default=100,
        help="No more are sent to guests of this site; e-mails still are.",
        tracking=True,
    )
    guest_sms_sent = fields.Integer(
        compute="_compute_guest_sms_sent", string="SMS of the Last 24 Hours"
    )

    _guest_sms_per_day_check = models.Constraint(
        "CHECK (guest_sms_per_day >= 0)", "The number of SMS is zero or more."
    )

    def _compute_guest_sms_sent(self):
        # sudo: only how many is shown, to who may read the site
        sms = self.env["iicharge.guest.sms"].sudo()
        domain = sms._get_counted_domain() & fields.Domain("site_id", "in", self.ids)
        counts = dict(sms._read_group(domain, ["site_id"], ["__count"]))
        for site in self:
            site.guest_sms_sent = counts.get(site, 0)

    @api.constrains("guest_sms")
    def _check_guest_sms(self):
        if any(self.mapped("guest_sms")) and not phone_parse(EXAMPLE, None):
            raise ValidationError(
                self.env._(
                    "Phone numbers cannot be checked here: Odoo's Python needs the package "
                    "phonenumbers."
                )
            )
