# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class TariffRule(models.Model):
    """A rule by which a tariff applies at a place, for a group and in a period."""

    _name = "iicharge.tariff.rule"
    _description = "Tariff Assignment"
    _inherit = "iicharge.company.wall"
    _order = "sequence, id"

    tariff_id = fields.Many2one("iicharge.tariff", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="tariff_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    group = fields.Selection(selection="_get_groups", help="Empty: everyone.")
    site_id = fields.Many2one(
        "iicharge.site", check_company=True, ondelete="cascade", index="btree_not_null"
    )
    charger_id = fields.Many2one(
        "iicharge.charger", check_company=True, ondelete="cascade", index="btree_not_null"
    )
    connector_id = fields.Many2one(
        "iicharge.connector", check_company=True, ondelete="cascade", index="btree_not_null"
    )
    date_from = fields.Date(string="First Day")
    date_to = fields.Date(string="Last Day")

    @api.model
    def _get_groups(self):
        return self.env["iicharge.token"]._fields["group"]._description_selection(self.env)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for rule in self:
            if rule.date_from and rule.date_to and rule.date_from > rule.date_to:
                raise ValidationError(
                    self.env._("Assignment: “First Day” must not be later than “Last Day”.")
                )

    def _applies(self, connector, group, day):
        self.ensure_one()
        return (
            self.group in (False, group)
            and (not self.site_id or self.site_id == connector.site_id)
            and (not self.charger_id or self.charger_id == connector.charger_id)
            and (not self.connector_id or self.connector_id == connector)
            and (not self.date_from or day >= self.date_from)
            and (not self.date_to or day <= self.date_to)
        )

    def _get_rank(self):
        """Get the rank; the highest wins: a group before everyone, then the most specific place,
        then a period before none."""
        self.ensure_one()
        nearness = 3 if self.connector_id else 2 if self.charger_id else 1 if self.site_id else 0
        return bool(self.group), nearness, bool(self.date_from or self.date_to)

    def _get_reason(self):
        self.ensure_one()
        env = self.env
        place = self.connector_id or self.charger_id or self.site_id
        parts = [
            env._("set for %(group)s", group=dict(self._get_groups())[self.group])
            if self.group
            else env._("set for everyone"),
            env._("at %(place)s", place=place.display_name) if place else env._("everywhere"),
        ]
        first, last = (day and format_date(env, day) for day in (self.date_from, self.date_to))
        if first:
            parts.append(env._("from %(day)s", day=first))
        if last:
            parts.append(env._("until %(day)s", day=last))
        return " ".join(parts)
