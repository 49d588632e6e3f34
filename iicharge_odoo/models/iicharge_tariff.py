# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ..core import errors, jsontext
from ..core import tariff as core_tariff
from ..service.conversion import to_decimal

# The order in which AFIR art. 5(4) wants prices shown: per kWh, per minute, per session.
DIMENSIONS = [
    ("ENERGY", "Energy (per kWh)"),
    ("TIME", "Charging time (per hour)"),
    ("PARKING_TIME", "Idle time after charging (per hour)"),
    ("FLAT", "Start (per session)"),
]
FREE = {"type": "FLAT", "price": 0, "step_size": 1}
# Our own field beside OCPI's, so that a frozen tariff names the taxes to book with.
TAX_IDS = "iicharge_tax_ids"


class Tariff(models.Model):
    """What charging costs. Kept in components, handed to the rules as an OCPI tariff."""

    _name = "iicharge.tariff"
    _description = "Charging Tariff"
    _inherit = ["mail.thread"]
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    component_ids = fields.One2many("iicharge.tariff.component", "tariff_id", copy=True)
    summary = fields.Char(compute="_compute_summary")

    @api.depends("component_ids.dimension", "component_ids.price")
    def _compute_summary(self):
        units = {
            "ENERGY": self.env._("per kWh"),
            "TIME": self.env._("per hour of charging"),
            "PARKING_TIME": self.env._("per hour of idle time"),
            "FLAT": self.env._("per session"),
        }
        order = [dimension for dimension, _label in DIMENSIONS]
        for tariff in self:
            components = tariff.component_ids.filtered("price").sorted(
                lambda component: order.index(component.dimension or "FLAT")
            )
            parts = [
                f"{format_amount(self.env, c.price, tariff.currency_id)} {units[c.dimension]}"
                for c in components
            ]
            tariff.summary = " + ".join(parts) or self.env._("free")

    @api.constrains("component_ids")
    def _check_components(self):
        for tariff in self:
            dimensions = tariff.component_ids.mapped("dimension")
            if len(dimensions) != len(set(dimensions)):
                raise ValidationError(
                    self.env._("%(tariff)s has two prices for the same thing.", tariff=tariff.name)
                )
            try:
                tariff._read_snapshot(tariff._get_snapshot())
            except errors.IIChargeError as error:
                raise ValidationError(str(error)) from error

    def _get_snapshot(self):
        """The tariff as OCPI 2.2.1 Tariff JSON with exact decimals, as a session freezes it."""
        self.ensure_one()
        components = [component._get_ocpi() for component in self.component_ids]
        written_at = self.write_date.replace(microsecond=0).isoformat()
        return jsontext.dumps(
            {
                "country_code": self.company_id.country_id.code or "XX",
                "party_id": "IIC",
                "id": str(self.id),
                "currency": self.currency_id.name,
                # OCPI wants a price in every element; a tariff without one is free
                "elements": [{"price_components": components or [FREE]}],
                "last_updated": f"{written_at}Z",
            }
        )

    @api.model
    def _read_snapshot(self, snapshot):
        """The tariff that a session froze.

        :raise core.errors.InvalidTariff: with the path of the field
        """
        return core_tariff.Tariff.from_ocpi(jsontext.loads(snapshot))


class TariffComponent(models.Model):
    """One price of a tariff (OCPI 2.2.1 mod_tariffs 11.4.2 PriceComponent)."""

    _name = "iicharge.tariff.component"
    _description = "Tariff Component"
    _order = "sequence, id"

    tariff_id = fields.Many2one("iicharge.tariff", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="tariff_id.company_id")
    currency_id = fields.Many2one(related="tariff_id.currency_id")
    sequence = fields.Integer(default=10)
    dimension = fields.Selection(DIMENSIONS, required=True, default="ENERGY")
    price = fields.Float(digits=(16, 6), required=True, help="Without tax.")
    step_size = fields.Integer(
        default=1,
        help="The total is rounded up to a multiple of this: Wh for energy, seconds for time.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        help="Empty: the sales taxes of the charging product.",
    )

    _price_not_negative = models.Constraint("check (price >= 0)", "A price cannot be below zero.")
    _step_size_positive = models.Constraint(
        "check (step_size > 0)", "A step is one watt-hour or one second at the least."
    )

    def _get_taxes(self):
        """Sales taxes of this component before any fiscal position."""
        self.ensure_one()
        taxes = self.tax_ids or self.company_id.iicharge_product_id.taxes_id
        return taxes.filtered(lambda tax: tax.company_id == self.company_id)

    def _get_ocpi(self):
        """OCPI PriceComponent; `vat` is the percentage that a guest without a fiscal position
        pays, for showing prices. What is booked is worked out by Odoo's own taxes."""
        taxes = self._get_taxes()
        component = {
            "type": self.dimension,
            "price": to_decimal(self.price, 6).normalize(),
            "step_size": self.step_size,
            TAX_IDS: taxes.ids,
        }
        percents = taxes.filtered(lambda tax: tax.amount_type == "percent")
        if percents:
            component["vat"] = sum(to_decimal(tax.amount, 4).normalize() for tax in percents)
        return component
