# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

MANAGER = "iicharge_odoo.group_manager"


class HotelSettings(models.TransientModel):
    """Settings of a company for charging. Odoo's own settings page is for administrators only."""

    _name = "iicharge.hotel.settings"
    _description = "Hotel Settings"
    _inherit = "iicharge.company.wall"

    company_id = fields.Many2one(
        "res.company",
        string="Hotel",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        related="company_id.iicharge_product_id",
        readonly=False,
        help="Printed on the guest's bill. Its income account and taxes are used for charging.",
    )
    pass_through_product_id = fields.Many2one(
        related="company_id.iicharge_pass_through_product_id", readonly=False
    )
    accrue_monthly = fields.Boolean(related="company_id.iicharge_accrue_monthly", readonly=False)
    accrual_account_id = fields.Many2one(
        related="company_id.iicharge_accrual_account_id",
        readonly=False,
        # that of the company's field asks for the company's own `id`
        domain="[('account_type', '=', 'asset_current'), ('company_ids', 'in', company_id)]",
    )
    ocpi_country_code = fields.Char(related="company_id.iicharge_ocpi_country_code", readonly=False)
    ocpi_party_id = fields.Char(related="company_id.iicharge_ocpi_party_id", readonly=False)
    anonymize_days = fields.Integer(
        related="company_id.iicharge_anonymize_days", readonly=False, groups=MANAGER
    )
    keep_readings_days = fields.Integer(
        related="company_id.iicharge_keep_readings_days", readonly=False, groups=MANAGER
    )
    keep_books_years = fields.Integer(
        related="company_id.iicharge_keep_books_years", readonly=False, groups=MANAGER
    )
    alert_minutes = fields.Integer(
        related="company_id.iicharge_alert_minutes", readonly=False, groups=MANAGER
    )

    guest_languages = fields.Char(compute="_compute_guest_languages", groups=MANAGER)
    missing_languages = fields.Char(compute="_compute_guest_languages", groups=MANAGER)

    @api.depends("company_id")
    def _compute_guest_languages(self):
        languages = self.env["iicharge.guest.language"]
        self.guest_languages = languages._describe(languages._get_offered())
        self.missing_languages = languages._describe(languages._get_missing())

    @api.depends("company_id")
    def _compute_display_name(self):
        self.display_name = self.env._("Hotel Settings")

    @api.model_create_multi
    def create(self, vals_list):
        # with the defaults, which the context of a crafted call may bring
        vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
        for vals in vals_list:
            self._check_settings(vals)
        # sudo: a company is written by administrators; these values are the role's, as checked
        return super(HotelSettings, self.sudo()).create(vals_list).sudo(self.env.su)

    def write(self, vals):
        self.check_access("write")
        self._check_settings(vals)
        # sudo: as in create
        return super(HotelSettings, self.sudo()).write(vals)

    def action_add_languages(self):
        """Activate the languages of guests that are missing. :raise AccessError: no manager"""
        return self.env["iicharge.guest.language"]._add_missing()

    @api.model
    def _check_settings(self, vals):
        """Check that the user may set these values. :raise AccessError: not all of them"""
        self.browse().check_access("create")
        self._check_own_companies([vals])
        for name in vals:
            self._check_field_access(self._fields[name], "write")
