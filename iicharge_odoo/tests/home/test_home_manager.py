# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from ...models.home.page import Clock
from ...models.home.periods import Period, get_periods
from ..report import test_analysis
from .common import HomeCase

# A Wednesday, 14:05 at the site.
NOW = datetime(2025, 7, 16, 12, 5)


@tagged("post_install", "-at_install")
class TestManagerHome(HomeCase):
    make_session = test_analysis.TestAnalysis.make_session
    charge = test_analysis.TestAnalysis.charge

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = iter(range(9000, 9999))

    def charge_at(self, stopped_at, kwh=10, revenue=4.5, hours=1):
        session = self.make_session(stopped_at - timedelta(hours=hours), stopped_at, kwh=kwh)
        self.charge(session, revenue, "posted")
        return session

    def read_at(self, now=NOW):
        self.env.flush_all()
        home = self.env["iicharge.home"].with_user(self.users["manager"])
        return home._read_manager(self.site, Clock(home.env, now, self.site.time_zone))

    def figures(self, page, key):
        rows = self.panel(page, "results")["rows"]
        return next(row for row in rows if row["key"] == key)["cells"]

    def test_stars_of_guests_are_compared_with_the_period_before(self):
        rows = self.panel(self.read_at(), "results")["rows"]
        self.assertNotIn("stars", [row["key"] for row in rows])
        self.charge_at(datetime(2025, 7, 16, 9))._take_feedback(5, "")
        self.charge_at(datetime(2025, 7, 14, 9))._take_feedback(2, "A short cable")
        self.charge_at(datetime(2025, 7, 8, 9))._take_feedback(4, "")
        self.charge_at(datetime(2025, 7, 16, 10))
        today, week, month = self.figures(self.read_at(), "stars")
        self.assertEqual((today["value"], today["was"]), ("5.0 of 5", ""))
        self.assertEqual((week["value"], week["was"]), ("3.5 of 5", "4.0 of 5"))
        self.assertEqual((week["change"], week["trend"]), ("0.5", -1))
        self.assertEqual(month["value"], "3.7 of 5")

    def test_activities_on_other_records_are_not_read(self):
        of_none = self.count_queries("manager")
        for record in (self.guest, self.site.company_id.partner_id, self.charger, self.tariff):
            if hasattr(record, "activity_schedule"):
                record.activity_schedule(user_id=self.users["accountant"].id)
        self.assertEqual(self.count_queries("manager"), of_none)

    def test_periods_end_at_the_same_moment_of_the_one_before(self):
        today, week, month = get_periods(date(2025, 7, 16))
        self.assertEqual(today[1], Period(date(2025, 7, 15), date(2025, 7, 15), True))
        self.assertEqual(week[0].first, date(2025, 7, 14))
        self.assertEqual(week[1], Period(date(2025, 7, 7), date(2025, 7, 9), True))
        self.assertEqual(month[1], Period(date(2025, 6, 1), date(2025, 6, 16), True))

    def test_month_that_was_shorter_counts_whole(self):
        before = get_periods(date(2025, 3, 31))[2][1]
        self.assertEqual(before, Period(date(2025, 2, 1), date(2025, 2, 28), False))

    def test_sums_of_today_are_compared_with_yesterday_until_now(self):
        self.charge_at(datetime(2025, 7, 16, 9), kwh=12, revenue=5)
        self.charge_at(datetime(2025, 7, 15, 9), kwh=10, revenue=4)
        self.charge_at(datetime(2025, 7, 15, 13), kwh=100, revenue=40)  # later in the day
        page = self.read_at()
        kwh, revenue = self.figures(page, "kwh")[0], self.figures(page, "revenue")[0]
        self.assertEqual((kwh["value"], kwh["was"]), ("12.0", "10.0"))
        self.assertEqual((kwh["change"], kwh["trend"]), ("20 %", 1))
        money = self.company.currency_id.format
        self.assertEqual((revenue["value"], revenue["was"]), (money(5), money(4)))

    def test_day_begins_at_midnight_of_the_site(self):
        self.charge_at(datetime(2025, 7, 15, 22, 30), kwh=7)  # 00:30 there
        self.assertEqual(self.figures(self.read_at(), "kwh")[0]["value"], "7.0")

    def test_week_and_month_hold_their_days(self):
        for day in (1, 13, 14, 16):
            self.charge_at(datetime(2025, 7, day, 9), kwh=1)
        self.charge_at(datetime(2025, 6, 30, 9), kwh=50)
        self.charge_at(datetime(2025, 6, 10, 9), kwh=3)
        sessions = self.figures(self.read_at(), "sessions")
        self.assertEqual([cell["value"] for cell in sessions], ["1", "2", "4"])
        self.assertEqual([cell["was"] for cell in sessions], ["0", "0", "1"])

    def test_each_number_lists_what_it_counts(self):
        for day in (1, 14, 16):
            self.charge_at(datetime(2025, 7, day, 9), kwh=day, revenue=day)
        page = self.read_at()
        for cell in self.figures(page, "sessions"):
            self.assertEqual(str(len(self.find(cell["link"], "iicharge.session"))), cell["value"])
        for cell in self.figures(page, "revenue"):
            charges = self.find(cell["link"], "iicharge.charge")
            total = sum(charges.mapped("amount_untaxed"))
            self.assertEqual(self.company.currency_id.format(total), cell["value"])

    def test_only_what_is_on_the_books_is_revenue(self):
        session = self.charge_at(datetime(2025, 7, 16, 9), revenue=5)
        self.charge(session, -2, "posted", revision=2)
        late = self.make_session(datetime(2025, 7, 16, 8), datetime(2025, 7, 16, 9))
        self.charge(late, 100, "late")
        money = self.company.currency_id.format
        self.assertEqual(self.figures(self.read_at(), "revenue")[0]["value"], money(3))

    def test_margin_takes_the_energy_cost_of_its_day(self):
        self.site.energy_cost_ids = [
            Command.create({"cost_kwh": 0.1, "valid_from": date(2025, 7, 1)}),
            Command.create({"cost_kwh": 0.2, "valid_from": date(2025, 7, 16)}),
        ]
        self.charge_at(datetime(2025, 7, 16, 9), kwh=10, revenue=5)
        self.charge_at(datetime(2025, 7, 15, 9), kwh=10, revenue=5)
        margin = self.figures(self.read_at(), "margin")[0]
        money = self.company.currency_id.format
        self.assertEqual((margin["value"], margin["was"]), (money(3), money(4)))

    def test_use_agrees_with_the_analysis(self):
        self.charge_at(datetime(2025, 6, 1, 9))  # since then they are available
        self.charge_at(datetime(2025, 7, 16, 9), hours=3)
        connector, self.connector = self.connector, self.other_connector
        self.charge_at(datetime(2025, 6, 1, 9))
        self.connector = connector
        now = datetime(2025, 7, 16, 21, 59, 59)
        self.env.flush_all()
        (share,) = self.env["iicharge.analysis"]._read_group(
            [("site_id", "=", self.site.id), ("local_date", "=", "2025-07-16")],
            [],
            ["utilisation:avg"],
        )[0]
        self.assertAlmostEqual(share, 3 / 48, places=3)
        text = self.figures(self.read_at(now), "use")[0]["value"]
        self.assertEqual(text, f"{round(share * 100)} %")

    def test_heat_map_shows_the_share_of_the_connectors_by_the_clock_of_the_site(self):
        self.charge_at(datetime(2025, 6, 1, 9))
        connector, self.connector = self.connector, self.other_connector
        self.charge_at(datetime(2025, 6, 1, 9))
        self.connector = connector
        for week in range(4):
            # Tuesdays, 18:00 to 20:30 there
            stopped = datetime(2025, 7, 15, 18, 30) - timedelta(weeks=week)
            self.charge_at(stopped, hours=2.5)
        heat = self.panel(self.read_at(), "heat")
        tuesday = heat["rows"][1]["cells"]
        self.assertEqual(
            [cell["text"] for cell in tuesday[17:22]], ["0 %", "50 %", "50 %", "25 %", "0 %"]
        )
        self.assertEqual([cell["level"] for cell in tuesday[17:22]], [0, 3, 3, 1, 0])
        others = [cell["level"] for number in (0, 2, 3, 4, 5, 6)
                  for cell in heat["rows"][number]["cells"]]  # fmt: skip
        self.assertEqual(set(others), {0})
        self.assertIn("Tuesday, 18:00", heat["note"])

    def test_uptime_is_known_since_outages_are_kept(self):
        self.charge_at(datetime(2025, 6, 1, 9))
        connector, self.connector = self.connector, self.other_connector
        self.charge_at(datetime(2025, 6, 1, 9))
        self.connector = connector
        self.company.iicharge_watched_since = datetime(2025, 7, 14, 12)
        alert = {
            "kind": "charger_offline",
            "role": "technician",
            "company_id": self.company.id,
            "site_id": self.site.id,
            "res_model": "iicharge.charger",
            "res_id": self.charger.id,
            "summary": "No contact",
            "since": datetime(2025, 7, 16, 10),
            "ended_at": datetime(2025, 7, 16, 11, 24),
        }
        fault = {
            "kind": "connector_faulted",
            "res_model": "iicharge.connector",
            "res_id": self.connector.id,
            "since": datetime(2025, 7, 16, 12),
            "ended_at": False,
        }
        self.env["iicharge.alert"].create([alert, {**alert, **fault}])
        cells = self.figures(self.read_at(), "uptime")
        # of 2 connectors for 14:05 h: both for 1:24 h, one for 0:05 h
        self.assertEqual(cells[0]["value"], f"{100 - (168 + 5) / (2 * 845) * 100:.1f} %")
        self.assertEqual(cells[0]["was"], "100.0 %")
        self.assertEqual([cell["value"] for cell in cells[1:]], ["", ""])
        self.company.iicharge_watched_since = False
        keys = [row["key"] for row in self.panel(self.read_at(), "results")["rows"]]
        self.assertNotIn("uptime", keys)

    def test_running_car_counts_as_use_until_now(self):
        self.make_session(datetime(2025, 7, 16, 8), False, billing="open", untaxed=0)
        use = self.figures(self.read_at(), "use")[0]
        self.assertNotEqual(use["value"], "0 %")

    def test_chart_has_each_day_of_both_months(self):
        self.charge_at(datetime(2025, 7, 3, 9), revenue=3)
        self.charge_at(datetime(2025, 6, 30, 9), revenue=30)
        chart = self.panel(self.read_at(), "days")
        now, before = (series["values"] for series in chart["series"])
        self.assertEqual((len(now), now[2]), (16, 3))
        self.assertEqual((len(before), before[29]), (30, 30))

    def test_manager_is_asked_to_decide(self):
        self.start(7001)
        self.stop(7001, meter_stop=900)
        self.process()
        self.assertEqual(self.session(7001).billing, "review")
        titles = self.titles(self.read_page("manager"), "needs")
        self.assertEqual(len(titles), 1)
        self.assertIn("101 Anna Weber", titles[0])
