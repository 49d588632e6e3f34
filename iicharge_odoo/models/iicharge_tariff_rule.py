# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..service.conversion import get_local_day


class TariffRule(models.Model):
    """Where, for whom and when a tariff applies."""

    _name = "iicharge.tariff.rule"
    _description = "Tariff Assignment"
    _order = "sequence, id"
    _check_company_auto = True

    tariff_id = fields.Many2one("iicharge.tariff", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="tariff_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    group = fields.Selection(selection="_get_groups", help="Empty: everyone.")
    site_id = fields.Many2one("iicharge.site", check_company=True, ondelete="cascade")
    charger_id = fields.Many2one("iicharge.charger", check_company=True, ondelete="cascade")
    connector_id = fields.Many2one("iicharge.connector", check_company=True, ondelete="cascade")
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

    def _holds(self, connector, group, day):
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
        """The higher one counts: a group before everyone, then the nearer place, then days
        before always."""
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


class AssignedTariff(models.Model):
    _inherit = "iicharge.tariff"

    rule_ids = fields.One2many("iicharge.tariff.rule", "tariff_id", copy=False)

    def _is_valid_at(self, at):
        self.ensure_one()
        return (not self.valid_from or at >= self.valid_from) and (
            not self.valid_until or at <= self.valid_until
        )


class PricedConnector(models.Model):
    _inherit = "iicharge.connector"

    tariff_reason = fields.Text(compute="_compute_tariff_reason", string="Which Tariff and Why")

    @api.depends("tariff_id", "charger_id.tariff_id", "site_id.tariff_id")
    def _compute_applied_tariff_id(self):
        for connector in self:
            connector.applied_tariff_id = connector._find_tariff()[0]

    @api.depends("applied_tariff_id")
    def _compute_tariff_reason(self):
        for connector in self:
            rows = []
            for group, label in self.env["iicharge.tariff.rule"]._get_groups():
                tariff, reason = connector._find_tariff(group)
                rows.append(f"{label}: {tariff.name}, {reason}" if tariff else f"{label}: {reason}")
            connector.tariff_reason = "\n".join(rows)

    def _find_tariff(self, group="guest", at=None):
        """The tariff for a group of guests at a time (UTC, naive; now if left out), and why.

        :return: (`iicharge.tariff`, maybe empty; a sentence)
        """
        self.ensure_one()
        if not self.charger_id:
            return self.env["iicharge.tariff"], ""
        at = at or fields.Datetime.now()
        day = get_local_day(at, self.site_id.time_zone)
        rules = self.env["iicharge.tariff.rule"].search(
            [("company_id", "=", self.company_id.id), ("tariff_id.active", "=", True)]
        )
        found = [
            (rule._get_rank(), rule.tariff_id, rule)
            for rule in rules
            if rule._holds(self, group, day)
        ]
        places = ((3, self), (2, self.charger_id), (1, self.site_id))
        found += [((False, near, False), place.tariff_id, place) for near, place in places]
        valid = [entry for entry in found if entry[1] and entry[1]._is_valid_at(at)]
        if not valid:
            return self.env["iicharge.tariff"], self.env._("no tariff is set here.")
        # the first of equals, in the order of the assignments
        _rank, tariff, source = max(valid, key=lambda entry: entry[0])
        if source._name == "iicharge.tariff.rule":
            return tariff, source._get_reason()
        return tariff, self.env._("set on %(place)s", place=source.display_name)
