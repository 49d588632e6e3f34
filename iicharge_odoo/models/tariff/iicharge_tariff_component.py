# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...core import errors, jsontext
from ...core.conversion import to_decimal
from ...core.fields import Fields
from ...core.rating.plan import TAX_NOT_APPLICABLE
from ...core.rating.restrictions import WEEKDAYS, Restrictions
from .price_text import get_tariff_unit_texts
from .tariff_text import get_condition_text, get_money_text

# Order of prices by AFIR art. 5(4): per kWh, per minute, per session.
DIMENSIONS = [
    ("ENERGY", "Energy (per kWh)"),
    ("TIME", "Charging time (per hour)"),
    ("PARKING_TIME", "Idle time after charging (per hour)"),
    ("FLAT", "Start fee (per session)"),
]
# Our own field, next to OCPI's, so that a frozen tariff names the taxes to book with.
TAX_IDS = "iicharge_tax_ids"
# Stored decimals of a price or a bound.
DIGITS = 6
DAY_FIELDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK_FIELDS = ("start_time", "end_time")
DATE_FIELDS = ("start_date", "end_date")
# OCPI's name of each bound, and the field that holds it.
BOUND_FIELDS = {
    "min_kwh": "min_kwh",
    "max_kwh": "max_kwh",
    "min_current": "min_current_a",
    "max_current": "max_current_a",
    "min_power": "min_power_kw",
    "max_power": "max_power_kw",
}
DURATION_FIELDS = {"min_duration": "min_minutes", "max_duration": "max_minutes"}
CONDITION_FIELDS = (
    *DAY_FIELDS, *CLOCK_FIELDS, *DATE_FIELDS, *BOUND_FIELDS.values(), *DURATION_FIELDS.values(),
    "reservation",
)  # fmt: skip


def normalise_clock(text):
    """Normalize `7`, `7:30`, `7.30` and `0730` to `07:30`; return other texts unchanged."""
    found = re.fullmatch(r"\s*(\d{1,2})(?:[:.h]?(\d{2}))?\s*", text or "")
    if not found:
        return text
    hours, minutes = found.groups(default="00")
    return f"{'00' if hours == '24' else hours:>02}:{minutes}"


def is_clock(text):
    return bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text or ""))


