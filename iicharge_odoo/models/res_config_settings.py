# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..gateway.addresses import read_networks


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    iicharge_product_id = fields.Many2one(related="company_id.iicharge_product_id", readonly=False)
    iicharge_pass_through_product_id = fields.Many2one(
        related="company_id.iicharge_pass_through_product_id", readonly=False
    )
    iicharge_anonymize_days = fields.Integer(
        related="company_id.iicharge_anonymize_days", readonly=False
    )
    iicharge_keep_readings_days = fields.Integer(
        related="company_id.iicharge_keep_readings_days", readonly=False
    )
    iicharge_accrue_monthly = fields.Boolean(
        related="company_id.iicharge_accrue_monthly", readonly=False
    )
    iicharge_accrual_account_id = fields.Many2one(
        related="company_id.iicharge_accrual_account_id", readonly=False
    )
    iicharge_ocpi_country_code = fields.Char(
        related="company_id.iicharge_ocpi_country_code", readonly=False
    )
    iicharge_ocpi_party_id = fields.Char(
        related="company_id.iicharge_ocpi_party_id", readonly=False
    )
    pos_iicharge_site_ids = fields.Many2many(
        related="pos_config_id.iicharge_site_ids", readonly=False
    )
    iicharge_gateway_enabled = fields.Boolean(
        string="OCPP Gateway",
        config_parameter="iicharge.gateway_enabled",
        default=True,
        help="Runs the server that chargers connect to inside Odoo.",
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

    @api.model
    def _iicharge_get_gateway_state(self):
        """Get whether the gateway runs, and what it does in words. The service, which knows,
        extends it."""
        return False, False
