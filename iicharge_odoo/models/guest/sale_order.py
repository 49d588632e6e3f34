# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .iicharge_token import PINS_AT_ONCE

HALF = 4


class StayWithPin(models.Model):
    _inherit = "sale.order"

    iicharge_pin_ids = fields.One2many(
        "iicharge.token",
        "folio_id",
        domain=[("is_pin", "=", True)],
        groups="iicharge_odoo.group_front_desk",
    )
    iicharge_pin = fields.Char(
        compute="_compute_iicharge_pin",
        groups="iicharge_odoo.group_front_desk",
        string="PIN",
        help="With it the guest charges on this bill without room and name: on the page of the "
        "sign, at a charger with keys and at the register.",
    )

    iicharge_notify = fields.Boolean(
        string="E-Mails About Charging",
        groups="iicharge_odoo.group_front_desk",
        help="The guest wants an e-mail when a charging of this stay starts, when the car is "
        "full, before an idle fee, when it is cut off, and with the receipt.",
    )
    _iicharge_notify_index = models.Index("(id) WHERE iicharge_notify")

    @api.depends("iicharge_pin_ids.uid", "iicharge_pin_ids.active")
    def _compute_iicharge_pin(self):
        for order in self:
            uid = order.iicharge_pin_ids[:1].uid or ""
            order.iicharge_pin = f"{uid[:HALF]} {uid[HALF:]}" if uid else False

    def action_iicharge_renew_pin(self):
        """Give the stay another PIN; the old one starts nothing any more."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("iicharge_odoo.group_front_desk"):
            raise UserError(self.env._("Front desk gives guests their PIN."))
        if self.state != "sale":
            raise UserError(self.env._("Confirm the stay first."))
        # sudo: front desk may give a PIN of a stay that it sees
        self.sudo()._iicharge_renew_pin()
        return True

    def _iicharge_renew_pin(self):
        self.iicharge_pin_ids.active = False
        self.env["iicharge.token"]._create_pins(self)
        self.invalidate_recordset(["iicharge_pin_ids", "iicharge_pin"])

    # --- at check-in ------------------------------------------------------------------------
    @api.model
    def _iicharge_find_without_pin(self, skip=()):
        """Find the stays in house that have no PIN yet."""
        found = []
        now = fields.Datetime.now()
        for site in self.env["iicharge.site"].search([("guest_pins", "=", True)]):
            in_house = site._get_property()._get_stay_domain(site, now)
            has_none = fields.Domain("iicharge_pin_ids", "=", False)
            domain = in_house & has_none & fields.Domain("id", "not in", list(skip))
            found += self.search(domain, limit=PINS_AT_ONCE).ids
        return list(dict.fromkeys(found))

    @api.model
    def _iicharge_make_pins(self, ids=None):
        """Give PINs to stays. :param ids: see _iicharge_find_without_pin"""
        stays = self.browse(self._iicharge_find_without_pin() if ids is None else ids)
        without = stays.filtered(lambda stay: not stay.iicharge_pin_ids)
        self.env["iicharge.token"]._create_pins(without)
