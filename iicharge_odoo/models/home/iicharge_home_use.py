# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from bisect import bisect_left, bisect_right
from datetime import timedelta

from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

from .page import ROWS_SHOWN, get_needs_panel, link_list, link_record
from .results_sql import get_hours_sql

HEAT_DAYS = 28
HOURS, WEEKDAYS = range(24), range(1, 8)
AN_HOUR = timedelta(hours=1)
# Steps of colour from 0 to 100 %.
LEVELS = 6
# A busy time is at least so long.
BUSY_HOURS = 3
PRICE_ENDS_WITHIN = timedelta(days=14)


class HomeUse(models.AbstractModel):
    """When the connectors are in use, and what a manager has to decide."""

    _name = "iicharge.home.use"
    _description = "Use by Hour on the Manager's Home"

    @api.model
    def _get_heat_panel(self, sites, clock, available):
        shares = self._read_hours(sites, clock, available)
        names = get_day_names("abbreviated", locale=babel_locale_parse(get_lang(self.env).code))
        return {
            "key": "heat",
            "kind": "heat",
            "icon": "fa-th",
            "title": self.env._("In use by hour"),
            "total": self.env._("last %(days)s days", days=HEAT_DAYS),
            "rows": [
                {
                    "key": str(weekday),
                    "title": names[weekday - 1],
                    "cells": [self._get_heat_cell(shares[weekday, hour]) for hour in HOURS],
                }
                for weekday in WEEKDAYS
            ],
            "note": self._get_busy_note(shares),
            "link": link_list("iicharge_analysis_action"),
        }

    @api.model
    def _get_heat_cell(self, share):
        return {"level": min(int(share * LEVELS), LEVELS - 1), "text": self._write_share(share)}

    @api.model
    def _read_hours(self, sites, clock, available):
        """Read the share of the connectors in use by weekday and hour, in the last whole weeks."""
        first = clock.today - timedelta(days=HEAT_DAYS)
        start, end = clock.get_start(first), clock.get_start(clock.today)
        domain = (
            fields.Domain("site_id", "in", sites.ids)
            & fields.Domain("started_at", "<", end)
            & (fields.Domain("stopped_at", ">", start) | fields.Domain("stopped_at", "=", False))
        )
        sessions = self.env["iicharge.session"]._search(domain)
        local = [fields.Datetime.to_datetime(day) for day in (first, clock.today)]
        rows = self._execute(get_hours_sql(sessions, clock.time_zone, *local))
        occupied = {(weekday, hour): float(seconds) for weekday, hour, seconds in rows}
        whole = self._count_available(start, clock, available)
        return {
            (weekday, hour): occupied.get((weekday, hour), 0) / seconds if seconds else 0
            for (weekday, hour), seconds in whole.items()
        }

    @api.model
    def _count_available(self, start, clock, available):
        """Count the seconds in which connectors were available, by weekday and hour. An hour
        in which one came or went counts whole."""
        begins = sorted(since for since, _until in available)
        ends = sorted(until for _since, until in available)
        counts = dict.fromkeys(((day, hour) for day in WEEKDAYS for hour in HOURS), 0)
        for number in range(HEAT_DAYS * len(HOURS)):
            at = start + number * AN_HOUR
            local = clock.get_local(at)
            there = bisect_left(begins, at + AN_HOUR) - bisect_right(ends, at)
            counts[local.isoweekday(), local.hour] += there * 3600
        return counts

    @api.model
    def _get_busy_note(self, shares):
        """Name the busiest hours in words."""
        if not any(shares.values()):
            return ""
        windows = {
            (day, hour): sum(shares[day, hour + more] for more in range(BUSY_HOURS))
            for day in WEEKDAYS
            for hour in range(len(HOURS) - BUSY_HOURS + 1)
        }
        day, hour = max(windows, key=windows.get)
        names = get_day_names("wide", locale=babel_locale_parse(get_lang(self.env).code))
        return self.env._(
            "Busiest: %(day)s, %(start)s to %(end)s",
            day=names[day - 1],
            start=f"{hour:02}:00",
            end=f"{hour + BUSY_HOURS:02}:00",
        )

    # --- what a manager decides --------------------------------------------------------------
    @api.model
    def _get_decision_panel(self, sites, clock):
        disputes = self.env["iicharge.dispute"].search(
            [("site_id", "in", sites.ids), ("state", "=", "open")]
        )
        shown = disputes[:ROWS_SHOWN]
        rows = [
            *self._get_decide_rows(shown, clock),
            *self._get_review_rows(sites, clock),
            *self._get_unhappy_rows(sites),
            *self._get_price_rows(clock),
        ]
        return get_needs_panel(
            self.env._("Needs you"),
            rows[:ROWS_SHOWN],
            self.env._("Nothing waits for you."),
            len(rows) + len(disputes - shown),
            column=1,
        )

    @api.model
    def _get_decide_rows(self, disputes, clock):
        return [
            {
                "key": f"dispute-{dispute.id}",
                "look": "bad",
                "icon": "fa-gavel",
                "title": self.env._(
                    "Decide: %(guest)s, %(amount)s",
                    guest=self._get_who(dispute.session_id),
                    amount=dispute.currency_id.format(dispute.amount_total),
                ),
                "note": self.env._(
                    "Answer promised by %(day)s", day=clock.format_day(dispute.deadline)
                ),
                "link": link_record(dispute),
                "button": {
                    "label": self.env._("Decide"),
                    "link": link_record(dispute, "action_decide"),
                },
            }
            for dispute in disputes
        ]

    @api.model
    def _get_review_rows(self, sites, clock):
        sessions = self.env["iicharge.session"].search(
            [("site_id", "in", sites.ids), ("billing", "=", "review")],
            order="stopped_at, id",
            limit=ROWS_SHOWN,
        )
        return [
            {
                "key": f"review-{session.id}",
                "look": "full",
                "icon": "fa-hourglass-half",
                "title": self.env._(
                    "Review: %(guest)s, %(kwh)s kWh",
                    guest=self._get_who(session),
                    kwh=self._write_kwh(session.energy_kwh),
                ),
                "note": (session.review_text or "").split("\n")[0],
                "link": link_record(session),
                "button": {
                    "label": self.env._("Review"),
                    "link": link_record(session, "action_review"),
                },
            }
            for session in sessions
        ]

    @api.model
    def _get_price_rows(self, clock):
        tariffs = self.env["iicharge.tariff"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("valid_until", ">", clock.now),
                ("valid_until", "<", clock.now + PRICE_ENDS_WITHIN),
            ],
            order="valid_until",
        )
        return [
            {
                "key": f"tariff-{tariff.id}",
                "look": "busy",
                "icon": "fa-money",
                "title": self.env._(
                    "%(tariff)s ends on %(day)s",
                    tariff=tariff.name,
                    day=clock.format_day(clock.get_local(tariff.valid_until).date(), "MMMMd"),
                ),
                "note": tariff.summary,
                "link": link_record(tariff),
                "button": {"label": self.env._("View"), "link": link_record(tariff)},
            }
            for tariff in tariffs
        ]
