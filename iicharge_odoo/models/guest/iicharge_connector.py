# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..charger.iicharge_connector import REMOTE_START_WAIT

SIGN_GROUPS = ("iicharge_odoo.group_front_desk", "iicharge_odoo.group_technician")


class SignedConnector(models.Model):
    _inherit = "iicharge.connector"

    sign_ids = fields.One2many(
        "iicharge.sign",
        "connector_id",
        string="Signs",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_technician",
    )
    sign_id = fields.Many2one(
        "iicharge.sign",
        compute="_compute_sign_id",
        string="Sign",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_technician",
        help="The code that guests scan or type at this connector.",
    )

    @api.depends("sign_ids.ended_at")
    def _compute_sign_id(self):
        signs = self.env["iicharge.sign"].search(
            [("connector_id", "in", self.ids), ("ended_at", "=", False)]
        )
        by_connector = signs.grouped("connector_id")
        for connector in self:
            connector.sign_id = by_connector.get(connector._origin, signs.browse())

    def _make_signs(self):
        """Give each connector a sign that has none. :return: their signs"""
        self.filtered(lambda connector: not connector.sign_id)._create_signs()
        return self.sign_id

    def _create_signs(self):
        # sudo: signs are not written by hand; callers have checked who asks
        self.env["iicharge.sign"].sudo()._create_for(self)
        self.invalidate_recordset(["sign_id", "sign_ids"])

    def _check_can_sign(self):
        self.check_access("read")
        if not self.env.su and not any(map(self.env.user.has_group, SIGN_GROUPS)):
            raise AccessError(
                self.env._("Only front desk, technicians and managers print and renew signs.")
            )

    def action_print_sign(self):
        """Print the signs of these connectors."""
        self._check_can_sign()
        self._make_signs()
        return self.env.ref("iicharge_odoo.action_report_sign").report_action(self, config=False)

    def action_renew_sign(self):
        """Give these connectors new codes: the old signs say so, and start nothing any more."""
        self._check_can_sign()
        # sudo: as in _create_signs
        signs = self.sudo().sign_id
        signs.write({"ended_at": fields.Datetime.now()})
        signs.flush_recordset()
        self._create_signs()
        return True

    def _send_start_again(self, token):
        """Send a start again with its token, which is given time for the car once more.

        :raise core.errors.Refusal: the stay takes no charges any more
        :return: the queued `iicharge.command`
        """
        if token.folio_id:
            self.site_id._get_property()._check_start(token.folio_id, self)
        token.valid_until = fields.Datetime.now() + REMOTE_START_WAIT
        return self._send_start(token)

    # --- as guests see it -----------------------------------------------------------------
    def _get_plug_name(self):
        """Get what a guest calls this plug of its charger; empty where it has only one."""
        self.ensure_one()
        if self.label:
            return self.label
        # the only plug of its charger needs no name
        if len(self._get_neighbours()) < 2:  # noqa: PLR2004
            return ""
        return self.env._("plug %(number)s", number=self.number)

    def _get_neighbours(self):
        """Get the connectors of its charger that guests see, with itself."""
        return self.charger_id.connector_ids.filtered(lambda one: one.offered or one == self)

    def _get_lit_side(self):
        """Get where the picture of the charger shows this plug: left, right or, of more than two,
        nowhere."""
        plugs = self._get_neighbours().sorted("number")
        # the picture has two sides
        if len(plugs) > 2:  # noqa: PLR2004
            return ""
        return "right" if len(plugs) > 1 and plugs[-1] == self else "left"
