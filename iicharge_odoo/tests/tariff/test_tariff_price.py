# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ...core import jsontext
from ...models.tariff.iicharge_tariff_component import normalise_clock
from ...models.tariff.tariff_text import get_time_text
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestTariffConditions(ChargingCase):
    def set_prices(self, *prices):
        self.tariff.component_ids = [
            Command.clear(),
            *(
                Command.create({"sequence": number, "dimension": "ENERGY", **price})
                for number, price in enumerate(prices)
            ),
        ]

    def get_elements(self):
        return jsontext.loads(self.tariff._get_snapshot())["elements"]

    def test_night_rate_becomes_two_elements_in_order(self):
        self.set_prices({"price": 0.3, "start_time": "22", "end_time": "6:00"}, {"price": 0.5})
        night, day = self.get_elements()
        self.assertEqual(night["restrictions"], {"start_time": "22:00", "end_time": "06:00"})
        self.assertEqual(night["price_components"][0]["price"], Decimal("0.3"))
        self.assertNotIn("restrictions", day)

    def test_every_condition_is_written_in_the_units_of_ocpi(self):
        self.set_prices(
            {
                "price": 0.3,
                "sat": True,
                "sun": True,
                "min_kwh": 5,
                "max_kwh": 10.5,
                "min_minutes": 1.5,
                "max_minutes": 90,
                "min_power_kw": 11,
                "max_current_a": 48,
                "start_date": "2026-12-01",
            }
        )
        self.assertEqual(
            self.get_elements()[0]["restrictions"],
            {
                "day_of_week": ["SATURDAY", "SUNDAY"],
                "min_kwh": 5,
                "max_kwh": Decimal("10.5"),
                "min_duration": 90,
                "max_duration": 5400,
                "min_power": 11,
                "max_current": 48,
                "start_date": "2026-12-01",
            },
        )

    def test_conditions_are_shown_in_words(self):
        self.set_prices(
            {"price": 0.3, "sat": True, "start_time": "22:00", "end_time": "06:00", "max_kwh": 10}
        )
        self.assertEqual(
            self.tariff.component_ids.condition, "Sat, 10:00 PM to 06:00 AM, up to 10 kWh"
        )
        self.assertIn("(Sat, 10:00 PM to 06:00 AM, up to 10 kWh)", self.tariff.summary)

    def test_clock_is_read_as_people_write_it(self):
        for text, clock in (
            ("7", "07:00"),
            ("7.30", "07:30"),
            ("24:00", "00:00"),
            ("0730", "07:30"),
            ("noon", "noon"),
            (False, False),
        ):
            self.assertEqual(normalise_clock(text), clock)

    def test_wrong_time_of_day_names_price_and_field(self):
        with self.assertRaisesRegex(ValidationError, "Energy.*“From” is 25:00.*22:00"):
            self.set_prices({"price": 1, "start_time": "25:00"})

    def test_bounds_the_wrong_way_round_name_both_fields(self):
        with self.assertRaisesRegex(ValidationError, "“From kWh” must be below “Up To kWh”"):
            self.set_prices({"price": 1, "min_kwh": 10, "max_kwh": 5})

    def test_negative_bound_names_the_field(self):
        with self.assertRaisesRegex(ValidationError, "“From kWh” must not be negative"):
            self.set_prices({"price": 1, "min_kwh": -1})

    def test_idle_fee_for_a_reservation_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Idle time.*Reservation"):
            self.set_prices({"dimension": "PARKING_TIME", "price": 1, "reservation": "RESERVATION"})

    def test_least_above_most_price_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "“At Least” must not be above “At Most”"):
            self.tariff.write(
                {
                    "has_min_price": True,
                    "min_price_untaxed": 5,
                    "has_max_price": True,
                    "max_price_untaxed": 4,
                }
            )

    def test_half_of_quiet_hours_names_the_missing_field(self):
        with self.assertRaisesRegex(ValidationError, "“Quiet Hours Until”"):
            self.tariff.quiet_start = "22:00"

    def test_negative_grace_names_the_field(self):
        with self.assertRaisesRegex(ValidationError, "“Minutes Free of Idle Fee”"):
            self.tariff.idle_grace_minutes = -1

    def test_validity_the_wrong_way_round_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Valid From"):
            self.tariff.write({"valid_from": "2026-12-02", "valid_until": "2026-12-01"})

    def test_free_energy_is_deducted_from_the_bill(self):
        self.tariff.free_kwh = 4
        session = self.charge_kwh(kwh=10)
        self.assertEqual(session.amount_untaxed, 2.70)
        self.assertEqual(session.amount_total, 2.97)
        self.assertIn("4.000 kWh of it free", session.charge_ids.line_ids.name)

    def test_long_time_is_shown_in_hours_and_minutes(self):
        self.set_prices({"price": 0.45}, {"dimension": "PARKING_TIME", "price": 6})
        self.start(7001)
        self.sample(7001, 30, 11000)
        self.status("SuspendedEV", minutes=30)
        self.stop(7001, minutes=125, meter_stop=11000)
        self.process()
        session = self.session(7001)
        self.assertIn("1 h 35 min of idle time at", session.charge_ids.line_ids.name)
        rows = [row["text"] for row in self.env["pos.config"]._iicharge_prepare_sum(session)]
        self.assertTrue(any(row.startswith("1 h 35 min of idle time at") for row in rows), rows)
        self.assertIn("1 h 35 min of idle time at", session.price_breakdown)

    def test_energy_is_the_same_in_title_and_line(self):
        session = self.charge_kwh(kwh=1.625)
        [line] = session.charge_ids.line_ids
        self.assertEqual(line.name.count("1.625 kWh"), 2, line.name)
        [row] = self.env["pos.config"]._iicharge_prepare_sum(session)
        self.assertTrue(row["text"].startswith("1.625 kWh at"), row)

    def test_time_is_shown_as_it_is_read(self):
        for minutes, text in (
            ("2624.0", "43 h 44 min"),
            ("59.94", "59.9 min"),
            ("59.96", "1 h 0 min"),
            ("90.5", "1 h 30.5 min"),
            ("0", "0 min"),
        ):
            self.assertEqual(get_time_text(self.env, Decimal(minutes) / 60), text)

    def test_grace_keeps_a_short_idle_time_free(self):
        self.set_prices({"price": 0.45}, {"dimension": "PARKING_TIME", "price": 6})
        self.tariff.idle_grace_minutes = 15
        self.start(7001)
        self.status("SuspendedEV", minutes=40)
        self.stop(7001, minutes=60)
        self.process()
        # of 20 minutes 5 cost: 0.50 and 4.50 for the energy
        self.assertEqual(self.session(7001).amount_untaxed, 5.0)

    def test_prices_with_tax_end_at_that_total(self):
        self.tariff.tax_included = "YES"
        self.assertEqual(self.charge_kwh(kwh=10).amount_total, 4.5)

    def test_least_price_is_billed(self):
        self.tariff.write({"has_min_price": True, "min_price_untaxed": 6})
        session = self.charge_kwh(kwh=10)
        self.assertEqual(session.amount_untaxed, 6)
        self.assertIn("Minimum price", session.charge_ids.line_ids.name)

    def test_most_price_is_billed_once_with_two_taxes(self):
        other = self.tax.copy({"name": "20 %", "amount": 20})
        self.set_prices(
            {"price": 0.45, "tax_ids": self.tax.ids},
            {"dimension": "FLAT", "price": 5, "tax_ids": other.ids},
        )
        self.tariff.write({"has_max_price": True, "max_price_untaxed": 4.75})
        session = self.charge_kwh(kwh=10)
        self.assertEqual(session.amount_untaxed, 4.75)
        self.assertEqual(sum(session.charge_ids.line_ids.mapped("amount_untaxed")), 4.75)

    def test_least_price_of_a_session_without_energy_bears_tax(self):
        self.tariff.write({"has_min_price": True, "min_price_untaxed": 1})
        session = self.charge_kwh(kwh=0)
        self.assertEqual((session.amount_untaxed, session.amount_total), (1.0, 1.1))
        self.assertEqual(session.charge_ids.line_ids.tax_ids, self.tax)

    def test_untaxed_price_is_billed_without_tax(self):
        self.tariff.component_ids.untaxed = True
        session = self.charge_kwh(kwh=10)
        self.assertEqual((session.amount_untaxed, session.amount_total), (4.5, 4.5))


