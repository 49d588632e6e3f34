# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date
from itertools import chain

from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from ..models.clock_text import get_hour_text
from .analysis_grid_sql import Days
from .analysis_sql import get_analysis_sql, get_session_id

# Fields that need a row for each hour.
OF_AN_HOUR = {"id", "local_hour", "available_hours"}
# Measures that are ratios of two sums: (numerator, denominator).
RATIOS = {
    "utilisation:avg": ("occupied_hours", "available_hours"),
    "margin_rate:avg": ("margin", "revenue"),
}


class Analysis(models.Model):
    """Energy, revenue and use of sessions by hour of the site's local time, and the hours in
    which each connector was available."""

    _name = "iicharge.analysis"
    _description = "Charging Analysis"
    _auto = False
    _rec_name = "session_id"
    # latest sessions first, then the hours of connectors; only ids are fast to sort by
    _order = "id desc"
    _depends = {
        "iicharge.session": [
            "amount_untaxed",
            "billing",
            "charger_id",
            "company_id",
            "connector_id",
            "energy_wh",
            "site_id",
            "started_at",
            "stopped_at",
            "tariff_id",
            "token_id",
        ],
        "iicharge.meter.value": ["at", "session_id", "state"],
        "iicharge.charge": ["amount_untaxed", "session_id", "state"],
        "iicharge.energy.cost": ["cost_kwh", "site_id", "valid_from"],
        "iicharge.connector": ["charger_id"],
        "iicharge.charger": ["active", "admission", "company_id", "site_id"],
        "iicharge.site": ["time_zone"],
        "iicharge.token": ["group"],
        "res.company": ["currency_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    site_id = fields.Many2one("iicharge.site", readonly=True)
    charger_id = fields.Many2one("iicharge.charger", readonly=True)
    connector_id = fields.Many2one("iicharge.connector", readonly=True)
    session_id = fields.Many2one("iicharge.session", readonly=True)
    tariff_id = fields.Many2one("iicharge.tariff", readonly=True)
    guest_group = fields.Selection(
        [("guest", "Guest"), ("visitor", "Visitor"), ("staff", "Staff")], readonly=True
    )
    local_date = fields.Date(string="Date", readonly=True, help="In the time zone of the site.")
    local_hour = fields.Selection(
        "_get_hours", string="Hour of Day", readonly=True, help="In the time zone of the site."
    )
    weekday = fields.Selection("_get_weekdays", readonly=True)
    session_count = fields.Integer(
        string="Sessions", readonly=True, help="Each counts once, where it began."
    )
    energy_kwh = fields.Float(string="Energy (kWh)", digits=(16, 2), readonly=True)
    revenue = fields.Monetary(
        readonly=True, help="On the books, without tax: what is charged less what is credited."
    )
    open_revenue = fields.Monetary(
        string="Not Yet on the Books",
        readonly=True,
        help="Without tax: charges that wait, were refused or are late, and sessions to be paid.",
    )
    energy_cost = fields.Monetary(
        readonly=True, help="By what the site paid for a kilowatt-hour that day."
    )
    margin = fields.Monetary(readonly=True, help="Revenue less energy cost.")
    margin_rate = fields.Float(string="Margin (%)", aggregator="avg", readonly=True)
    occupied_hours = fields.Float(readonly=True, help="A car was connected.")
    charging_hours = fields.Float(readonly=True, help="A car took energy.")
    available_hours = fields.Float(
        readonly=True, help="Hours since the connector was set up, or since its first session."
    )
    utilisation = fields.Float(
        string="In Use (%)",
        aggregator="avg",
        readonly=True,
        help="Occupied hours of the hours in which a car could have been connected.",
    )

    @property
    def _table_query(self):
        context = self.env.context
        return get_analysis_sql(
            in_days=context.get("iicharge_in_days"),
            days=Days(*context.get("iicharge_days", ())),
            session_ids=context.get("iicharge_session_ids"),
        )

    @api.model
    def _read_group(self, domain, groupby=(), *args, **kwargs):
        analysis = self._in_days_if_enough(domain, groupby)._near(domain)
        return super(Analysis, analysis)._read_group(domain, groupby, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, *args, **kwargs):
        analysis = self._in_days_if_enough(domain, chain.from_iterable(grouping_sets))
        analysis = analysis._near(domain)
        return super(Analysis, analysis)._read_grouping_sets(domain, grouping_sets, *args, **kwargs)

    @api.model
    def _search(self, domain, *args, **kwargs):
        return super(Analysis, self._near(domain))._search(domain, *args, **kwargs)

    def _as_query(self, ordered=True):
        """Compute rows that are read by id from their sessions only."""
        ids = {get_session_id(id_) for id_ in self._ids}
        rows = self
        if ids and None not in ids:
            rows = self.with_context(iicharge_session_ids=sorted(ids))
        return super(Analysis, rows)._as_query(ordered)

    @api.model
    def _near(self, domain):
        """Compute only what is near the days that all conditions of a domain leave."""
        domain = Domain(domain).optimize_full(self)
        parts = domain.children if isinstance(domain, DomainAnd) else [domain]
        firsts, lasts = [], []
        for part in parts:
            if getattr(part, "field_expr", None) == "local_date":
                _add_days(part, firsts, lasts)
        if not (firsts or lasts):
            return self
        return self.with_context(
            iicharge_days=(max(firsts, default=None), min(lasts, default=None))
        )

    @api.model
    def _in_days_if_enough(self, domain, groupby):
        """Use daily rows for the free time unless the query needs hours.

        The free time has a row for each connector and hour, millions in some years; rows for
        each day have the same sums.
        """
        asked = {spec.partition(":")[0] for spec in groupby}
        asked |= {condition.field_expr for condition in Domain(domain).iter_conditions()}
        return self if asked & OF_AN_HOUR else self.with_context(iicharge_in_days=True)

    @api.model
    def _get_hours(self):
        """Get the hours of a day as the user's language writes them."""
        hours = [f"{hour:02}" for hour in range(24)]
        return [(hour, get_hour_text(self.env, f"{hour}:00")) for hour in hours]

    @api.model
    def _get_weekdays(self):
        """Get the weekdays in the user's language, Monday first."""
        names = get_day_names("wide", locale=babel_locale_parse(get_lang(self.env).code))
        return [(str(day + 1), names[day].capitalize()) for day in range(7)]

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "currency_id:array_agg_distinct":
            # Odoo reads it with each amount, to see whether there is more than one currency.
            # Minimum and maximum show that without sorting a million rows.
            currency = self._field_to_sql(self._table, "currency_id", query)
            return SQL(
                """CASE WHEN MIN(%(currency)s) = MAX(%(currency)s) THEN ARRAY[MIN(%(currency)s)]
                        ELSE ARRAY[MIN(%(currency)s), MAX(%(currency)s)] END""",
                currency=currency,
            )
        if aggregate_spec not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (
            self._field_to_sql(self._table, name, query) for name in RATIOS[aggregate_spec]
        )
        return SQL("(SUM(%s) / NULLIF(SUM(%s), 0))::float8", part, whole)

    def action_open_session(self):
        """Open the record of a row: its session, or the connector that was free."""
        self.ensure_one()
        record = self.session_id or self.connector_id
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name,
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }


def _add_days(condition, firsts, lasts):
    """Add the first and the last day that a condition on the date leaves, as far as it has one."""
    if condition.operator == "in":
        days = [day for day in condition.value if isinstance(day, date)]
        if len(days) == len(condition.value):
            firsts.append(min(days))
            lasts.append(max(days))
    elif isinstance(condition.value, date):
        if condition.operator in (">=", ">"):
            firsts.append(condition.value)
        elif condition.operator in ("<=", "<"):
            lasts.append(condition.value)
