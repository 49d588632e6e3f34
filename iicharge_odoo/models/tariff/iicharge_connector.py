# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Tariffs of connectors, and the prices that apply now."""

from odoo import api, fields, models

from ...core.conversion import get_local_day, to_aware
from ...core.local_time import wall_time
from ...core.metering.meter import get_zone
from ...core.rating.quote import applicable_prices
from ...core.rating.restrictions import Matcher
from .iicharge_site import _is_bound_to_time


class Connector(models.Model):
    _name = "iicharge.connector"
    _inherit = [
        "iicharge.connector",
        "iicharge.connector.quote",
    ]

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
        """Find the tariff for a group of guests at a time, and the reason for it.

        :param at: UTC, naive; default: now
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
            if rule._applies(self, group, day)
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

    # --- information for guests ---------------------------------------------------------
    def _format_prices_now(self, rules):
        """Format the prices that are bound to days or hours and apply now."""
        zone = get_zone(self.site_id.time_zone)
        wall = wall_time(zone, to_aware(fields.Datetime.now()))
        texts = []
        for price in applicable_prices(rules):
            bound = price.restrictions
            if not bound or bound.reservation or not _is_bound_to_time(bound):
                continue
            if Matcher(bound).matches_at(wall):
                texts.append(
                    self.env._("Now: %(price)s", price=self._prepare_price_component(price)["text"])
                )
        return texts
