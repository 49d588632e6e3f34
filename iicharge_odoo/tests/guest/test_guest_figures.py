# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Each figure and fact that the pages of a guest show."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import GuestCase

# A PNG of one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)


@tagged("post_install", "-at_install")
class TestGuestFigures(GuestCase):
    def begin(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        return visit

    def live(self, visit):
        return self.env["iicharge.guest.live"]._prepare_live(visit)

    def test_seconds_to_plug_in_count_down(self):
        visit = self.begin()
        left = visit._get_wait_until() - fields.Datetime.now()
        self.assertAlmostEqual(self.live(visit)["wait_s"], left.total_seconds(), delta=5)
        self.assertGreater(self.live(visit)["wait_s"], 60)

    def test_battery_level_and_end_are_shown_as_far_as_they_are_known(self):
        visit = self.begin()
        session = self.plug_in(visit)
        live = self.live(visit)
        self.assertEqual((live["soc"], live["texts"]["soc"], live["texts"]["end"]), (0, "", ""))
        session.soc_percent = 49.4
        later = fields.Datetime.now() + timedelta(hours=2)
        outlook = {
            "expected_end": later,
            "progress": 0.5,
            "remaining_wh": 1,
            "slow": "shared_power",
        }
        sessions = self.registry["iicharge.session"]
        self.patch(sessions, "_get_outlooks", lambda self: dict.fromkeys(self, outlook))
        live = self.live(visit)
        self.assertEqual((live["soc"], live["texts"]["soc"]), (49, "49%"))
        shown = self.env["iicharge.guest.live"]._format_time(session, later)
        self.assertEqual(live["texts"]["end"], f"Done at about {shown}")
        self.assertEqual(live["texts"]["slow"], session._get_slow_texts("shared_power")["say"])

    def test_old_figures_say_from_when_they_are_while_it_charges(self):
        visit = self.begin()
        session = self.plug_in(visit)
        session.last_value_at = fields.Datetime.now() - timedelta(seconds=100)
        self.assertEqual(self.live(visit)["stale"], "")
        session.last_value_at = fields.Datetime.now() - timedelta(minutes=10)
        at = self.env["iicharge.guest.live"]._format_time(session)
        self.assertEqual(self.live(visit)["stale"], f"The figures are of {at}.")
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.assertEqual(self.live(visit)["stale"], "")

    def test_curve_is_drawn_up_to_the_power_of_the_plug(self):
        visit = self.begin()
        self.plug_in(visit)
        top = self.live(visit)["curve"]
        self.connector.rated_power_w = 2 * self.connector._get_power_w()
        self.assertNotEqual(self.live(visit)["curve"], top)

    def test_receipt_has_place_times_of_the_site_meter_and_tax(self):
        self.site.time_zone = "Asia/Tokyo"
        visit = self.begin()
        session = self.plug_in(visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        receipt = self.env["iicharge.guest.live"]._prepare_receipt(session)
        facts = dict(receipt["facts"])
        self.assertEqual(facts["Where"], "Garage 1, plug 1")
        self.assertEqual(facts["Meter at the start"], "1 kWh")
        self.assertEqual(facts["Meter at the end"], "11 kWh")
        for label, at in (("Started", session.started_at), ("Ended", session.stopped_at)):
            local = at + timedelta(hours=9)
            self.assertIn(f"{local:%d}", facts[label].split(",")[0].split(" ")[0])
            self.assertIn(f"{local:%M:%S}", facts[label])
            self.assertIn(f"{int(f'{local:%I}')}:{local:%M}", facts[label])
        currency = session.currency_id
        self.assertEqual(receipt["total"], currency.format(4.95))
        self.assertEqual(receipt["untaxed"], currency.format(4.5))
        self.assertEqual(receipt["tax"], currency.format(0.45))
        self.connector.label = "left"
        self.assertIn(
            "Garage 1, left", str(self.env["iicharge.guest.live"]._prepare_receipt(session))
        )

    def test_address_is_shown_to_who_gave_it_and_to_others_only_in_part(self):
        mask = self.env["iicharge.guest.live"]._mask_address
        self.assertEqual(
            (mask("ada@example.com"), mask(""), mask(False)), ("a…@example.com", "", "")
        )

    # --- what is free -------------------------------------------------------------------------
    def others(self):
        return self.env["iicharge.guest.page"]._prepare_others(self.connector)

    def test_other_plugs_have_a_sign_are_of_the_site_and_near_ones_come_first(self):
        self.assertEqual(self.others(), [])
        same = self.other_connector._make_signs()
        charger = self.charger.copy({"name": "Annexe", "identity": "ANNEXE-1", "area": "Roof"})
        self.env["iicharge.connection"].create(
            {"charger_id": charger.id, "online": True, "fence": 2}
        )
        charger.admission = "accepted"
        values = {"charger_id": charger.id, "number": 1, "status": "available"}
        away = self.env["iicharge.connector"].create(values)
        away.standard = self.other_connector.standard = self.connector.standard
        far = away._make_signs()
        found = [(one["code"], one["where"]) for one in self.others()]
        self.assertEqual(found, [(same.code, "The same charger"), (far.code, "Roof")])
        charger.site_id = self.site.copy({"name": "Elsewhere"})
        self.assertEqual([one["code"] for one in self.others()], [same.code])

    def test_plug_with_a_car_that_has_not_started_is_free(self):
        self.connector.status = "preparing"
        self.assertIn("Free", self.get_text(self.see(f"/charge/{self.sign.code}")))
        self.assertIn("Continue", self.get_text(self.see(f"/charge/{self.sign.code}")))

    def test_tariff_with_a_least_price_is_not_free(self):
        page = self.env["iicharge.guest.page"]
        self.assertTrue(page._is_free(self.connector, self.free_tariff))
        self.free_tariff.write({"has_min_price": True, "min_price_untaxed": 2})
        self.assertFalse(page._is_free(self.connector, self.free_tariff))

    def test_places_are_those_with_a_sign_that_are_in_use(self):
        self.assertIn(self.site.name, self.get_text(self.see("/charge")))
        self.site.active = False
        self.assertNotIn(self.site.name, self.get_text(self.see("/charge")))
        self.site.active = True
        self.sign.ended_at = fields.Datetime.now()
        self.assertNotIn(self.site.name, self.get_text(self.see("/charge")))

    def test_logo_of_odoo_is_not_that_of_the_hotel(self):
        page = self.env["iicharge.guest.page"]
        company = self.env["res.company"].create({"name": "New"})
        self.assertTrue(company.logo)
        self.assertFalse(page._prepare_hotel(company)["has_logo"])
        company.logo = PIXEL
        self.assertTrue(page._prepare_hotel(company)["has_logo"])

    def test_phone_of_the_hotel_is_dialled_from_abroad(self):
        self.company.partner_id.phone = "+31 (20) 555-01 23"
        page = self.see(f"/charge/{self.sign.code}")
        self.assertEqual(page.xpath("//a[starts-with(@href, 'tel:')]/@href")[0], "tel:+31205550123")

    # --- the way in ---------------------------------------------------------------------------
    def test_sign_of_a_charger_that_is_not_accepted_is_not_known(self):
        self.charger.admission = "refused"
        self.see(f"/charge/{self.sign.code}", 404)

    def test_language_that_was_chosen_stays(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.see(f"/charge/{self.sign.code}?lang=de_DE")
        page = self.see(f"/charge/{self.sign.code}")
        self.assertEqual(page.get("lang"), "de-DE")
        self.assertEqual(self.answer.headers.get("Set-Cookie"), None)

    def test_language_is_chosen_on_the_page_where_the_guest_is(self):
        self.env["res.lang"]._activate_lang("de_DE")
        page = self.ask_room(kwh="20")
        links = "//details[@class='menu']//a[@lang='de']/@href"
        page = self.see(page.xpath(links)[0])
        self.assertEqual(page.get("lang"), "de-DE")
        values, action = self.get_fields(page)
        self.assertEqual(values["kwh"], "20")
        # what a form has led to: a try that found no stay
        page = self.name_stay(page, room="999", name="Nobody")
        self.assertEqual(page.xpath(links)[0], f"/charge/{self.sign.code}?lang=de_DE")
        self.see(f"/charge/{self.sign.code}?lang=de_DE")

    def test_each_language_is_offered_once_and_the_hotel_s_own_is_the_usual_one(self):
        for code in ("en_GB", "de_DE"):
            self.env["res.lang"]._activate_lang(code)
        page = self.see(f"/charge/{self.sign.code}", headers={"Accept-Language": "ja"})
        self.assertEqual(page.get("lang")[:2], "en")
        offered = page.xpath("//details[@class='menu']//a/text()")
        self.assertEqual(sorted(offered), sorted(set(offered)))
        self.assertIn("English", offered)
        self.env["ir.default"].set("res.partner", "lang", "de_DE")
        page = self.see(f"/charge/{self.sign.code}", headers={"Accept-Language": "ja"})
        self.assertEqual(page.get("lang"), "de-DE")

    def test_way_to_the_charging_is_kept_by_nobody(self):
        values, action = self.get_fields(self.ask_room())
        values |= {"room": "101", "name": "Weber"}
        answer = self.url_open(action, data=values, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
