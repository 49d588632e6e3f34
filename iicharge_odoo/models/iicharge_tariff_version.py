# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ..core import jsontext
from .iicharge_tariff_text import get_price_rows


class TariffVersion(models.Model):
    """A tariff as it was from one change of its prices to the next. Never changed."""

    _name = "iicharge.tariff.version"
    _description = "Tariff Version"
    _order = "tariff_id, number desc"

    tariff_id = fields.Many2one(
        "iicharge.tariff", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tariff_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(required=True, readonly=True, string="Version")
    made_at = fields.Datetime(required=True, readonly=True, string="Since")
    made_by_id = fields.Many2one("res.users", readonly=True, string="By")
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


class VersionedTariff(models.Model):
    _inherit = "iicharge.tariff"

    version_ids = fields.One2many(
        "iicharge.tariff.version", "tariff_id", readonly=True, string="Versions"
    )
    version_number = fields.Integer(compute="_compute_version_number", string="Version")

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

    def _keep_version_if_edited_alone(self):
        """Prices that were changed without their tariff (see `create` and `write` there)."""
        if not self.env.context.get("iicharge_tariff_edited"):
            self._keep_version()

    def _keep_version(self):
        """Make a version of each tariff that costs something else than its latest one says.

        Also called when a session starts, since the taxes of the charging product may have
        changed without anyone touching the tariff.

        :return: the latest versions
        """
        # sudo: who starts a session or edits a tariff does not write versions by hand
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
                        "document": tariff._write_document(
                            None if latest else tariff._get_told(), now
                        ),
                    }
                )
            found += latest
        return found

    def _get_snapshot(self, site=None):
        """The tariff as OCPI Tariff JSON with exact decimals, as a session at a site freezes it:
        the latest version, with the taxes of the site's own products where it has some."""
        self.ensure_one()
        version = self._keep_version()
        return self._write_document_for(site) if site and site.product_ids else version.document


class VersionedSession(models.Model):
    _inherit = "iicharge.session"

    tariff_version_id = fields.Many2one(
        "iicharge.tariff.version", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    @api.model
    def _prepare_tariff_values(self, tariff, site):
        values = super()._prepare_tariff_values(tariff, site)
        return {**values, "tariff_version_id": tariff._keep_version().id if tariff else False}