class TariffComponent(models.Model):
    """One price of a tariff and when it applies.

    Of the prices for one dimension the first whose conditions are met counts: OCPI's rule for
    elements (mod_tariffs 11.4.4), applied to each price.
    """

    _name = "iicharge.tariff.component"
    _description = "Tariff Component"
    _inherit = "iicharge.company.wall"
    _order = "sequence, id"

    tariff_id = fields.Many2one("iicharge.tariff", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="tariff_id.company_id")
    currency_id = fields.Many2one(related="tariff_id.currency_id")
    currency_name = fields.Char(related="currency_id.name", string="Currency Name")
    sequence = fields.Integer(default=10)
    dimension = fields.Selection(DIMENSIONS, required=True, default="ENERGY", string="Price For")
    price = fields.Float(digits=(16, DIGITS), required=True)
    step_size = fields.Integer(
        default=1,
        string="Rounded Up To",
        help="The total is rounded up to a multiple of this: Wh for energy, seconds for time. "
        "0: it is not rounded.",
    )
    untaxed = fields.Boolean(string="No Tax", help="This price bears no tax at all.")
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        help="Empty: the sales taxes of the charging product.",
    )
    start_time = fields.Char(string="From", size=8)
    end_time = fields.Char(string="Until", size=8, help="00:00 is the end of the day.")
    mon = fields.Boolean(string="Monday")
    tue = fields.Boolean(string="Tuesday")
    wed = fields.Boolean(string="Wednesday")
    thu = fields.Boolean(string="Thursday")
    fri = fields.Boolean(string="Friday")
    sat = fields.Boolean(string="Saturday")
    sun = fields.Boolean(string="Sunday")
    start_date = fields.Date(string="From Date")
    end_date = fields.Date(string="Before Date", help="This day is not included any more.")
    min_kwh = fields.Float(string="From kWh", digits=(16, DIGITS))
    max_kwh = fields.Float(string="Up To kWh", digits=(16, DIGITS))
    min_minutes = fields.Float(string="From Minute")
    max_minutes = fields.Float(string="Up To Minute")
    min_power_kw = fields.Float(string="From kW", digits=(16, DIGITS))
    max_power_kw = fields.Float(string="Below kW", digits=(16, DIGITS))
    min_current_a = fields.Float(string="From Ampere", digits=(16, DIGITS))
    max_current_a = fields.Float(string="Below Ampere", digits=(16, DIGITS))
    reservation = fields.Selection(
        [("RESERVATION", "Reservation"), ("RESERVATION_EXPIRES", "Reservation not used")],
        help="Empty: the price is for charging, not for keeping a charger free.",
    )
    price_text = fields.Char(compute="_compute_price_text", string="Price and Unit")
    condition = fields.Char(compute="_compute_condition", string="When")
    element_no = fields.Integer(
        copy=True, help="Prices of one element of an imported tariff have the same number."
    )
    ocpi_rest = fields.Text(help="Other fields of the imported price (JSON).")

    _price_range = models.Constraint(
        "check (price BETWEEN -1e15 AND 1e15)", "A price is between -1e15 and 1e15."
    )
    _step_size_not_negative = models.Constraint(
        "check (step_size >= 0)", "A step of rounding cannot be below zero."
    )

    @api.depends("dimension", "price", "currency_id")
    def _compute_price_text(self):
        units = get_tariff_unit_texts(self.env)
        for component in self:
            price = get_money_text(self.env, str(component.price), component.currency_id, DIGITS)
            component.price_text = f"{price} {units.get(component.dimension, '')}"

    @api.depends(*CONDITION_FIELDS)
    def _compute_condition(self):
        for component in self:
            text = get_condition_text(self.env, component._get_restrictions())
            component.condition = text or self.env._("always")

    @api.model_create_multi
    def create(self, vals_list):
        components = super().create([self._normalise(vals) for vals in vals_list])
        components.tariff_id._create_version_if_edited_alone()
        return components

    def write(self, vals):
        done = super().write(self._normalise(vals))
        self.tariff_id._create_version_if_edited_alone()
        return done

    def unlink(self):
        tariffs = self.tariff_id
        done = super().unlink()
        tariffs.exists()._create_version_if_edited_alone()
        return done

    @api.model
    def _normalise(self, vals):
        return {
            name: normalise_clock(value) if name in CLOCK_FIELDS else value
            for name, value in vals.items()
        }

    @api.onchange(*CLOCK_FIELDS)
    def _onchange_clock(self):
        for name in CLOCK_FIELDS:
            self[name] = normalise_clock(self[name])

    @api.constrains(*CONDITION_FIELDS)
    def _check_conditions(self):
        for component in self:
            try:
                Restrictions.read(Fields(component._get_restrictions(), "", errors.InvalidTariff))
            except errors.InvalidTariff as error:
                raise ValidationError(component._get_problem_text(error)) from error
            component._check_bounds()
            if component.reservation and component.dimension not in ("FLAT", "TIME"):
                raise ValidationError(
                    self.env._(
                        "A reservation may cost something per hour of charging time or per "
                        "session. %(price)s cannot have the condition “Reservation”.",
                        price=component._get_label(),
                    )
                )

    @api.constrains("price", "tax_ids", "untaxed", "dimension", "reservation")
    def _check_tariff_taxes(self):
        self.tariff_id._check_prices_below_zero()

    def _check_bounds(self):
        pairs = [("min_kwh", "max_kwh"), ("min_minutes", "max_minutes")]
        pairs += [("min_power_kw", "max_power_kw"), ("min_current_a", "max_current_a")]
        pairs += [("start_date", "end_date")]
        for low, high in pairs:
            if self[low] and self[high] and self[low] >= self[high]:
                raise ValidationError(
                    self.env._(
                        "%(price)s: “%(low)s” must be below “%(high)s”.",
                        price=self._get_label(),
                        low=self._get_field_label(low),
                        high=self._get_field_label(high),
                    )
                )

    def _get_problem_text(self, error):
        name = {**BOUND_FIELDS, **DURATION_FIELDS}.get(error.where, error.where)
        if name in CLOCK_FIELDS:
            return self.env._(
                "%(price)s: “%(field)s” is %(value)s. Give a time of day such as 22:00.",
                price=self._get_label(),
                field=self._get_field_label(name),
                value=self[name],
            )
        return self.env._(
            "%(price)s: “%(field)s” %(problem)s.",
            price=self._get_label(),
            field=self._get_field_label(name),
            problem=error.problem,
        )

    def _get_field_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_label(self):
        choices = dict(self._fields["dimension"]._description_selection(self.env))
        return choices.get(self.dimension, "")

    def _get_taxes(self):
        """Get the sales taxes of this component before any fiscal position."""
        self.ensure_one()
        is_taxed = self.tariff_id.tax_included != TAX_NOT_APPLICABLE
        return self._get_named_taxes() if is_taxed else self.env["account.tax"]

    def _get_named_taxes(self):
        """Get the taxes that the component names, also in a tariff to which none apply."""
        if self.untaxed:
            return self.env["account.tax"]
        # an archived tax still applies to the prices and products that it was set for
        taxes = (
            self.with_context(active_test=False).tax_ids
            or self.tariff_id._get_component_product(
                self.company_id, self.dimension, self.reservation
            ).taxes_id
        )
        return taxes.filtered(lambda tax: tax.company_id == self.company_id)

    def _get_rest(self):
        return jsontext.loads(self.ocpi_rest) if self.ocpi_rest else {}

    def _get_restrictions(self):
        """Get OCPI TariffRestrictions as a dict; empty if the price always applies."""
        self.ensure_one()
        found = {name: self[name] for name in CLOCK_FIELDS if self[name]}
        found |= {name: self[name].isoformat() for name in DATE_FIELDS if self[name]}
        found |= {
            name: to_decimal(self[field], DIGITS).normalize()
            for name, field in BOUND_FIELDS.items()
            if self[field]
        }
        found |= {
            name: round(self[field] * 60) for name, field in DURATION_FIELDS.items() if self[field]
        }
        days = [day for day, field in zip(WEEKDAYS, DAY_FIELDS, strict=True) if self[field]]
        if days:
            found["day_of_week"] = days
        if self.reservation:
            found["reservation"] = self.reservation
        return found

    def _get_ocpi(self):
        """Get the OCPI PriceComponent.

        Its `vat` is the percentage for a guest without a fiscal position and serves to show
        prices; invoices are computed with Odoo's taxes.
        """
        self.ensure_one()
        taxes = self._get_named_taxes()
        rest = self._get_rest()
        component = {
            "type": self.dimension,
            "price": to_decimal(self.price, DIGITS).normalize(),
            "step_size": self.step_size,
            TAX_IDS: self._get_taxes().ids,
            **rest.get("component", {}),
        }
        if rest.get("no_step") and self.step_size == 1:
            del component["step_size"]
        percents = taxes.filtered(lambda tax: tax.amount_type == "percent")
        percent = sum(to_decimal(tax.amount, 4).normalize() for tax in percents)
        named = rest.get("taxes")
        if named is not None and percent == sum(tax["percentage"] for tax in named):
            component["taxes"] = named
        elif percents or (self.untaxed and rest.get("vat_is_zero")):
            component["vat"] = percent
        return component