@tagged("post_install", "-at_install")
class TestTariffVersions(ChargingCase):
    def test_new_tariff_has_version_one(self):
        self.assertEqual(self.tariff.version_ids.mapped("number"), [1])

    def test_change_of_a_price_makes_a_version_and_keeps_the_old_one(self):
        self.tariff.component_ids = [
            Command.update(self.tariff.component_ids.id, {"price": 0.5, "step_size": 100})
        ]
        new, old = self.tariff.version_ids
        self.assertEqual((new.number, old.number), (2, 1))
        self.assertIn("0.55 per kWh", new.prices_text)
        self.assertIn("0.495 per kWh", old.prices_text)

    def test_price_written_alone_makes_a_version(self):
        self.tariff.component_ids.price = 0.5
        self.assertEqual(self.tariff.version_number, 2)

    def test_another_name_makes_no_version(self):
        self.tariff.name = "House guests"
        self.tariff.component_ids.price = 0.45
        self.assertEqual(self.tariff.version_number, 1)

    def test_session_says_its_version_after_a_change(self):
        self.start(7001)
        self.process()
        self.tariff.component_ids.price = 0.9
        self.stop(7001)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.tariff_version_id.number, 1)
        self.assertEqual(session.tariff_snapshot, session.tariff_version_id.document)
        self.assertEqual(session.amount_untaxed, 4.5)
        self.assertEqual(session.tariff_version_id.session_count, 1)

    def test_changed_tax_of_the_product_makes_a_version_at_the_next_start(self):
        self.tariff.component_ids.tax_ids = False
        number = self.tariff.version_number
        self.company.iicharge_product_id.taxes_id = self.tax
        self.start(7001)
        self.process()
        self.assertEqual(self.session(7001).tariff_version_id.number, number + 1)

    def test_manager_cannot_change_a_version(self):
        version = self.tariff.version_ids.with_user(self.users["manager"])
        with self.assertRaises(AccessError):
            version.document = "{}"

    def test_manager_edits_and_gets_a_version(self):
        tariff = self.tariff.with_user(self.users["manager"])
        tariff.component_ids.price = 0.6
        self.assertEqual(tariff.version_ids[0].made_by_id, self.users["manager"])


