# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestAnalysis(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = iter(range(9000, 9999))

    def make_session(self, started_at, stopped_at, kwh=10, states=(), untaxed=4.5, **values):
        """Create a stopped session; each of `states` is (time, state) from then on."""
        return self.env["iicharge.session"].create(
            {
                "charger_id": self.charger.id,
                "connector_id": self.connector.id,
                "company_id": self.company.id,
                "transaction_id": next(self.numbers),
                "token_id": self.token.id,
                "tariff_id": self.tariff.id,
                "started_at": started_at,
                "stopped_at": stopped_at,
                "state": "stopped" if stopped_at else "charging",
                "billing": "rated",
                "energy_wh": kwh * 1000,
                "amount_untaxed": untaxed,
                "meter_value_ids": [
                    Command.create({"at": at, "state": state}) for at, state in states
                ],
                **values,
            }
        )

    def charge(self, session, amount, state, revision=1):
        line = {
            "name": "x",
            "product_id": self.company._iicharge_get_product().id,
            "amount_untaxed": amount,
            "price_unit": amount,
        }
        return self.env["iicharge.charge"].create(
            {
                "destination": "folio",
                "session_id": session.id,
                "revision": revision,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "folio_id": self.folio.id,
                "state": state,
                "line_ids": [Command.create(line)],
            }
        )

    def rows(self, session):
        found = self.env["iicharge.analysis"].search([("session_id", "=", session.id)])
        return found.sorted("id")

    def total(self, domain, *measures, groupby=()):
        rows = self.env["iicharge.analysis"]._read_group(domain, groupby, measures)
        return rows if groupby else rows[0]

    def on_site(self, *more):
        return [("site_id", "=", self.site.id), *more]

    # --- hours of a session ----------------------------------------------------------------
    def test_session_is_cut_at_the_hours_of_the_sites_clock(self):
        session = self.make_session(datetime(2026, 6, 30, 20, 30), datetime(2026, 6, 30, 22, 15))
        rows = self.rows(session)
        self.assertEqual(
            [(row.local_date, row.local_hour, row.weekday, row.occupied_hours) for row in rows],
            [
                (date(2026, 6, 30), "22", "2", 0.5),
                (date(2026, 6, 30), "23", "2", 1.0),
                (date(2026, 7, 1), "00", "3", 0.25),
            ],
        )
        self.assertEqual(rows.mapped("session_count"), [1, 0, 0])

    def test_zone_of_three_quarters_of_an_hour_has_its_own_hours(self):
        self.site.time_zone = "Asia/Kathmandu"
        session = self.make_session(datetime(2026, 6, 30, 20, 0), datetime(2026, 6, 30, 21, 0))
        self.assertEqual(
            [(row.local_hour, row.occupied_hours) for row in self.rows(session)],
            [("01", 0.25), ("02", 0.75)],
        )

    def test_night_of_25_hours_counts_the_doubled_hour_twice(self):
        session = self.make_session(datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 23))
        hours = [row.local_hour for row in self.rows(session)]
        self.assertEqual((len(hours), hours[:5]), (25, ["00", "01", "02", "02", "03"]))
        days = self.total(
            [("session_id", "=", session.id)], "occupied_hours:sum", groupby=["local_date:day"]
        )
        self.assertEqual(days, [(date(2026, 10, 25), 25.0)])

    def test_night_of_23_hours_has_no_hour_that_the_clock_left_out(self):
        session = self.make_session(datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22))
        hours = [row.local_hour for row in self.rows(session)]
        self.assertEqual((len(hours), hours[:4]), (23, ["00", "01", "03", "04"]))

    def test_energy_and_revenue_fall_into_the_hours_in_which_the_car_charged(self):
        start = datetime(2026, 6, 30, 20)
        session = self.make_session(
            start,
            start + timedelta(hours=8),
            kwh=9,
            states=[(start + timedelta(minutes=90), "suspended_ev")],
        )
        self.charge(session, 4.5, "posted")
        rows = self.rows(session)
        self.assertEqual([row.energy_kwh for row in rows[:3]], [6.0, 3.0, 0.0])
        self.assertEqual([row.revenue for row in rows[:3]], [3.0, 1.5, 0.0])
        self.assertEqual(sum(rows.mapped("charging_hours")), 1.5)
        self.assertEqual(sum(rows.mapped("occupied_hours")), 8)

    def test_car_that_pauses_and_goes_on_charges_in_both_stretches(self):
        start = datetime(2026, 6, 30, 20)
        states = [
            (start + timedelta(minutes=30), "suspended_evse"),
            (start + timedelta(minutes=120), "charging"),
            (start + timedelta(minutes=150), "suspended_ev"),
        ]
        session = self.make_session(start, start + timedelta(hours=4), kwh=10, states=states)
        self.assertEqual(
            [(row.charging_hours, row.energy_kwh) for row in self.rows(session)],
            [(0.5, 5), (0, 0), (0.5, 5), (0, 0)],
        )

    def test_session_in_which_no_car_charged_is_shared_out_by_its_time(self):
        start = datetime(2026, 6, 30, 20)
        session = self.make_session(
            start, start + timedelta(hours=2), kwh=1, states=[(start, "suspended_ev")]
        )
        self.assertEqual(self.rows(session).mapped("energy_kwh"), [0.5, 0.5])

    def test_hours_add_up_to_the_session_to_the_last_digit(self):
        start = datetime(2026, 6, 30, 20, 7, 13)
        session = self.make_session(start, start + timedelta(seconds=24_689), kwh=10.001)
        self.charge(session, 3.33, "posted")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT SUM(energy_kwh)::text, SUM(revenue)::text FROM (%s) AS analysis
                    WHERE session_id = %s""",
                self.env["iicharge.analysis"]._table_query,
                session.id,
            )
        )
        self.assertEqual(self.env.cr.fetchone(), ("10.001000", "3.330000"))

    def test_session_without_duration_keeps_its_energy_and_counts_once(self):
        at = datetime(2026, 6, 30, 20)
        row = self.rows(self.make_session(at, at, kwh=3))
        self.assertEqual((row.energy_kwh, row.session_count, row.occupied_hours), (3, 1, 0))

    def test_running_session_is_occupied_until_now(self):
        session = self.make_session(self.t0, False, billing="open", untaxed=0)
        hours = sum(self.rows(session).mapped("occupied_hours"))
        self.assertAlmostEqual(hours, 3, delta=0.1)

    # --- money -----------------------------------------------------------------------------
    def test_only_what_is_posted_counts_as_revenue(self):
        at = datetime(2026, 6, 30, 20)
        for state, expected in (
            ("posted", (4.5, 0)),
            ("pending", (0, 4.5)),
            ("late", (0, 4.5)),
        ):
            with self.subTest(state=state):
                session = self.make_session(at, at + timedelta(hours=2))
                self.charge(session, 4.5, state)
                rows = self.rows(session)
                found = sum(rows.mapped("revenue")), sum(rows.mapped("open_revenue"))
                self.assertEqual(found, expected)

    def test_credit_takes_revenue_back(self):
        at = datetime(2026, 6, 30, 20)
        session = self.make_session(at, at + timedelta(minutes=30))
        self.charge(session, 4.5, "posted")
        self.charge(session, -2, "posted", revision=2)
        self.assertEqual(self.rows(session).revenue, 2.5)

    def test_session_to_be_paid_is_not_yet_on_the_books(self):
        at = datetime(2026, 6, 30, 20)
        for billing, expected in (("rated", 4.5), ("free", 0), ("void", 0), ("review", 0)):
            session = self.make_session(at, at + timedelta(minutes=30), billing=billing)
            row = self.rows(session)
            self.assertEqual((row.open_revenue, row.revenue), (expected, 0), billing)

    def test_margin_keeps_the_cost_of_its_day(self):
        self.site.energy_cost_ids = [
            Command.create({"valid_from": "2026-01-01", "cost_kwh": 0.2}),
            Command.create({"valid_from": "2026-07-01", "cost_kwh": 0.3}),
        ]
        before, after, free = (
            self.make_session(at, at + timedelta(minutes=30))
            for at in (
                datetime(2026, 6, 30, 21),
                datetime(2026, 6, 30, 22),
                datetime(2025, 12, 31, 22),
            )
        )
        for session, cost in ((before, 2), (after, 3), (free, 0)):
            self.charge(session, 4.5, "posted")
            row = self.rows(session)
            self.assertEqual((row.energy_cost, row.margin), (cost, 4.5 - cost))
        (rate,) = self.total([("session_id", "in", (before + after).ids)], "margin_rate:avg")
        self.assertAlmostEqual(rate, 4 / 9)

    @mute_logger("odoo.sql_db")
    def test_two_costs_from_one_day_are_refused(self):
        values = {"site_id": self.site.id, "valid_from": "2026-01-01", "cost_kwh": 0.2}
        self.env["iicharge.energy.cost"].create(values)
        for other in (values, {**values, "valid_from": "2026-02-01", "cost_kwh": -1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["iicharge.energy.cost"].create(other)

    # --- utilisation -----------------------------------------------------------------------
    def test_utilisation_is_occupied_of_available_hours_however_it_is_grouped(self):
        start = datetime(2026, 10, 24, 22)
        self.make_session(start, start + timedelta(hours=10))
        self.make_session(start, start + timedelta(hours=5), connector_id=self.other_connector.id)
        night = self.on_site(("local_date", "=", "2026-10-25"))
        occupied, available, share = self.total(
            night, "occupied_hours:sum", "available_hours:sum", "utilisation:avg"
        )
        self.assertEqual((occupied, available), (15, 50))
        self.assertEqual(share, 0.3)
        by_connector = self.total(night, "utilisation:avg", groupby=["connector_id"])
        self.assertEqual(dict(by_connector), {self.connector: 0.4, self.other_connector: 0.2})
        by_hour = dict(self.total(night, "available_hours:sum", groupby=["local_hour"]))
        self.assertEqual((len(by_hour), by_hour["01"], by_hour["02"]), (24, 2, 4))
        sundays = self.total(night, "utilisation:avg", groupby=["weekday"])
        self.assertEqual(sundays, [("7", 0.3)])

    def test_days_and_hours_have_the_same_sums(self):
        """Without the hour, the query takes one row a day for the free time."""
        self.make_session(datetime(2026, 10, 24, 12, 20), datetime(2026, 10, 24, 15))
        night = self.on_site(("local_date", "<", "2026-10-27"))
        measures = ("available_hours:sum", "occupied_hours:sum", "energy_kwh:sum")
        by_day = self.total(night, *measures, groupby=["local_date:day"])
        self.assertEqual([row[1] for row in by_day], [9 + 2 / 3, 25, 24])
        hours = self.total(night, *measures, groupby=["local_date:day", "local_hour"])
        for day, *sums in by_day:
            of_day = [row[2:] for row in hours if row[0] == day]
            for total, parts in zip(sums, zip(*of_day, strict=True), strict=True):
                self.assertAlmostEqual(total, sum(parts))
        evening = self.total([*night, ("local_hour", "=", "23")], *measures)
        self.assertEqual(evening[0], 3)

    def test_each_day_alone_has_the_sums_of_its_rows(self):
        """Only sessions near a day are computed for it, and those of one day without hours."""
        at = datetime(2026, 2, 27, 21, 40)  # 22:40 in Amsterdam
        pauses = [
            (at + timedelta(minutes=50), "suspended_ev"),
            (at + timedelta(hours=2), "charging"),
        ]
        self.make_session(at, at + timedelta(hours=3), states=pauses)
        self.make_session(at, at + timedelta(minutes=70), states=pauses[:1])
        self.make_session(at - timedelta(days=3), at + timedelta(days=1), kwh=7)
        measures = ["session_count", "energy_kwh", "revenue", "occupied_hours", "charging_hours"]
        rows = self.env["iicharge.analysis"].search(self.on_site(("session_id", "!=", False)))
        days = rows.grouped("local_date")
        self.assertEqual(len(days), 5)
        for day, of_day in days.items():
            for condition in ([("local_date", "=", day)], self.between(day)):
                domain = self.on_site(("session_id", "!=", False), *condition)
                sums = self.total(domain, *(f"{name}:sum" for name in measures))
                for name, found in zip(measures, sums, strict=True):
                    self.assertAlmostEqual(float(found), sum(of_day.mapped(name)), 5, (day, name))

    def between(self, day):
        return [("local_date", ">=", day), ("local_date", "<", day + timedelta(days=1))]

    def test_two_currencies_are_distinguished_from_one(self):
        self.make_session(self.t0, self.t0 + timedelta(hours=1))
        abroad = self.env["res.company"].create(
            {"name": "Abroad", "currency_id": self.env.ref("base.JPY").id}
        )
        (one,) = self.total(self.on_site(), "currency_id:array_agg_distinct")
        self.assertEqual(one, self.company.currency_id.ids)
        site = self.env["iicharge.site"].create(
            {"name": "Abroad", "time_zone": "UTC", "company_id": abroad.id}
        )
        charger = self.env["iicharge.charger"].create(
            {"name": "A", "identity": "ABROAD", "site_id": site.id}
        )
        self.env["iicharge.connector"].create({"charger_id": charger.id, "number": 1})
        both = [("site_id", "in", (self.site + site).ids)]
        (two,) = self.total(both, "currency_id:array_agg_distinct")
        self.assertEqual(set(two), set((self.company + abroad).currency_id.ids))

    def test_hours_count_since_the_first_session(self):
        self.make_session(self.t0, self.t0 + timedelta(hours=1))
        rows = self.total(self.on_site(), "available_hours:sum", groupby=["connector_id"])
        hours = {connector: round(hours, 1) for connector, hours in rows}
        self.assertEqual(hours[self.connector], 3.0)
        self.assertFalse(hours.get(self.other_connector), "set up just now")

    def test_charger_that_was_never_accepted_is_not_available(self):
        self.make_session(self.t0, self.t0 + timedelta(hours=1))
        self.charger.admission = "pending"
        self.assertEqual(self.total(self.on_site(), "available_hours:sum"), (0,))

    def test_charger_out_of_service_keeps_its_hours_until_then(self):
        self.make_session(self.t0, self.t0 + timedelta(hours=1))
        self.charger.active = False
        self.env.flush_all()
        (hours,) = self.total(self.on_site(), "available_hours:sum")
        self.assertAlmostEqual(hours, 3, delta=0.1)

    def test_free_hour_has_no_utilisation_of_its_own(self):
        session = self.make_session(self.t0, self.t0 + timedelta(hours=1))
        domain = [("session_id", "=", session.id)]
        self.assertFalse(self.total(domain, "utilisation:avg")[0], "no available hours here")

    # --- screens ---------------------------------------------------------------------------
    def test_weekdays_have_the_names_of_the_users_language_monday_first(self):
        labels = self.env["iicharge.analysis"].fields_get(["weekday"])["weekday"]["selection"]
        self.assertEqual([labels[0], labels[6]], [("1", "Monday"), ("7", "Sunday")])
        self.env["res.lang"]._activate_lang("de_DE")
        german = self.env["iicharge.analysis"].with_context(lang="de_DE")
        labels = german.fields_get(["weekday"])["weekday"]["selection"]
        self.assertEqual(labels[0], ("1", "Montag"))

    def test_numbers_of_rows_are_unique_and_open_their_record(self):
        session = self.make_session(self.t0, self.t0 + timedelta(hours=1))
        rows = self.env["iicharge.analysis"].search(self.on_site())
        self.assertEqual(len(rows), len(set(rows.ids)))
        self.assertEqual(self.rows(session)[0].action_open_session()["res_id"], session.id)
        free = rows.filtered(lambda row: not row.session_id)[0]
        self.assertEqual(free.action_open_session()["res_id"], free.connector_id.id)
        self.assertEqual(free.action_open_session()["res_model"], "iicharge.connector")

    def test_pivot_of_the_default_view_answers_with_its_totals(self):
        self.make_session(self.t0, self.t0 + timedelta(hours=1))
        found = self.env["iicharge.analysis"].with_user(self.users["accountant"])
        groups = found.formatted_read_grouping_sets(
            self.on_site(),
            [["charger_id", "local_date:month"], ["charger_id"], []],
            ["energy_kwh:sum", "revenue:sum", "margin:sum", "utilisation:avg"],
        )
        self.assertEqual(groups[2][0]["energy_kwh:sum"], 10)
        self.assertAlmostEqual(groups[2][0]["utilisation:avg"], 1 / 3, places=1)
