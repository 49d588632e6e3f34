# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import Command, fields
from odoo.tests import tagged

from ...gateway.hiding import HIDDEN
from ...models.display.iicharge_charger import MOST_MISSES
from ...models.display.iicharge_session import RUNNING_EVERY
from .common import SHOWS, DisplayCase

WAIT_S = RUNNING_EVERY.total_seconds()


@tagged("post_install", "-at_install")
class TestDisplay(DisplayCase):
    def authorize(self, status="Accepted", id_tag="04a1b2c3"):
        answer = {"idTagInfo": {"status": status}}
        self.journal_message("Authorize", {"idTag": id_tag}, answer)
        self.process()

    def charge(self, register=3000, minutes=10):
        self.start(7001)
        self.sample(7001, minutes, register)
        self.process()
        return self.session(7001)

    # --- what it can ----------------------------------------------------------------------
    def test_charger_is_asked_once_after_each_start(self):
        self.say_display(**SHOWS)
        self.assertEqual(self.charger.display_state, "on")
        self.work(60)
        self.assertEqual(len(self.list_commands("ask_display")), 1)
        self.charger._set_booted(fields.Datetime.now())
        self.work()
        self.assertEqual(len(self.list_commands("ask_display")), 2)

    def test_charger_that_is_away_or_not_accepted_is_not_asked(self):
        self.charger.admission = "pending"
        self.work()
        self.charger.admission = "accepted"
        self.charger.connection_ids.online = False
        self.work()
        self.assertFalse(self.list_commands())
        self.charger.connection_ids.online = True
        self.work()
        self.assertEqual(self.list_commands().mapped("request"), ["ask_display"])

    def test_charger_without_a_display_is_sent_nothing(self):
        self.say_display(HeartbeatInterval="300")
        self.assertEqual(self.charger.display_state, "none")
        self.authorize()
        self.charge()
        self.work(WAIT_S)
        self.stop(7001)
        self.process()
        self.post()
        self.work(WAIT_S)
        self.assertEqual(self.list_commands().mapped("request"), ["ask_display"])

    def test_charger_that_cannot_say_it_has_no_display(self):
        self.work()
        self.answer(self.list_commands(), [], "NotImplemented")
        self.assertEqual(self.charger.display_state, "none")

    # --- price ----------------------------------------------------------------------------
    def test_price_is_shown_to_who_is_authorized_once_with_the_start(self):
        self.say_display(**SHOWS)
        self.authorize()
        [(message, content)] = self.list_shown()
        self.assertEqual((message, content["idToken"]), ("SetUserPrice", "04a1b2c3"))
        self.assertIn("0.495", content["priceText"])
        self.start(7001, idTag="04a1b2c3")
        self.process()
        self.work()
        messages = [message for message, _content in self.list_shown()]
        self.assertEqual(messages, ["SetUserPrice", "RunningCost"])

    def test_price_is_shown_at_the_start_where_no_card_was_held(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        message, content = self.list_shown()[0]
        self.assertEqual((message, content["idToken"]), ("SetUserPrice", "04A1B2C3"))
        self.work(WAIT_S)
        prices = [one for one in self.list_shown() if one[0] == "SetUserPrice"]
        self.assertEqual(len(prices), 1)

    def test_price_is_not_shown_to_who_is_refused_or_ends_a_charging(self):
        self.say_display(**SHOWS)
        self.authorize("Invalid")
        self.assertEqual(self.list_shown(), [])
        self.charge()
        self.authorize()
        self.assertEqual(self.list_shown(), [])

    def test_price_is_not_shown_before_the_start_where_plugs_have_other_prices(self):
        self.say_display(**SHOWS)
        self.other_connector.tariff_id = self.tariff.copy({"name": "Fast"})
        self.other_connector.tariff_id.component_ids.price = 0.6
        self.authorize()
        self.assertEqual(self.list_shown(), [])
        self.token.connector_id = self.connector
        self.authorize()
        self.assertIn("0.495", self.list_shown()[0][1]["priceText"])

    def test_price_is_in_the_guests_language_and_those_of_the_display(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.guest.lang = "de_DE"
        self.say_display(**SHOWS, CustomMultiLanguageMessages="true", SupportedLanguages="en,de,xx")
        self.charge()
        self.work()
        content = self.list_shown()[0][1]
        self.assertIn("0,495", content["priceText"])
        [other] = content["priceTextExtra"]
        self.assertEqual(other["language"], "en")
        self.assertIn("0.495", other["content"])

    def test_trouble_with_the_price_stops_no_authorization(self):
        self.say_display(**SHOWS)
        self.patch(type(self.charger), "_get_documents", lambda *_arguments: 1 / 0)
        with self.assertLogs("odoo.addons.iicharge_odoo.models.display", "ERROR"):
            self.authorize()
        message = self.env["iicharge.ocpp.message"].search([("action", "=", "Authorize")], limit=1)
        self.assertEqual(message.state, "done")

    # --- cost so far ----------------------------------------------------------------------
    def test_running_cost_is_what_the_page_shows(self):
        self.say_display(**SHOWS)
        session = self.charge()
        self.work()
        message, content = self.list_shown()[-1]
        self.assertEqual(message, "RunningCost")
        self.assertEqual(content["transactionId"], 7001)
        self.assertEqual(content["cost"], 0.99)
        self.assertAlmostEqual(content["cost"], session.running_amount)
        texts = self.env["iicharge.guest.live"]._prepare_moving(session)["texts"]
        self.assertIn(f"{content['cost']:.2f}", texts["amount"])
        self.assertEqual((content["meterValue"], content["state"]), (3000, "Charging"))
        self.assertEqual(content["chargingPrice"], {"kWhPrice": 0.495})

    def test_running_cost_is_sent_at_most_every_half_minute_and_where_it_has_changed(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        self.accept_all()
        count = len(self.list_shown())
        self.sample(7001, 11, 4000)
        self.process()
        self.work(1)
        self.assertEqual(len(self.list_shown()), count)
        self.work(WAIT_S)
        self.assertEqual(self.list_shown()[-1][1]["cost"], 1.49)
        self.accept_all()
        self.work(WAIT_S + 1)
        self.assertEqual(len(self.list_shown()), count + 1)

    def test_newest_running_cost_replaces_one_that_still_waits(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        waiting = self.list_commands("show_running_cost")
        self.sample(7001, 11, 4000)
        self.process()
        waiting.shown_at -= RUNNING_EVERY
        self.work(1)
        self.assertEqual(self.list_commands("show_running_cost"), waiting)
        self.assertEqual(self.list_shown()[-1][1]["cost"], 1.49)

    def test_running_cost_says_when_the_car_is_full(self):
        idle = {"dimension": "PARKING_TIME", "price": 6, "tax_ids": self.tax.ids}
        self.tariff.write({"component_ids": [Command.create(idle)], "idle_grace_minutes": 30})
        self.say_display(**SHOWS)
        self.charge()
        self.status("SuspendedEV", minutes=11)
        self.process()
        self.work()
        content = self.list_shown()[-1][1]
        self.assertEqual(content["state"], "Idle")
        self.assertEqual(content["idlePrice"], {"graceMinutes": 30, "hourPrice": 6.6})

    def test_decimals_are_those_of_the_display(self):
        self.say_display(**SHOWS | {"NumberOfDecimalsForCostValues": "1"})
        self.charge()
        self.work()
        self.assertEqual(self.list_shown()[-1][1]["cost"], 1.0)

    # --- sum --------------------------------------------------------------------------------
    def end(self):
        self.stop(7001, minutes=11, meter_stop=5000)
        self.process()
        self.post()
        self.work()

    def test_final_cost_is_what_is_billed_and_shown_once(self):
        self.say_display(**SHOWS)
        session = self.charge()
        self.end()
        self.work(5)
        finals = [content for message, content in self.list_shown() if message == "FinalCost"]
        [content] = finals
        self.assertAlmostEqual(content["cost"], session.amount_total)
        self.assertAlmostEqual(content["cost"], sum(session.charge_ids.mapped("amount_total")))
        self.assertIn("1.98", content["priceText"])
        self.assertNotIn("qrCodeText", content)

    def test_final_cost_has_the_address_of_the_guests_page_which_is_not_kept(self):
        self.say_display(**SHOWS)
        session = self.charge()
        visit = self.env["iicharge.guest.visit"]._find_own(
            self.connector,
            self.env["iicharge.guest.payer"]._get("room"),
            self.folio,
        )
        self.assertEqual(visit.session_id, session)
        self.end()
        message, content = self.list_shown()[-1]
        self.assertEqual((message, content["qrCodeText"]), ("FinalCost", visit._get_url()))
        [command] = self.list_commands("show_final_cost")
        self.assertNotIn(visit.key, command.payload)
        self.assertIn(HIDDEN, command.payload)
        self.answer(command, {"status": "Accepted"})
        self.assertFalse(command.secret_payload)

    def test_sum_that_waits_for_a_person_is_not_shown(self):
        self.say_display(**SHOWS)
        self.charge()
        self.stop(7001, minutes=11, meter_stop=900_000)
        self.process()
        self.assertEqual(self.session(7001).billing, "review")
        self.work()
        self.assertNotIn("FinalCost", [message for message, _content in self.list_shown()])

    # --- a charger that does not take it --------------------------------------------------
    def test_charger_that_does_not_know_the_vendor_is_sent_no_more_until_it_starts(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        self.accept_all("UnknownVendorId")
        self.assertEqual(self.charger.display_state, "refused")
        count = len(self.list_commands())
        self.sample(7001, 11, 4000)
        self.process()
        self.work(WAIT_S)
        self.end()
        self.assertEqual(len(self.list_commands()), count)
        self.charger._set_booted(fields.Datetime.now())
        self.say_display(**SHOWS)
        self.assertEqual(self.charger.display_state, "on")

    def test_charger_that_does_not_answer_is_sent_no_more_until_it_starts(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        for command in self.list_commands("show_price", "show_running_cost")[:MOST_MISSES]:
            self.assertEqual(self.charger.display_state, "on")
            self.answer(command, reason="No answer within 3 s.")
        self.assertEqual(self.charger.display_state, "silent")

    def test_message_that_was_never_sent_is_not_the_displays_fault(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        self.work(3600)
        waited = self.list_commands("show_price", "show_running_cost")
        self.assertIn("timeout", waited.mapped("state"))
        self.assertEqual((self.charger.display_state, self.charger.display_misses), ("on", 0))

    def test_answer_forgives_the_miss_before(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        price, cost = self.list_commands("show_price", "show_running_cost")
        self.answer(price, reason="No answer within 3 s.")
        self.assertEqual(self.charger.display_misses, 1)
        self.answer(cost, {"status": "Accepted"})
        self.assertEqual(self.charger.display_misses, 0)

    def test_technician_sees_what_was_sent_last(self):
        self.say_display(**SHOWS)
        self.charge()
        self.work()
        self.accept_all()
        charger = self.charger.with_user(self.users["technician"])
        charger.invalidate_recordset()
        self.assertIn("0.99", charger.display_shown_text)
        self.assertTrue(charger.display_shown_at)
        self.assertEqual(charger.display_shown_result, "The charger has accepted.")
        self.assertEqual(json.loads(self.list_commands()[-1].payload)["messageId"], "RunningCost")
