# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..gateway.addresses import read_networks


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pos_iicharge_site_ids = fields.Many2many(
        related="pos_config_id.iicharge_site_ids", readonly=False
    )
    iicharge_gateway_enabled = fields.Boolean(
        string="OCPP Gateway",
        config_parameter="iicharge.gateway_enabled",
        default=True,
        help="Runs the server that chargers connect to.",
    )
    iicharge_gateway_home = fields.Selection(
        [("odoo", "In Odoo"), ("apart", "In a process of its own")],
        string="Where It Runs",
        config_parameter="iicharge.gateway_home",
        default="odoo",
        help="In Odoo: threads, or a worker where Odoo has workers. In a process of its own: "
        "the command odoo iicharge_gateway, on this machine or another one.",
    )
    iicharge_gateway_host = fields.Char(
        string="Listen On",
        config_parameter="iicharge.gateway_host",
        default="127.0.0.1",
        help="Network address. 0.0.0.0 is every network of this machine.",
    )
    iicharge_gateway_port = fields.Integer(
        string="Port", config_parameter="iicharge.gateway_port", default=9000
    )
    iicharge_gateway_state = fields.Char(compute="_compute_iicharge_gateway_state")
    iicharge_gateway_runs = fields.Boolean(compute="_compute_iicharge_gateway_state")
    iicharge_gateway_fixed = fields.Json(compute="_compute_iicharge_gateway_fixed")
    iicharge_gateway_fixed_text = fields.Char(compute="_compute_iicharge_gateway_fixed")
    iicharge_trusted_proxies = fields.Char(
        string="Trusted Proxies",
        config_parameter="iicharge.trusted_proxies",
        help="Addresses or networks of the proxies that chargers connect through, separated by "
        "commas. Only they may say, by X-Forwarded-For, where a charger connects from.",
    )
    iicharge_keep_messages_days = fields.Integer(
        string="Keep OCPP Messages (days)",
        config_parameter="iicharge.keep_messages_days",
        default=90,
    )

    @api.constrains("iicharge_trusted_proxies")
    def _check_trusted_proxies(self):
        for settings in self:
            try:
                read_networks(settings.iicharge_trusted_proxies or "")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Trusted proxies are addresses or networks, such as 127.0.0.1 or "
                        "10.0.0.0/8: %(error)s",
                        error=error,
                    )
                ) from error

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_iicharge_gateway_state(self):
        runs, text = self._iicharge_get_gateway_state()
        self.iicharge_gateway_runs = runs
        self.iicharge_gateway_state = text

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_iicharge_gateway_fixed(self):
        fixed = self._iicharge_get_gateway_fixed()
        self.iicharge_gateway_fixed = list(fixed)
        self.iicharge_gateway_fixed_text = bool(fixed) and self.env._(
            "The server's environment decides, not this page: %(values)s",
            values=", ".join(fixed.values()),
        )

    @api.model
    def _iicharge_get_gateway_fixed(self):
        """Get the settings that the server's environment decides: {name without prefix: text}.
        The service, which reads them, extends it."""
        return {}

    @api.model
    def _iicharge_get_gateway_state(self):
        """Get whether the gateway runs, and what it does in words. The service, which knows,
        extends it."""
        return False, False
