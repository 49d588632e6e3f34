# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from operator import itemgetter

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..billing.charge_states import ON_THE_BOOKS
from .page import link_list
from .periods import A_DAY, get_periods
from .results_sql import get_available_sql, get_days_sql, get_occupied_sql

COUNT, KWH, REVENUE, COST = range(4)
NOTHING = (0, 0, 0, 0)
# Kinds of alerts in which a connector cannot be used.
OUTAGES = ("charger_offline", "connector_faulted")


class HomeManager(models.AbstractModel):
    _name = "iicharge.home.manager"
    _description = "Home of Managers"
    _inherit = ["iicharge.home.use", "iicharge.home.feedback"]

    @api.model
    def _read_manager(self, sites, clock):
        periods = get_periods(clock.today)
        days = self._read_days(sites, clock, periods[-1][1].first)
        available = self._read_available(sites)
        return {
            "buttons": [],
            "tallies": [],
            "panels": [
                self._get_result_panel(sites, clock, periods, days, available),
                self._get_heat_panel(sites, clock, available),
                self._get_decision_panel(sites, clock),
                self._get_revenue_chart(sites, clock, periods, days),
            ],
        }

    # --- figures ----------------------------------------------------------------------------
    @api.model
    def _execute(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    @api.model
    def _read_days(self, sites, clock, first):
        """Read the sums of each day since `first`: {day: (of the day, until this time of day)}."""
        domain = [("site_id", "in", sites.ids), ("stopped_at", ">=", clock.get_start(first))]
        sessions = self.env["iicharge.session"]._search(domain)
        now = clock.get_local(clock.now).time().replace(tzinfo=None)
        rows = self._execute(get_days_sql(sessions, clock.time_zone, now))
        clean = {row[0]: [value or 0 for value in row[1:]] for row in rows}
        return {day: (tuple(row[:4]), tuple(row[4:])) for day, row in clean.items()}

    @api.model
    def _read_available(self, sites):
        """Read when each connector was available: [(from, until)]."""
        connectors = self.env["iicharge.connector"].with_context(active_test=False)
        connectors = connectors.search([("site_id", "in", sites.ids)])
        return self._execute(get_available_sql(connectors))

    @api.model
    def _read_use(self, sites, clock, spans, available):
        """Read the share of the connectors' time in which a car was connected, by span."""
        begin = min(start for start, _end in spans)
        domain = fields.Domain("site_id", "in", sites.ids) & (
            fields.Domain("stopped_at", ">", begin) | fields.Domain("stopped_at", "=", False)
        )
        sessions = self.env["iicharge.session"]._search(domain)
        occupied = dict(self._execute(get_occupied_sql(sessions, spans, clock.now)))
        shares = []
        for number, (start, end) in enumerate(spans):
            whole = sum(get_overlap(start, end, *one) for one in available)
            shares.append(float(occupied.get(number, 0)) / whole if whole else None)
        return shares

    @api.model
    def _read_uptime(self, sites, clock, spans, available):
        """Read the share of the connectors' time without an outage that was long enough for an
        alert, by span; None for what began before outages were kept."""
        watched = self.env.company.iicharge_watched_since
        outages = self.env["iicharge.alert"].search(
            fields.Domain("site_id", "in", sites.ids)
            & fields.Domain("kind", "in", OUTAGES)
            & (
                fields.Domain("ended_at", "=", False)
                | fields.Domain("ended_at", ">", min(start for start, _end in spans))
            )
        )
        chargers = self.env["iicharge.charger"].browse(
            outage.res_id for outage in outages if outage.kind == "charger_offline"
        )
        counts = {charger.id: len(charger.connector_ids) for charger in chargers.exists()}
        lost = [
            (
                outage.since,
                outage.ended_at or clock.now,
                counts.get(outage.res_id, 0) if outage.kind == "charger_offline" else 1,
            )
            for outage in outages
        ]
        shares = []
        for start, end in spans:
            whole = sum(get_overlap(start, end, *one) for one in available)
            if not whole or not watched or watched > start:
                shares.append(None)
                continue
            down = sum(get_overlap(start, end, since, until) * n for since, until, n in lost)
            shares.append(max(1 - down / whole, 0))
        return shares

    # --- results ----------------------------------------------------------------------------
    @api.model
    def _get_result_panel(self, sites, clock, periods, days, available):
        spans = [period.get_span(clock) for pair in periods for period in pair]
        sums = [[period.get_sums(days) or NOTHING for period in pair] for pair in periods]
        shares = self._read_use(sites, clock, spans, available)
        uptimes = self._read_uptime(sites, clock, spans, available)
        return {
            "key": "results",
            "kind": "score",
            "icon": "fa-bar-chart",
            "title": self.env._("Results"),
            "total": self.env._("without tax, against the same part of the period before"),
            "columns": self._get_result_columns(clock, periods),
            "rows": self._get_result_rows(
                [self._get_result_links(sites, clock, pair[0]) for pair in periods],
                sums,
                get_pairs(shares),
                get_pairs(uptimes),
                get_pairs(self._read_stars(sites, spans)),
            ),
        }

    @api.model
    def _get_result_rows(self, links, sums, shares, uptimes, stars):
        """Get a row for each figure; each of the arguments has an entry for each period."""

        def row(key, icon, label, values, write, write_change):
            cells = [
                {
                    "value": write(now),
                    "was": write(before),
                    "link": link.get(key, link["sessions"]),
                    **write_change(now, before),
                }
                for (now, before), link in zip(values, links, strict=True)
            ]
            return {"key": key, "icon": icon, "title": label, "cells": cells}

        def figures(get):
            return [[get(values) for values in pair] for pair in sums]

        kwh, revenue, count = (figures(itemgetter(name)) for name in (KWH, REVENUE, COUNT))
        margin = figures(lambda values: values[REVENUE] - values[COST])
        percent, points = self._write_percent, self._write_points
        money, change = self._write_money, self._write_difference
        rows = [
            row("kwh", "fa-bolt", self.env._("kWh"), kwh, self._write_kwh, percent),
            row("revenue", "fa-money", self.env._("Revenue"), revenue, money, percent),
            row("margin", "fa-line-chart", self.env._("Margin"), margin, money, percent),
            row("sessions", "fa-car", self.env._("Sessions"), count, self._write_count, change),
            row("use", "fa-clock-o", self.env._("In use"), shares, self._write_share, points),
        ]
        if any(uptime is not None for pair in uptimes for uptime in pair):
            label, write = self.env._("Uptime"), self._write_uptime
            rows.append(row("uptime", "fa-heartbeat", label, uptimes, write, points))
        if any(star is not None for pair in stars for star in pair):
            write, write_change = self._write_stars, self._write_stars_change
            rows.append(row("stars", "fa-star", self.env._("Guests"), stars, write, write_change))
        return rows

    @api.model
    def _get_result_columns(self, clock, periods):
        time = clock.format(clock.now)
        week, month = periods[1][1], periods[2][1]
        return [
            {
                "label": self.env._("Today"),
                "note": self.env._("yesterday until %(time)s", time=time),
            },
            {
                "label": self.env._("This week"),
                "note": self.env._(
                    "last week until %(day)s %(time)s",
                    day=clock.format_day(week.last, "EEE"),
                    time=time,
                ),
            },
            {
                "label": self.env._("This month"),
                "note": self.env._(
                    "%(first)s to %(last)s",
                    first=clock.format_day(month.first, "MMMd"),
                    last=clock.format_day(month.last, "MMMd"),
                ),
            },
        ]

    @api.model
    def _get_result_links(self, sites, clock, period):
        start, end = period.get_span(clock)
        title = self.env._("Since %(day)s", day=clock.format_day(period.first))
        sessions = [
            ("site_id", "in", sites.ids),
            ("stopped_at", ">=", start),
            ("stopped_at", "<=", end),
        ]
        charges = [
            ("site_id", "in", sites.ids),
            ("session_id.stopped_at", ">=", start),
            ("session_id.stopped_at", "<=", end),
            ("state", "in", ON_THE_BOOKS),
        ]
        analysis = [
            ("site_id", "in", sites.ids),
            ("local_date", ">=", fields.Date.to_string(period.first)),
            ("local_date", "<=", fields.Date.to_string(period.last)),
        ]
        outages = [
            ("site_id", "in", sites.ids),
            ("kind", "in", OUTAGES),
            "|",
            ("ended_at", "=", False),
            ("ended_at", ">=", start),
        ]
        return {
            "sessions": link_list("iicharge_session_action", sessions, title),
            "revenue": link_list("iicharge_charge_action", charges, title),
            "margin": link_list("iicharge_analysis_action", analysis, title),
            "use": link_list("iicharge_analysis_action", analysis, title),
            "stars": link_list("iicharge_feedback_action", sessions, title),
            "uptime": link_list("iicharge_alert_action", outages, title),
        }

    @api.model
    def _get_revenue_chart(self, sites, clock, periods, days):
        this, before = periods[-1]
        last = this.first - A_DAY
        numbers = range(1, 32)

        def read(first, until):
            return [
                float(days[day][0][REVENUE]) if (day := _on(first, number)) in days else 0
                for number in numbers
                if _on(first, number) and _on(first, number) <= until
            ]

        return {
            "key": "days",
            "column": 1,
            "kind": "chart",
            "icon": "fa-bar-chart",
            "title": self.env._("Revenue by day"),
            "labels": [str(number) for number in numbers],
            "series": [
                {
                    "label": clock.format_day(this.first, "LLLL"),
                    "values": read(this.first, clock.today),
                },
                {
                    "label": clock.format_day(before.first, "LLLL"),
                    "values": read(before.first, last),
                },
            ],
            "rows": [{"key": "chart"}],
            "note": self._get_share_note(sites, clock, this.first),
        }

    @api.model
    def _get_share_note(self, sites, clock, first):
        """Who paid for this month's charging, in percent."""
        domain = [("site_id", "in", sites.ids), ("stopped_at", ">=", clock.get_start(first))]
        groups = self.env["iicharge.session"]._read_group(
            domain, ["destination"], ["amount_untaxed:sum"]
        )
        names = dict(
            self.env["iicharge.session"]._fields["destination"]._description_selection(self.env)
        )
        total = sum(amount for _name, amount in groups)
        shares = sorted(groups, key=lambda group: -group[1])
        return [
            {"label": names[name], "value": self._write_share(amount / total)}
            for name, amount in shares
            if total and amount > 0 and name
        ]

    # --- words ------------------------------------------------------------------------------
    @api.model
    def _write_kwh(self, value):
        return formatLang(self.env, value, digits=1)

    @api.model
    def _write_money(self, value):
        return self.env.company.currency_id.format(value)

    @api.model
    def _write_count(self, value):
        return formatLang(self.env, value, digits=0)

    @api.model
    def _write_share(self, value):
        if value is None:
            return ""
        return self.env._("%(number)s %%", number=formatLang(self.env, value * 100, digits=0))

    @api.model
    def _write_uptime(self, value):
        """Write a share of nearly all with a digit more."""
        if value is None:
            return ""
        return self.env._("%(number)s %%", number=formatLang(self.env, value * 100, digits=1))

    @api.model
    def _write_percent(self, now, before):
        """By how much it is more or less than before, in percent."""
        if not before:
            return {"change": "", "trend": 0}
        change = round((float(now) - float(before)) / abs(float(before)) * 100)
        text = self.env._("%(number)s %%", number=formatLang(self.env, abs(change), digits=0))
        return {"change": text, "trend": (change > 0) - (change < 0)}

    @api.model
    def _write_difference(self, now, before):
        change = now - before
        return {"change": self._write_count(abs(change)), "trend": (change > 0) - (change < 0)}

    @api.model
    def _write_points(self, now, before):
        if now is None or before is None:
            return {"change": "", "trend": 0}
        change = round(now * 100) - round(before * 100)
        text = (
            self.env._("1 point")
            if abs(change) == 1
            else self.env._("%(number)s points", number=abs(change))
        )
        return {"change": text, "trend": (change > 0) - (change < 0)}


def _on(first, number):
    """Get the day of that number in the month; None if it has none."""
    try:
        return first.replace(day=number)
    except ValueError:
        return None


def get_overlap(start, end, since, until):
    """Get the seconds that two spans share."""
    return max((min(end, until) - max(start, since)).total_seconds(), 0)


def get_pairs(values):
    """Get the values two by two: of each period and of the one before."""
    return [values[number : number + 2] for number in range(0, len(values), 2)]
