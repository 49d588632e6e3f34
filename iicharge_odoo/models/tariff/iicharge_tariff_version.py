# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from .price_text import get_price_rows


class TariffVersion(models.Model):
    """A version of a tariff between two changes of its prices. Immutable."""

    _name = "iicharge.tariff.version"
    _description = "Tariff Version"
    _order = "tariff_id, number desc"
    _rec_names_search = ("tariff_id",)

    tariff_id = fields.Many2one(
        "iicharge.tariff", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tariff_id.company_id", store=True, index="btree_not_null")
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(required=True, readonly=True, string="Version")
    made_at = fields.Datetime(required=True, readonly=True, string="Since")
    made_by_id = fields.Many2one("res.users", readonly=True, string="By", index="btree_not_null")
    document = fields.Text(required=True, readonly=True, string="OCPI Tariff")
    prices_text = fields.Text(compute="_compute_prices_text", string="Prices")
    session_ids = fields.One2many("iicharge.session", "tariff_version_id")
    session_count = fields.Integer(compute="_compute_session_count", string="Sessions")

    _number_unique = models.Constraint(
        "unique (tariff_id, number)", "This tariff has a version with this number already."
    )

    @api.depends("tariff_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(tariff)s, version %(number)s",
                tariff=version.tariff_id.name,
                number=version.number,
            )

    @api.depends("document")
    def _compute_prices_text(self):
        for version in self:
            tariff = self.env["iicharge.tariff"]._read_snapshot(version.document)
            rows = get_price_rows(self.env, tariff, version.currency_id)
            version.prices_text = "\n".join(rows)

    def _compute_session_count(self):
        counts = dict(
            self.env["iicharge.session"]._read_group(
                [("tariff_version_id", "in", self.ids)], ["tariff_version_id"], ["__count"]
            )
        )
        for version in self:
            version.session_count = counts.get(version, 0)
