# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models import iicharge_site
from .common import PHONE, GuestSmsCase

HERE = "127.0.0.1"


@tagged("post_install", "-at_install")
class TestSmsLimits(GuestSmsCase):
    """A page is not used to write to strangers, and a day costs no more than was chosen."""

    def setUp(self):
        super().setUp()
        self.visit = self.start_visit()
        self.sms = self.env["iicharge.guest.sms"]

    def count(self, number=PHONE, network=HERE, times=1):
        """Count SMS as if they had been made."""
        for _time in range(times):
            self.sms.create(
                {
                    "site_id": self.site.id,
                    "notice": "started",
                    "about_key": f"other,{self.sms.search_count([])}",
                    "number_key": self.sms._get_number_key(number),
                    "network_key": self.sms._get_network_key(network),
                }
            )

    def test_day_of_a_site_costs_no_more_than_was_chosen(self):
        self.ask(self.visit)
        session = self.plug_in(self.visit, minutes_ago=5)
        self.site.guest_sms_per_day = 3
        self.count("+31600000000", times=3)
        self.assertEqual(self.site.guest_sms_sent, 3)
        self.assertEqual(self.write_due(), ["started"])
        self.assertFalse(self.get_sms())
        self.assertIn("limits of a day", " ".join(session.message_ids.mapped("body")))
        self.assertIn("No more SMS can be sent today", self.ask_again())

    def test_one_number_gets_so_many_in_a_day(self):
        self.count(times=11)
        self.assertIn("We write to", self.ask(self.visit))
        self.ask(self.visit, "")
        self.count()
        self.assertIn("no SMS to this number", self.ask(self.visit))
        self.env.cr.execute(
            "UPDATE iicharge_guest_sms SET create_date = %s",
            (fields.Datetime.now() - timedelta(days=1, minutes=1),),
        )
        self.assertIn("We write to", self.ask(self.visit))

    def test_one_address_in_the_network_writes_to_so_many_numbers(self):
        for number in range(20):
            self.count(f"+3161000{number:04}")
        self.assertIn("no SMS to this number", self.ask(self.visit))
        self.assertIn("We write to", self.ask(self.visit, "+31610000003"))

    def test_number_that_wants_none_gets_none(self):
        self.ask(self.visit)
        session = self.plug_in(self.visit, minutes_ago=5)
        self.env["phone.blacklist"].create({"number": PHONE})
        self.write_due()
        self.assertFalse(self.get_sms())
        self.assertIn("No SMS", " ".join(session.message_ids.mapped("body")))
        self.assertIn("no SMS to this number", self.ask_again())

    def ask_again(self):
        self.visit._clear_addresses()
        return self.ask(self.visit)

    def test_five_numbers_and_addresses_of_a_charging_at_the_most(self):
        for number in range(5):
            self.visit._clear_addresses()
            self.assertIn("We write to", self.ask(self.visit, f"+3161000000{number}"))
        self.assertIn("Five addresses were given already", self.ask_again())

    def test_old_counts_go_and_a_failed_sms_with_them(self):
        self.ask(self.visit)
        self.plug_in(self.visit, minutes_ago=5)
        self.write_due()
        self.sms._gc_old()
        self.assertTrue(self.get_sms())
        self.env.cr.execute(
            "UPDATE iicharge_guest_sms SET create_date = %s",
            (fields.Datetime.now() - timedelta(days=15),),
        )
        self.sms.invalidate_model()
        self.sms._gc_old()
        self.assertFalse(self.get_sms())
        self.assertFalse(self.sms.search([]))

    def test_sms_are_off_and_need_what_checks_numbers(self):
        site = self.env["iicharge.site"].create({"name": "New"})
        self.assertFalse(site.guest_sms)
        self.patch(iicharge_site, "phone_parse", lambda number, country: False)
        with self.assertRaises(ValidationError):
            site.guest_sms = True