@tagged("post_install", "-at_install")
class TestTariffAssignment(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.tariff.rule"].search([]).unlink()
        cls.staff = cls.make_tariff("Staff", group="staff")

    @classmethod
    def make_tariff(cls, name, **rule):
        return cls.env["iicharge.tariff"].create(
            {"name": name, "rule_ids": [Command.create(rule)] if rule else []}
        )

    def find(self, group="guest", at=None):
        return self.connector._find_tariff(group, at)

    def test_group_comes_before_place(self):
        self.connector.tariff_id = self.make_tariff("Fast")
        tariff, reason = self.find("staff")
        self.assertEqual(tariff, self.staff)
        self.assertEqual(reason, "set for Staff everywhere")
        self.assertEqual(self.find("guest")[0].name, "Fast")

    def test_group_at_a_charger_comes_before_group_everywhere(self):
        near = self.make_tariff("Staff here", group="staff", charger_id=self.charger.id)
        self.assertEqual(self.find("staff")[0], near)
        self.assertIn(self.charger.name, self.find("staff")[1])

    def test_assignment_elsewhere_does_not_apply(self):
        self.make_tariff("Other", connector_id=self.other_connector.id)
        self.assertEqual(self.find()[0], self.tariff)

    def test_season_applies_on_its_days_of_the_site_only(self):
        season = self.make_tariff(
            "Season", site_id=self.site.id, date_from="2026-12-24", date_to="2026-12-26"
        )
        # 23:30 UTC is half past midnight in Amsterdam
        self.assertEqual(self.find(at=fields.Datetime.to_datetime("2026-12-23 23:30"))[0], season)
        self.assertEqual(
            self.find(at=fields.Datetime.to_datetime("2026-12-26 23:30"))[0], self.tariff
        )

    def test_tariff_out_of_its_validity_does_not_apply(self):
        self.staff.valid_until = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(self.find("staff")[0], self.tariff)

    def test_archived_tariff_does_not_apply_by_its_assignment(self):
        self.staff.active = False
        self.assertEqual(self.find("staff")[0], self.tariff)

    def test_connector_without_tariff_says_so(self):
        self.site.tariff_id = False
        self.assertEqual(self.find(), (self.env["iicharge.tariff"], "no tariff is set here."))

    def test_connector_shows_tariff_and_reason_of_each_group(self):
        rows = self.connector.tariff_reason.splitlines()
        self.assertIn("Guest: Guests, set on Hotel", rows)
        self.assertIn("Staff: Staff, set for Staff everywhere", rows)

    def test_staff_card_is_priced_for_staff(self):
        self.token.group = "staff"
        self.start(7001)
        self.process()
        self.assertEqual(self.session(7001).tariff_id, self.staff)

    def test_review_bills_by_the_tariff_of_the_group(self):
        self.token.group = "staff"
        self.staff.active = False
        self.site.tariff_id = False
        session = self.charge_kwh()
        self.assertEqual(session.billing, "review")
        self.staff.active = True
        self.site.tariff_id = self.tariff
        session._decide_to_bill(10000, "the tariff was archived by mistake")
        self.assertEqual(session.tariff_version_id.tariff_id, self.staff)

    def test_dates_the_wrong_way_round_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "First Day"):
            self.make_tariff("Wrong", date_from="2026-12-24", date_to="2026-12-23")
