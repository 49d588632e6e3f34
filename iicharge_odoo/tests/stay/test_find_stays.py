# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from ...core import errors
from ...models.stay.iicharge_property import MOST_STAYS
from ..common import ChargingCase


class FindCase(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prop = cls.site._get_property()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )

    @classmethod
    def make_guest(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, **values})

    def find(self, **criteria):
        return self.prop._find_stays(self.site, **criteria)


@tagged("post_install", "-at_install")
class TestRule1ToAStay(FindCase):
    """docs/room-charges.md rule 1: a charge names a stay; the room number only finds it."""

    def test_guest_who_moves_while_charging_keeps_bill_and_room_of_the_start(self):
        self.start(7001)
        self.process()
        self.folio.iicharge_room = "205"
        other = self.make_stay(self.make_guest("Ben Otto"), "101")
        self.stop(7001)
        self.process()
        self.env["iicharge.charge"]._post_due()
        session = self.session(7001)
        self.assertEqual(session.charge_ids.line_ids.sale_line_ids.order_id, self.folio)
        self.assertEqual(session.room, "101")
        self.assertEqual(self.find(room="205"), self.folio)
        self.assertEqual(self.find(room="101"), other)

    def test_second_stay_in_the_room_leaves_the_tokens_stay_as_it_is(self):
        self.make_stay(self.make_guest("Ben Otto"), "101")
        self.assertEqual(self.charge_kwh().folio_id, self.folio)


