# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from ...core import errors
from ...core.conversion import get_local_day
from ...core.metering import meter


class Site(models.Model):
    """A place with chargers: one property, one time zone, one way to reach its folios."""

    _name = "iicharge.site"
    _description = "Charging Site"
    _inherit = ["iicharge.company.wall", "mail.thread"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Address", check_company=True, index="btree_not_null"
    )
    time_zone = fields.Selection(
        _tz_get,
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Prices by time of day and the times on the bill follow this zone.",
    )
    tariff_id = fields.Many2one(
        "iicharge.tariff",
        string="Default Tariff",
        check_company=True,
        tracking=True,
        help="Used where a charger or connector names no tariff of its own.",
        index="btree_not_null",
    )
    property_system = fields.Selection(
        [("iicharge.property", "Sales orders")],
        required=True,
        default="iicharge.property",
        help="Where the stays and room bills of this site's guests are kept.",
    )
    accept_unknown_chargers = fields.Boolean(
        help="A charger with an unknown identity is put on the list of new chargers and waits "
        "there until a technician accepts it. Off: it is refused.",
        tracking=True,
    )
    refuse_past_checkout = fields.Boolean(
        string="Refuse Cards Close to Check-out",
        help="A card starts nothing when a typical charging would end after the stay's "
        "check-out. Front desk is asked in any case.",
        tracking=True,
    )
    stop_at_credit_limit = fields.Boolean(
        string="Stop at the Credit Limit",
        help="A charging is stopped when what is owed on its bill reaches the stay's credit "
        "limit, within half a minute.",
        tracking=True,
    )
    energy_cost_ids = fields.One2many(
        "iicharge.energy.cost",
        "site_id",
        string="Energy Cost",
        groups="iicharge_odoo.group_accountant",
        help="What a kilowatt-hour costs you; the margin of the analysis is worked out with it. "
        "Days before the first one count as free.",
    )
    charger_ids = fields.One2many("iicharge.charger", "site_id")
    charger_count = fields.Integer(compute="_compute_charger_count")
    session_count = fields.Integer(compute="_compute_session_count")

    @api.constrains("time_zone")
    def _check_time_zone(self):
        """Refuse a time zone that this machine does not know: every message would be parked."""
        for site in self:
            try:
                meter.get_zone(site.time_zone)
            except errors.UnknownTimeZone as error:
                raise ValidationError(str(error)) from error

    @api.depends("charger_ids")
    def _compute_charger_count(self):
        counts = dict(
            self.env["iicharge.charger"]._read_group(
                [("site_id", "in", self.ids)], ["site_id"], ["__count"]
            )
        )
        for site in self:
            site.charger_count = counts.get(site, 0)

    def _compute_session_count(self):
        counts = dict(
            self.env["iicharge.session"]._read_group(
                [("site_id", "in", self.ids)], ["site_id"], ["__count"]
            )
        )
        for site in self:
            site.session_count = counts.get(site, 0)

    def _get_today(self):
        """Get the calendar day that it is now at the site, not where the server or its user is."""
        self.ensure_one()
        return get_local_day(fields.Datetime.now(), self.time_zone)

    def _get_property(self):
        """Get the site's property system: the model with the four folio methods."""
        self.ensure_one()
        return self.env[self.property_system]
