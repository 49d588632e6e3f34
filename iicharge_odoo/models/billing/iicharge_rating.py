# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import hashlib
import json
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import jsontext
from ...core.conversion import to_decimal
from ...core.rating import stored
from ...core.rating.rate import rate
from ..tariff.iicharge_tariff_ocpi import get_terms
from ..tariff.price_text import get_breakdown_rows
from ..tariff.tariff_text import get_money_text

DECISIONS = [
    ("stop", "Charging Has Ended"),
    ("review", "Review"),
    ("dispute", "Dispute"),
]


class Rating(models.Model):
    """What a session costs and why, by one decision (docs/room-charges.md rule 17).

    It keeps all that the price was worked out from, and is never changed: bills, receipts,
    evidence, charge records and credits read it, and late readings do not reach it. Only a
    decision makes another one.
    """

    _name = "iicharge.rating"
    _description = "Price Calculation of a Session"
    _order = "session_id, number"
    _rec_names_search = ("session_id",)

    session_id = fields.Many2one(
        "iicharge.session", required=True, readonly=True, index=True, ondelete="restrict"
    )
    number = fields.Integer(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    decision = fields.Selection(DECISIONS, required=True, readonly=True)
    tariff_snapshot = fields.Text(required=True, readonly=True, help="The tariff (OCPI).")
    usage = fields.Text(
        required=True, readonly=True, help="The curve of energy and the states (JSON)."
    )
    free_energy_wh = fields.Float(
        string="Free Energy Left (Wh)",
        digits=(16, 3),
        readonly=True,
        help="What could be had free, by the tariff and by what the stay had used before.",
    )
    digest = fields.Char(
        required=True,
        readonly=True,
        help="SHA-256 of what was rated: the tariff, the usage and the free energy left.",
    )
    breakdown = fields.Text(required=True, readonly=True, help="The price and its parts (JSON).")
    breakdown_text = fields.Text(
        readonly=True, string="Price Breakdown as Kept", help="In English, never changed."
    )
    price_breakdown = fields.Text(compute="_compute_price_breakdown")
    amount_untaxed = fields.Monetary(readonly=True, string="Without Tax")
    amount_total = fields.Monetary(readonly=True, string="Total")
    free_energy_entry_ids = fields.One2many(
        "iicharge.free.energy.entry", "rating_id", string="Free Energy"
    )

    _session_number_unique = models.Constraint(
        "unique (session_id, number)", "This rating of the session is there already."
    )

    # the register shows what got its price in the last days
    _created_index = models.Index("(create_date)")

    @api.depends("session_id.name", "number")
    def _compute_display_name(self):
        for rating in self:
            rating.display_name = f"{rating.session_id.name}/{rating.number}"

    @api.depends("breakdown", "tariff_snapshot", "amount_untaxed", "amount_total")
    @api.depends_context("lang")
    def _compute_price_breakdown(self):
        for rating in self:
            rows = [f"{what}: {amount}" for what, amount in rating._get_rows()]
            booked = self.env._(
                "Booked, rounded once: %(untaxed)s without tax, %(total)s with tax",
                untaxed=rating.currency_id.format(rating.amount_untaxed),
                total=rating.currency_id.format(rating.amount_total),
            )
            rating.price_breakdown = "\n".join([*rows, booked])

    def _get_rows(self):
        """Get a row for each price, in the reader's language: [(what, amount with tax)] as texts,
        amounts not rounded to the currency."""
        self.ensure_one()
        currency = self.currency_id
        tariff = self.env["iicharge.tariff"]._read_snapshot(self.tariff_snapshot)
        rows = get_breakdown_rows(self.env, self._get_breakdown(), tariff.tax_included, currency)
        return [
            (what, get_money_text(self.env, round(amount, 4), currency, 4)) for what, amount in rows
        ]

    def write(self, vals):
        if vals:
            raise UserError(
                self.env._("A price calculation is never changed. A decision makes another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A price calculation is never deleted: it is what a bill was made by.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["digest"] = self._get_digest(vals)
        return super().create(vals_list)

    @api.model
    def _prepare_basis_values(self, basis, breakdown):
        """Prepare what the price was worked out from, and the price with its parts.

        :param basis: see `iicharge.session._get_basis`
        :param breakdown: `core.rating.breakdown.Breakdown`
        """
        return {
            "tariff_snapshot": basis.snapshot,
            "usage": json.dumps(stored.to_stored(basis.usage)),
            "free_energy_wh": basis.terms.free_energy_wh,
            "breakdown": json.dumps(stored.to_stored(breakdown)),
        }

    @api.model
    def _get_digest(self, values):
        """Hash a rating. :param values: a rating, or values of one"""
        free = to_decimal(values["free_energy_wh"])
        basis = "\n".join([values["tariff_snapshot"], values["usage"], str(free)])
        return hashlib.sha256(basis.encode()).hexdigest()

    def _get_breakdown(self):
        """Get the `core.rating.breakdown.Breakdown`, as it was rated."""
        self.ensure_one()
        return stored.read_breakdown(jsontext.loads(self.breakdown))

    def _get_usage(self):
        """Get the `core.rating.usage.Usage`, as it was rated."""
        self.ensure_one()
        return stored.read_usage(jsontext.loads(self.usage))

    def _is_intact(self):
        """Check whether what was kept is unchanged, and rated again comes to the same price."""
        self.ensure_one()
        tariff = self.env["iicharge.tariff"]._read_snapshot(self.tariff_snapshot)
        terms = replace(get_terms(tariff), free_energy_wh=to_decimal(self.free_energy_wh))
        again = rate(tariff, self._get_usage(), terms)
        return self.digest == self._get_digest(self) and again == self._get_breakdown()
