# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...core import errors, jsontext
from .iicharge_tariff_component import (
    DIGITS,
    DIMENSIONS,
    TAX_IDS,
    is_clock,
    normalise_clock,
)
from .iicharge_tariff_preview import PRICE_FIELDS
from .price_text import get_summary_text

__all__ = ["DIMENSIONS", "TAX_IDS", "Tariff"]

QUIET_FIELDS = ("quiet_start", "quiet_end")

LIMIT_FIELDS = ("min_price_untaxed", "min_price_taxed", "max_price_untaxed", "max_price_taxed")


class Tariff(models.Model):
    """A tariff: a list of prices, passed to `core.rating` as an OCPI Tariff."""

    _name = "iicharge.tariff"
    _description = "Charging Tariff"
    _inherit = [
        "iicharge.company.wall",
        "mail.thread",
        "iicharge.tariff.ocpi",
        "iicharge.tariff.preview",
    ]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    component_ids = fields.One2many(
        "iicharge.tariff.component", "tariff_id", copy=True, string="Prices"
    )
    tax_included = fields.Selection(
        [
            ("NO", "Without tax; it comes on top"),
            ("YES", "With tax"),
            ("N/A", "No tax applies at all"),
        ],
        string="Prices Are",
        required=True,
        default=lambda self: self._get_default_tax_included(),
    )
    has_min_price = fields.Boolean(string="At Least")
    min_price_untaxed = fields.Float(string="At Least, Without Tax", digits=(16, DIGITS))
    min_price_taxed = fields.Float(
        string="At Least, With Tax",
        digits=(16, DIGITS),
        help="0: it follows from the price without tax.",
    )
    has_max_price = fields.Boolean(string="At Most")
    max_price_untaxed = fields.Float(string="At Most, Without Tax", digits=(16, DIGITS))
    max_price_taxed = fields.Float(
        string="At Most, With Tax",
        digits=(16, DIGITS),
        help="0: it follows from the price without tax.",
    )
    idle_grace_minutes = fields.Integer(
        string="Minutes Free of Idle Fee",
        help="How long a car may stay at the charger after charging before idle time costs.",
    )
    quiet_start = fields.Char(
        string="Quiet Hours From", size=8, help="In quiet hours idle time costs nothing."
    )
    quiet_end = fields.Char(string="Quiet Hours Until", size=8)
    free_kwh = fields.Float(
        string="Free kWh",
        digits=(16, 3),
        help="The first kWh are given free, as a discount on the bill.",
    )
    free_kwh_per = fields.Selection(
        [
            ("session", "for each session"),
            ("night", "for each night of a stay"),
            ("stay", "for a whole stay"),
        ],
        string="Free kWh Are For",
        required=True,
        default="session",
        help="Those for a night or a stay are given once, however many cars charge; who has no "
        "stay gets none. A night lasts from noon to noon.",
    )
    valid_from = fields.Datetime(help="Sessions that start earlier do not take this tariff.")
    valid_until = fields.Datetime(help="Sessions that start later do not take this tariff.")
    summary = fields.Char(compute="_compute_summary", string="Price")
    rule_ids = fields.One2many("iicharge.tariff.rule", "tariff_id", copy=False)
    version_ids = fields.One2many(
        "iicharge.tariff.version", "tariff_id", readonly=True, string="Versions"
    )
    version_number = fields.Integer(compute="_compute_version_number", string="Version")
    ocpi_id = fields.Char(string="OCPI Id", copy=False, help="Empty: the number of this tariff.")
    ocpi_rest = fields.Text(copy=False, help="Other fields of the imported tariff (JSON).")
    preset = fields.Selection(
        [
            ("energy", "Per kWh"),
            ("energy_idle", "Per kWh + idle fee"),
            ("night", "Night rate"),
            ("free", "Free for guests"),
        ],
        store=False,
        string="Begin With",
    )
    preview_kwh = fields.Float(
        compute="_compute_example", readonly=False, string="Energy (kWh)", digits=(16, 2)
    )
    preview_charging_minutes = fields.Integer(
        compute="_compute_example", readonly=False, string="Charging (minutes)"
    )
    preview_idle_minutes = fields.Integer(
        compute="_compute_example", readonly=False, string="Idle After That (minutes)"
    )
    preview_start_at = fields.Datetime(compute="_compute_example", readonly=False, string="Start")
    preview_total = fields.Char(compute="_compute_preview", string="Costs")
    preview_rows = fields.Json(compute="_compute_preview")
    preview_day = fields.Json(compute="_compute_preview")

    @api.model
    def _get_default_tax_included(self):
        """Get how the company has its prices (*Prices* of Odoo's invoicing settings)."""
        return "YES" if self.env.company.account_price_include == "tax_included" else "NO"

    @api.depends(
        *(f"component_ids.{name}" for name in PRICE_FIELDS),
        "component_ids.currency_id",
        "tax_included",
    )
    def _compute_summary(self):
        # sudo: prices need the taxes of the charging product, which not everyone may read
        for tariff in self.sudo():
            try:
                rules = tariff._read_snapshot(tariff._format_document())
            except errors.InvalidInput:
                # while it is edited
                tariff.summary = ""
                continue
            tariff.summary = get_summary_text(self.env, rules, tariff.currency_id)

    @api.model_create_multi
    def create(self, vals_list):
        tariffs = super(Tariff, self.with_context(iicharge_tariff_edited=True)).create(
            [self._normalise(vals) for vals in vals_list]
        )
        tariffs = tariffs.with_env(self.env)
        tariffs._create_version_if_changed()
        return tariffs

    def write(self, vals):
        marked = self.with_context(iicharge_tariff_edited=True)
        done = super(Tariff, marked).write(self._normalise(vals))
        self._create_version_if_changed()
        return done

    @api.model
    def _normalise(self, vals):
        return {
            name: normalise_clock(value) if name in QUIET_FIELDS else value
            for name, value in vals.items()
        }

    @api.onchange(*QUIET_FIELDS)
    def _onchange_quiet(self):
        for name in QUIET_FIELDS:
            self[name] = normalise_clock(self[name])

    @api.constrains("component_ids")
    def _check_components(self):
        for tariff in self:
            # an imported tariff may have prices that never apply, and keeps them
            hand_made = tariff.component_ids.filtered(lambda component: not component.element_no)
            covered = set()
            for component in hand_made.sorted():
                key = (component.dimension, component.reservation)
                if key in covered:
                    raise ValidationError(
                        self.env._(
                            "%(tariff)s: “%(price)s” has a price after one that always applies, "
                            "so the later one would never count. Drag the price with conditions "
                            "up, or give the first one a condition.",
                            tariff=tariff.name,
                            price=component._get_label(),
                        )
                    )
                if set(component._get_restrictions()) <= {"reservation"}:
                    covered.add(key)

    @api.constrains("component_ids", "tax_included")
    def _check_prices_below_zero(self):
        """A price below zero is taken off the other prices, which only is right under one tax."""
        for tariff in self:
            components = tariff.component_ids
            below = components.filtered(lambda component: component.price < 0)
            rates = {
                tuple(sorted(component._get_taxes().mapped("amount"))) for component in components
            }
            if below and len(rates) > 1:
                raise ValidationError(
                    self.env._(
                        "%(tariff)s: “%(price)s” is below zero and is taken off the other prices. "
                        "Give all prices of the tariff the same tax rate: a bill cannot have a sum "
                        "below zero under a rate of its own.",
                        tariff=tariff.name,
                        price=below[0].price_text,
                    )
                )

    @api.constrains(
        "quiet_start", "quiet_end", "idle_grace_minutes", "free_kwh", "valid_from", "valid_until"
    )
    def _check_terms(self):
        for tariff in self:
            tariff._check_not_negative(("idle_grace_minutes", "free_kwh"))
            for name in QUIET_FIELDS:
                tariff._check_quiet(name)
            if tariff.valid_from and tariff.valid_until and tariff.valid_from > tariff.valid_until:
                raise ValidationError(
                    self.env._("“Valid From” must not be later than “Valid Until”.")
                )

    def _check_not_negative(self, names):
        for name in names:
            if self[name] < 0:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” cannot be below zero.", field=self._get_field_label(name)
                    )
                )

    def _check_quiet(self, name):
        if any(self[other] for other in QUIET_FIELDS) and not is_clock(self[name]):
            raise ValidationError(
                self.env._(
                    "“%(field)s” must be a time of day such as 22:00; quiet hours need both ends.",
                    field=self._get_field_label(name),
                )
            )

    @api.constrains(
        *LIMIT_FIELDS, "has_min_price", "has_max_price", "component_ids", "tax_included"
    )
    def _check_document(self):
        for tariff in self:
            tariff._check_not_negative(LIMIT_FIELDS)
            try:
                tariff._read_snapshot(tariff._format_document())
            except errors.InvalidInput as error:
                if error.where == "min_price":
                    raise ValidationError(
                        self.env._("“At Least” must not be above “At Most”.")
                    ) from error
                raise ValidationError(str(error)) from error

    def _get_field_label(self, name):
        return self._fields[name]._description_string(self.env)

    # --- validity ---------------------------------------------------------------
    def _is_valid_at(self, at):
        self.ensure_one()
        return (not self.valid_from or at >= self.valid_from) and (
            not self.valid_until or at <= self.valid_until
        )

    # --- versions -----------------------------------------------------------------------
    @api.depends("version_ids.number")
    def _compute_version_number(self):
        for tariff in self:
            tariff.version_number = max(tariff.version_ids.mapped("number"), default=0)

    def action_view_versions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of %(tariff)s", tariff=self.name),
            "res_model": "iicharge.tariff.version",
            "view_mode": "list,form",
            "domain": [("tariff_id", "=", self.id)],
        }

    def _create_version_if_edited_alone(self):
        """Make a version after a change of prices alone (see `create` and `write` of prices)."""
        if not self.env.context.get("iicharge_tariff_edited"):
            self._create_version_if_changed()

    def _create_version_if_changed(self):
        """Create a version of each tariff whose prices differ from its latest version.

        Also called when a session starts, since the taxes of the charging product may have
        changed without a change of the tariff.

        :return: the latest versions
        """
        # sudo: versions are created here only; who starts or edits has no right to write them
        versions = self.env["iicharge.tariff.version"].sudo()
        found = versions
        for tariff in self:
            latest = versions.search([("tariff_id", "=", tariff.id)], limit=1)
            content = tariff._get_ocpi()
            known = jsontext.loads(latest.document) if latest else {}
            known.pop("last_updated", None)
            if not latest or jsontext.loads(jsontext.dumps(content)) != known:
                now = fields.Datetime.now()
                latest = versions.create(
                    {
                        "tariff_id": tariff.id,
                        "number": latest.number + 1,
                        "made_at": now,
                        "made_by_id": self.env.uid,
                        "document": tariff._format_document(
                            None if latest else tariff._get_last_updated(), now
                        ),
                    }
                )
            found += latest
        return found

    def _get_snapshot(self, site=None):
        """Get the OCPI Tariff JSON, with exact decimals, that a session at a site freezes.

        It is the latest version, with the taxes of the site's own products if it has any.
        """
        self.ensure_one()
        version = self._create_version_if_changed()
        return self._format_document_for(site) if site and site.product_ids else version.document
