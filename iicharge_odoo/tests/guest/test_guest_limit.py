# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import GuestCase


@tagged("post_install", "-at_install")
class TestGuestLimit(GuestCase):
    def charge(self, soc=None):
        """Start for room 101, plug in, and charge 9 kWh in an hour."""
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        if soc:
            session.soc_percent = soc
        self.path = f"/charge/my/{visit.key}"
        return visit, session

    def get_form(self):
        page = self.see(f"{self.path}?ask=limit")
        return self.get_fields(page, "//form[@id='limit']")

    def change(self, **typed):
        """Send the form of the limit. :return: the text of the page that follows"""
        values, action = self.get_form()
        return self.get_text(self.see(action, data={**values, **typed}))

    def stops_now(self, session):
        session._stop_at_own_limit(session.ids)
        return bool(session.desired_state_ids.filtered(lambda wish: wish.kind == "ended"))

    def get_token(self, **asked):
        """Start with a wish of the first page. :return: the token of the start"""
        self.name_stay(self.ask_room(**asked), room="101", name="Weber")
        return self.env["iicharge.guest.visit"].search([]).token_id

    # --- while starting -----------------------------------------------------------------------
    def test_sum_of_the_first_page_is_the_limit(self):
        token = self.get_token(by="amount", sum="12,5")
        self.assertEqual((token.limit_amount, token.limit_wh), (12.5, 0))

    def test_battery_of_the_first_page_is_the_limit_with_about_its_energy(self):
        token = self.get_token(by="battery", size=50, to=80, limit=1, **{"from": 40})
        self.assertEqual(token.limit_percent, 80)
        self.assertEqual(token.limit_wh, 20000)

    def test_departure_of_the_first_page_is_the_limit_also_minutes_later(self):
        until = fields.Datetime.now().replace(microsecond=0) + timedelta(minutes=90)
        token = self.get_token(by="until", until=f"{until.isoformat()}Z", limit=1)
        self.assertEqual(token.limit_until, until)

    def test_wish_that_is_no_limit_lets_it_go_on(self):
        self.assertFalse(self.get_token(by="until")._has_limits())

    def test_nonsense_in_the_address_is_no_limit(self):
        token = self.get_token(by="amount", sum="-3", until="2026", limit=1)
        self.assertFalse(token._has_limits())

    def test_sum_says_how_far_it_goes(self):
        page = self.see(f"/charge/{self.sign.code}?by=amount&sum=4.95")
        self.assertIn("10 kWh in", self.get_text(page))
        page = self.see(f"/charge/{self.sign.code}?by=amount&sum=0.01")
        self.assertIn("too little", self.get_text(page))

    def test_limit_is_said_and_changed_before_the_car_comes(self):
        self.name_stay(self.ask_room(by="energy", kwh=30, limit=1), room="101", name="Weber")
        visit = self.env["iicharge.guest.visit"].search([])
        self.path = f"/charge/my/{visit.key}"
        self.answer_start(visit)
        self.assertIn("Stops by itself at 30 kWh", self.get_text(self.see(self.path)))
        self.assertIn("Stops by itself at 12 kWh", self.change(by="energy", kwh="12"))
        self.assertEqual(visit.token_id.limit_wh, 12000)

    # --- while it charges -----------------------------------------------------------------------
    def test_each_kind_replaces_the_one_before(self):
        visit, session = self.charge(soc=50)
        token = session.token_id
        self.assertIn("until your car is full", self.get_text(self.see(self.path)))
        self.assertIn("at 9.5 kWh", self.change(by="energy", kwh="9,5"))
        self.assertIn("at 80%", self.change(by="battery", percent="80"))
        self.assertEqual((token.limit_wh, token.limit_percent), (0, 80))
        self.assertIn("10.00", self.change(by="amount", amount="10"))
        self.assertEqual((token.limit_percent, token.limit_amount), (0, 10))
        values, _action = self.get_form()
        self.assertEqual((values["by"], values["amount"]), ("amount", "10.00"))
        self.assertIn("Stops by itself at", self.change(by="until"))
        self.assertTrue(token.limit_until)
        self.assertFalse(token.limit_amount)
        self.assertIn("until your car is full", self.change(by="none"))
        self.assertFalse(token._has_limits())
        self.assertIn("The guest:", session.message_ids[0].body)
        self.assertFalse(self.stops_now(session))
        self.assertTrue(visit)

    def test_limit_below_what_is_there_already_is_refused(self):
        _visit, session = self.charge(soc=50)
        self.assertIn("more kWh than", self.change(by="energy", kwh="8"))
        self.assertIn("more kWh than", self.change(by="energy", kwh="a lot"))
        self.assertIn("above what it has cost", self.change(by="amount", amount="1"))
        self.assertIn("above that of your battery", self.change(by="battery", percent="50"))
        past = fields.Datetime.now() - timedelta(minutes=1)
        text = self.change(by="until", until=f"{past.replace(microsecond=0).isoformat()}Z")
        self.assertIn("time to come", text)
        self.assertFalse(session.token_id._has_limits())

    def test_figures_say_a_limit_that_front_desk_changed(self):
        _visit, session = self.charge()
        self.config = self.make_register()
        self.config.with_user(self.users["front_desk"]).iicharge_set_limit(session.id, 20)
        self.env.flush_all()
        live = self.url_open(f"{self.path}/figures").json()
        self.assertEqual(live["texts"]["limit"], "Stops by itself at 20 kWh")

    def make_register(self):
        return self.env["pos.config"].create(
            {"name": "Desk", "iicharge_site_ids": [(6, 0, self.site.ids)]}
        )

    def test_card_of_the_house_keeps_its_own_limits(self):
        self.charge()
        self.env["iicharge.guest.visit"].search([]).session_id.token_id.kind = "rfid"
        page = self.see(f"{self.path}?ask=limit")
        self.assertFalse(page.xpath("//form[@id='limit']"))
        self.assertFalse(page.xpath("//a[contains(@href, 'ask=limit')]"))

    def test_limit_is_not_changed_once_it_stops(self):
        visit, session = self.charge()
        values, action = self.get_form()
        visit._stop()
        self.see(action, data={**values, "by": "energy", "kwh": "50"})
        self.assertFalse(session.token_id.limit_wh)

    # --- it stops -------------------------------------------------------------------------------
    def test_time_stops_it_by_a_wish_to_the_charger(self):
        _visit, session = self.charge()
        session.token_id.limit_until = fields.Datetime.now() + timedelta(seconds=40)
        self.assertIn(session.id, session._find_limited())
        self.assertFalse(self.stops_now(session))
        session.token_id.limit_until = fields.Datetime.now() + timedelta(seconds=10)
        self.assertTrue(self.stops_now(session))
        self.assertIn("Stopping", self.get_text(self.see(self.path)))

    def test_battery_stops_it_before_its_level_is_passed(self):
        _visit, session = self.charge()
        session.token_id.write({"limit_percent": 80, "limit_wh": 100})
        # the car has not said its level: the energy counts
        self.assertTrue(session._reaches_own_limit())
        session.soc_percent = 79
        self.assertFalse(session._reaches_own_limit())
        session.soc_percent = 80
        self.assertTrue(self.stops_now(session))

    def test_reading_that_is_late_counts_what_came_since(self):
        _visit, session = self.charge()
        session.token_id.limit_wh = session.energy_wh + 200
        session.last_value_at = fields.Datetime.now()
        # 46 Wh come at 11 kW until the next look
        self.assertFalse(session._reaches_own_limit())
        session.last_value_at = fields.Datetime.now() - timedelta(seconds=60)
        self.assertTrue(session._reaches_own_limit())

    def test_stranger_changes_no_limit(self):
        visit, session = self.charge()
        values, _action = self.get_form()
        for key in (visit.key[:-1] + "x", visit.key.swapcase()):
            answer = self.url_open(f"/charge/my/{key}/limit", data={**values, "by": "none"})
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(session.token_id._has_limits())