@tagged("post_install", "-at_install")
class TestRule2FindThenConfirm(FindCase):
    """docs/room-charges.md rule 2: details of a guest find stays in house; several are
    offered for choice, none is refused."""

    def test_guest_who_comes_after_midnight_arrives_this_evening(self):
        evening = datetime(2031, 7, 16, 21, 30)  # 23:30 at the site
        late, _noon = [
            self.make_stay(
                self.make_guest("Late Guest"),
                room,
                iicharge_checkin=evening + timedelta(hours=hours),
                iicharge_checkout=evening + timedelta(days=2),
            )
            for room, hours in (("7", 1.5), ("8", 14))
        ]
        self.assertEqual(self.prop._list_arrivals(self.site, evening), late)

    def test_nothing_given_finds_no_stay(self):
        for criteria in ({}, {"room": " "}, {"room": False, "last_name": ""}):
            self.assertFalse(self.find(**criteria))

    def test_record_that_is_empty_finds_no_stay(self):
        self.assertFalse(self.find(token=self.env["iicharge.token"], room="101"))
        self.assertFalse(self.find(partner=self.env["res.partner"], room="101"))
        self.assertFalse(self.find(token=self.env["iicharge.token"].create({"uid": "BARE"})))

    def test_last_name_finds_as_guests_type_it(self):
        stay = self.make_stay(self.make_guest("Eva van der Müller-Lüdenscheidt"), "7")
        for typed in ("ludenscheidt", "Müller Lüdenscheidt", "van der Müller-Lüdenscheidt"):
            self.assertEqual(self.find(last_name=typed), stay, typed)
        self.assertFalse(self.find(last_name="Eva"))

    def test_room_and_name_must_both_hold(self):
        self.assertEqual(self.find(room="101", last_name="Weber"), self.folio)
        self.assertFalse(self.find(room="101", last_name="Otto"))
        self.assertFalse(self.find(room="102", last_name="Weber"))

    def test_name_is_found_among_more_stays_than_are_offered(self):
        for number in range(MOST_STAYS + 2):
            self.make_stay(self.guest, f"3{number:02}")
        last = self.make_stay(self.make_guest("Zoe Quist"), "999")
        first = self.make_stay(self.make_guest("Ada Quist"), "1")
        self.assertEqual(self.find(last_name="quist"), last | first)
        self.assertEqual(len(self.find(last_name="Weber")), MOST_STAYS)

    def test_reference_finds_by_number_and_by_the_guests_own(self):
        self.folio.client_order_ref = "BK_42%x"
        for reference in (self.folio.name.lower(), " bk_42%X "):
            self.assertEqual(self.find(reference=reference), self.folio)
        for reference in ("BK", "BKx42%x", self.folio.name[:-1]):
            self.assertFalse(self.find(reference=reference), reference)

    def test_token_finds_its_stay_else_those_of_its_holder(self):
        self.assertEqual(self.find(token=self.token), self.folio)
        other = self.make_stay(self.guest, "305")
        self.assertEqual(self.find(token=self.token), self.folio)
        self.token.folio_id = False
        self.assertEqual(self.find(token=self.token), self.folio | other)

    def test_partner_finds_as_guest_as_colleague_and_as_sharer(self):
        company = self.make_guest("Acme", is_company=True)
        booker, colleague = (
            self.make_guest(name, parent_id=company.id) for name in ("Bea Booker", "Carl Colleague")
        )
        stay = self.make_stay(booker, "401")
        for partner in (company, booker, colleague):
            self.assertEqual(self.find(partner=partner), stay)
        sharer = self.make_guest("Sam Sharer")
        self.assertFalse(self.find(partner=sharer))
        stay.iicharge_guest_ids = sharer
        self.assertEqual(self.find(partner=sharer), stay)

    def test_sharer_is_found_by_the_own_last_name(self):
        self.folio.iicharge_guest_ids = self.make_guest("Jon Ødegård")
        self.assertEqual(self.find(room="101", last_name="odegard"), self.folio)

    def test_guest_who_left_or_is_still_to_come_is_not_found(self):
        now = fields.Datetime.now()
        dates = {"iicharge_checkin": now - timedelta(days=2), "iicharge_checkout": now}
        self.folio.write(dates)
        for criteria in (
            {"room": "101"},
            {"last_name": "Weber"},
            {"reference": self.folio.name},
            {"token": self.token},
            {"partner": self.guest},
        ):
            self.assertFalse(self.find(**criteria), criteria)
            self.assertEqual(self.find(**criteria, now=now - timedelta(hours=1)), self.folio)
            self.assertFalse(self.find(**criteria, now=now - timedelta(days=3)), criteria)

    def test_offer_that_is_not_confirmed_is_no_stay(self):
        self.folio._action_cancel()
        self.assertFalse(self.find(room="101"))

    def test_stay_of_another_property_is_found_there_only(self):
        other_site = self.site.copy({"name": "Other house"})
        self.folio.iicharge_site_id = other_site
        self.assertFalse(self.find(room="101"))
        self.assertEqual(self.prop._find_stays(other_site, room="101"), self.folio)
        self.folio.iicharge_site_id = False
        self.assertEqual(self.find(room="101"), self.folio)
        self.assertEqual(self.prop._find_stays(other_site, room="101"), self.folio)

    def test_stay_of_another_company_is_found_by_nothing(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        site = self.env["iicharge.site"].create(
            {"name": "Other", "company_id": company.id, "time_zone": "UTC"}
        )
        for criteria in (
            {"room": "101"},
            {"last_name": "Weber"},
            {"reference": self.folio.name},
            {"token": self.token},
            {"partner": self.guest},
        ):
            self.assertFalse(self.prop._find_stays(site, **criteria), criteria)

    def test_one_stay_is_given_and_none_or_several_are_refused(self):
        self.assertEqual(self.prop._find_one_stay(self.site, room="101"), self.folio)
        with self.assertRaises(errors.GuestNotFound) as caught:
            self.prop._find_one_stay(self.site, room="999", last_name="Weber")
        self.assertEqual(caught.exception.subject, "999")
        with self.assertRaises(errors.GuestNotFound):
            self.prop._find_one_stay(self.site)
        self.make_stay(self.guest, "101")
        with self.assertRaises(errors.AmbiguousGuest):
            self.prop._find_one_stay(self.site, room="101")

    def test_front_desk_finds_by_everything_with_its_own_rights(self):
        self.folio.iicharge_guest_ids = self.make_guest("Jon Berg")
        user = self.users["front_desk"]
        prop, site = self.prop.with_user(user), self.site.with_user(user)
        for criteria in (
            {"last_name": "Berg"},
            {"reference": self.folio.name},
            {"token": self.token.with_user(user)},
            {"partner": self.guest.with_user(user)},
        ):
            self.assertEqual(prop._find_stays(site, **criteria), self.folio)


@tagged("post_install", "-at_install")
class TestManyStays(FindCase):
    def count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.connector.with_user(self.users["front_desk"]).find_payers("guest")
        return self.env.cr.sql_log_count - before

    def add_stays(self, count):
        for number in range(count):
            stay = self.make_stay(self.make_guest(f"Guest {number}"), str(number))
            stay.iicharge_guest_ids = self.make_guest(f"Guest Other {number}")

    def test_stays_are_read_together_however_many_are_in_house(self):
        self.add_stays(3)
        self.count_queries()
        few = self.count_queries()
        self.add_stays(12)
        self.assertLessEqual(self.count_queries(), few)


@tagged("post_install", "-at_install")
class TestChoiceInTheStartDialog(FindCase):
    """The dialog offers stays and their guests; the session is of who was chosen."""

    def test_booking_finds_the_stay(self):
        form = self.open_stay_dialog("iicharge.start", text=self.folio.name)
        self.assertEqual(form.folio_id, self.folio)

    def test_sharer_who_is_chosen_is_who_charges(self):
        sharer = self.make_guest("Ben Otto")
        self.folio.iicharge_guest_ids = sharer
        form = self.open_stay_dialog("iicharge.start")
        self.assertEqual(set(form.folio_guest_ids.ids), {self.guest.id, sharer.id})
        self.assertEqual(form.guest_id, self.guest)
        form.guest_id = sharer
        form.save().action_start()
        token = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1)
        self.assertEqual((token.folio_id, token.partner_id), (self.folio, sharer))
