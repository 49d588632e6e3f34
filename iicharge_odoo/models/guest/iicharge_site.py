# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import secrets

from odoo import api, fields, models

from ...core.conversion import to_aware
from ...core.guest.notices import is_quiet
from ...core.timestamps import get_zone

KEY_BYTES = 16


class GuestSite(models.Model):
    _inherit = "iicharge.site"

    guest_pins = fields.Boolean(
        string="PIN at Check-in",
        default=True,
        help="Each stay gets a PIN when it begins, with which the guest charges without naming "
        "room and name.",
        tracking=True,
    )
    quiet_from = fields.Float(
        string="Quiet From",
        default=22,
        help="In these hours, in the time of the site, no e-mail is written to a guest; what "
        "still holds is written afterwards. The same time twice: always.",
        tracking=True,
    )
    quiet_until = fields.Float(default=7, tracking=True)
    board_key = fields.Char(
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups="iicharge_odoo.group_manager",
    )
    board_url = fields.Char(
        compute="_compute_board_url",
        string="Lobby Screen",
        groups="iicharge_odoo.group_manager",
        help="Open this address on a screen in the lobby: it shows what is free. A new "
        "address ends the old one.",
    )

    _quiet_hours_check = models.Constraint(
        "CHECK (quiet_from BETWEEN 0 AND 24 AND quiet_until BETWEEN 0 AND 24)",
        "Quiet hours are times of the day, from 0:00 to 24:00.",
    )

    @api.depends("board_key")
    def _compute_board_url(self):
        for site in self:
            base = site.get_base_url()
            site.board_url = site.board_key and f"{base}/charge/board/{site.board_key}"

    def _is_quiet_now(self):
        """Whether no guest is written to now."""
        self.ensure_one()
        local = to_aware(fields.Datetime.now()).astimezone(get_zone(self.time_zone))
        return is_quiet(local.time(), self.quiet_from, self.quiet_until)

    def action_renew_board(self):
        """Give the lobby screen an address, another one where it has one."""
        self.check_access("write")
        for site in self:
            site.board_key = secrets.token_urlsafe(KEY_BYTES)
        return True

    def action_end_board(self):
        """Let the address of the lobby screen lead nowhere any more."""
        self.check_access("write")
        self.board_key = False
        return True
