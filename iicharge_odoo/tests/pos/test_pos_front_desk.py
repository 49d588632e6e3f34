# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import ChargingCase


class FrontDeskCase(ChargingCase):
    """Two registers, a cashier of front desk, and a charger that is online."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )
        cls.cashier = new_test_user(
            cls.env,
            login="test_cashier",
            groups="base.group_user,point_of_sale.group_pos_user,iicharge_odoo.group_front_desk",
        )
        card = cls.env["pos.payment.method"].create({"name": "Card"})
        cls.config, cls.other_config = (
            cls.env["pos.config"].create(
                {
                    "name": name,
                    "payment_method_ids": [(6, 0, card.ids)],
                    "iicharge_site_ids": [(6, 0, cls.site.ids)],
                }
            )
            for name in ("Desk", "Bar")
        )
        cls.register = cls.config.with_user(cls.cashier)
        cls.bar = cls.other_config.with_user(cls.cashier)

    def charge_visitor(self, transaction_id=7001, **start):
        """Charge for a walk-in started by front desk, who has not paid."""
        self.connector.with_user(self.cashier)._start_for_visitor()
        tag = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1).uid
        return self.charge_kwh(transaction_id, idTag=tag, **{"kwh": 20, **start})


@tagged("post_install", "-at_install")
class TestBoard(FrontDeskCase):
    def read_connector(self):
        board = self.register.iicharge_read_board()
        return next(row for row in board["connectors"] if row["id"] == self.connector.id)

    def test_board_shows_only_connectors_of_the_register(self):
        board = self.register.iicharge_read_board()
        shown = {row["id"] for row in board["connectors"]}
        self.assertEqual(shown, {self.connector.id, self.other_connector.id})
        elsewhere = self.env["iicharge.site"].create({"name": "Annexe", "time_zone": "UTC"})
        self.config.iicharge_site_ids = elsewhere
        self.assertFalse(self.register.iicharge_read_board()["connectors"])

    def test_running_session_shows_guest_energy_and_cost(self):
        self.start(7001)
        self.status("Charging", minutes=1)
        self.sample(7001, 30, 6000, power=7200)
        self.process()
        row = self.read_connector()
        self.assertEqual((row["state"], row["label"]), ("charging", "Charging"))
        session = row["session"]
        self.assertEqual((session["guest"], session["room"]), ("Anna Weber", "101"))
        self.assertEqual((session["energy_wh"], session["power_w"]), (5000, 7200))
        self.assertGreater(session["amount"], 0)

    def test_fault_is_shown_in_words_and_code(self):
        self.status("Faulted", error_code="GroundFailure", vendorErrorCode="E17")
        self.process()
        row = self.read_connector()
        self.assertEqual(row["fault"], "The ground fault protection has tripped")
        self.assertEqual(row["fault_code"], "GroundFailure E17")
        self.status("Available", minutes=1)
        self.process()
        self.assertEqual(
            (self.read_connector()["fault"], self.read_connector()["fault_code"]), ("", "")
        )

    def test_reservation_shows_for_whom_and_until_when(self):
        self.status("Available")
        self.process()
        self.assertFalse(self.read_connector()["reserved"])
        until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.connector.with_user(self.cashier)._reserve_for_stay(self.folio, until)
        self.assertEqual(
            {**self.read_connector()["reserved"], "since": ""},
            {
                "folio_id": self.folio.id,
                "since": "",
                "until": f"{until.isoformat()}Z",
                "is_walk_in": False,
                "room": "101",
                "guest": "Anna Weber",
            },
        )
        self.assertEqual(self.read_connector()["state"], "reserved")

    def test_session_of_staff_or_unknown_user_is_no_walk_in(self):
        self.env["iicharge.token"].create({"uid": "STAFF9", "group": "staff"})
        for tag, kind in (("STAFF9", "staff"), ("WHO?", "unknown"), ("04A1B2C3", "")):
            self.start(7001, idTag=tag)
            self.process()
            self.assertEqual(self.read_connector()["session"]["kind"], kind, tag)
            self.session(7001).unlink()

    def test_charger_gone_is_said_plainly(self):
        self.env["iicharge.connection"].search([]).online = False
        row = self.read_connector()
        self.assertEqual((row["state"], row["online"]), ("offline", False))

    def test_register_offers_the_screen_to_front_desk_only(self):
        plain = new_test_user(
            self.env,
            login="test_register_only",
            groups="base.group_user,point_of_sale.group_pos_user",
        )
        for user, offered in ((self.cashier, True), (plain, False)):
            config = self.config.with_user(user)
            (values,) = config._load_pos_data_read(config, config)
            self.assertEqual(values["_iicharge_is_front_desk"], offered)

    def test_stranger_and_plain_cashier_see_nothing(self):
        for login, groups in (
            ("test_plain_cashier", "base.group_user,point_of_sale.group_pos_user"),
            ("test_no_cashier", "base.group_user"),
        ):
            user = new_test_user(self.env, login=login, groups=groups)
            for call in (
                lambda register: register.iicharge_read_board(),
                lambda register: register.iicharge_find_payers(self.connector.id, "101"),
                lambda register: register.iicharge_start(self.connector.id),
                lambda register: register.iicharge_open_payment(1),
            ):
                with self.assertRaises(AccessError):
                    call(self.config.with_user(user))

    def test_open_registers_are_notified_of_a_change(self):
        self.config.open_ui()
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        self.status("Charging", minutes=1)
        self.process()
        self.env.cr.precommit.run()
        notifications = (
            self.env["bus.bus"]
            .search([])
            .filtered(lambda message: "IICHARGE_CHANGED" in message.message)
        )
        open_sessions = self.env["pos.session"].search(
            [("state", "!=", "closed"), ("company_id", "=", self.company.id)]
        )
        self.assertIn(self.config, open_sessions.config_id)
        self.assertEqual(len(notifications), len(open_sessions.config_id))
        self.assertNotIn("Anna", str(notifications.mapped("message")))


@tagged("post_install", "-at_install")
class TestFrontDesk(FrontDeskCase):
    def get_commands(self):
        return self.env["iicharge.command"].search([("charger_id", "=", self.charger.id)])

    def test_start_for_a_stay_is_sent(self):
        result = self.register.iicharge_start(
            self.connector.id, self.folio.id, self.guest.id, energy_kwh=20, limit_kwh=20
        )
        command = self.get_commands()
        self.assertEqual(
            (command.id, command.action), (result["command_id"], "RemoteStartTransaction")
        )
        token = self.env["iicharge.token"].search([("kind", "=", "remote")])
        self.assertEqual((token.folio_id, token.limit_wh), (self.folio, 20000))
        state = self.register.iicharge_read_command(command.id)
        self.assertEqual((state["done"], state["agreed"]), (False, False))
        command._set_outcome('{"status": "Accepted"}', None, None, fields.Datetime.now())
        state = self.register.iicharge_read_command(command.id)
        self.assertEqual((state["done"], state["agreed"]), (True, True))

    def test_stay_that_takes_no_charges_is_refused_in_words(self):
        self.folio.iicharge_no_post = True
        result = self.register.iicharge_start(self.connector.id, self.folio.id)
        self.assertEqual(result["refusal"]["code"], "no_post")
        self.assertTrue(result["refusal"]["text"])
        self.assertFalse(self.get_commands())
        self.assertEqual(
            self.register.iicharge_check_start(self.connector.id, self.folio.id)["code"], "no_post"
        )

    def test_start_asked_for_twice_starts_once(self):
        first = self.register.iicharge_start(self.connector.id, request_key="register-1")
        again = self.register.iicharge_start(self.connector.id, request_key="register-1")
        self.assertEqual(again, first)
        self.assertEqual(len(self.get_commands()), 1)
        other = self.register.iicharge_start(self.connector.id, request_key="register-2")
        self.assertNotEqual(other, first)

    def test_limit_below_zero_is_refused(self):
        with self.assertRaisesRegex(UserError, "below zero"):
            self.register.iicharge_start(self.connector.id, limit_kwh=-1)

    def test_connector_of_another_register_is_not_touched(self):
        self.config.iicharge_site_ids = self.site.copy({"name": "Annexe"})
        for call in (
            lambda: self.register.iicharge_start(self.connector.id),
            lambda: self.register.iicharge_quote(self.connector.id),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_visitor_charges_and_the_register_takes_payment(self):
        session = self.charge_visitor()
        self.assertEqual((session.billing, session.amount_total), ("rated", 9.90))
        self.assertIn(
            session.id, [row["id"] for row in self.register.iicharge_read_board()["unpaid"]]
        )
        order = self.env["sale.order"].browse(
            self.register.iicharge_open_payment(session.id)["order_id"]
        )
        self.assertEqual((order.amount_total, order.state), (9.90, "sale"))
        self.assertEqual(session.register_config_id, self.config)
        self.assertIn("test_cashier", session.message_ids[0].body)

    def test_two_registers_cannot_take_the_same_session(self):
        session = self.charge_visitor()
        order_id = self.register.iicharge_open_payment(session.id)["order_id"]
        with self.assertRaisesRegex(UserError, "is being paid at Desk"):
            self.bar.iicharge_open_payment(session.id)
        with self.assertRaisesRegex(UserError, "is being paid at Desk"):
            self.bar.iicharge_charge_to_room(session.id, self.folio.id)
        self.register.iicharge_release_payment([session.id])
        self.assertEqual(self.bar.iicharge_open_payment(session.id)["order_id"], order_id)
        self.assertEqual(len(session.charge_ids), 1, "the same charge, taken again")

    def test_taken_twice_by_one_register_is_one_order(self):
        session = self.charge_visitor()
        first = self.register.iicharge_open_payment(session.id)
        self.assertEqual(self.register.iicharge_open_payment(session.id), first)

    def test_visitor_turns_out_to_be_a_guest(self):
        session = self.charge_visitor()
        result = self.register.iicharge_charge_to_room(session.id, self.folio.id)
        self.assertEqual(result["bill"], self.folio.name)
        self.assertEqual((session.billing, session.room), ("posted", "101"))
        self.assertEqual(self.folio.amount_total, 9.90)

    def test_session_at_the_register_goes_to_the_room_after_all(self):
        session = self.charge_visitor()
        order = self.env["sale.order"].browse(
            self.register.iicharge_open_payment(session.id)["order_id"]
        )
        self.register.iicharge_charge_to_room(session.id, self.folio.id)
        self.assertEqual((order.amount_total, self.folio.amount_total), (0, 9.90))
        self.assertEqual((session.billing, session.amount_total), ("posted", 9.90))
        self.assertFalse(session.register_config_id)

    def test_room_that_is_closed_leaves_it_at_front_desk(self):
        session = self.charge_visitor()
        self.folio.action_lock()
        result = self.register.iicharge_charge_to_room(session.id, self.folio.id)
        self.assertEqual(result["refusal"]["code"], "folio_closed")
        self.assertEqual(session.billing, "rated")

    def test_room_of_another_company_takes_nothing(self):
        """A user of both companies sees the stays of both."""
        session = self.charge_visitor()
        other = self.env["res.company"].create({"name": "Other"})
        self.cashier.company_ids |= other
        stay = self.make_stay(self.guest, "1", company_id=other.id)
        register = self.register.with_context(allowed_company_ids=(self.company | other).ids)
        result = register.iicharge_charge_to_room(session.id, stay.id, override=True)
        self.assertEqual(result["refusal"]["code"], "guest_not_found")
        self.assertEqual((session.billing, session.folio_id.ids), ("rated", []))

    def test_hotel_guest_pays_at_the_register_instead(self):
        session = self.charge_kwh(kwh=20)
        order = self.env["sale.order"].browse(
            self.register.iicharge_open_payment(session.id)["order_id"]
        )
        self.post()
        self.assertEqual(order.amount_total, 9.90)
        self.assertFalse(self.folio.order_line)

    def test_posted_session_is_not_taken_to_the_register(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        with self.assertRaisesRegex(UserError, "does not wait to be paid"):
            self.register.iicharge_open_payment(session.id)

    def test_stop_is_sent_once_it_charges(self):
        self.start(7001)
        self.process()
        session = self.session(7001)
        first = self.register.iicharge_stop(session.id, "stop-1")
        self.assertTrue(first["command_id"])
        self.assertEqual(self.register.iicharge_stop(session.id, "stop-1"), first)
        self.stop(7001)
        self.process()
        self.assertFalse(self.register.iicharge_stop(session.id))
        final = self.register.iicharge_read_session(session.id)
        self.assertEqual((final["is_final"], final["total"]), (True, 4.95))
        (energy,) = final["rows"]
        self.assertEqual(energy["amount"], 4.95)
        self.assertIn("10 kWh", energy["text"])

    def test_sum_is_shown_as_money_and_adds_up(self):
        self.tariff.write(
            {
                "component_ids": [
                    Command.create({"dimension": "TIME", "price": 0.1, "tax_ids": self.tax.ids}),
                    Command.create({"dimension": "FLAT", "price": 0.333, "tax_ids": self.tax.ids}),
                ]
            }
        )
        session = self.charge_visitor()
        final = self.register.iicharge_read_session(session.id)
        amounts = [row["amount"] for row in final["rows"]]
        self.assertGreaterEqual(len(amounts), 3)
        self.assertEqual(amounts, [round(amount, 2) for amount in amounts])
        self.assertAlmostEqual(sum(amounts), session.amount_total)

    def test_sum_after_a_credit_says_that_it_was_changed(self):
        session = self.charge_visitor()
        self.register.iicharge_open_payment(session.id)
        session.amount_total = 5
        rows = self.register.iicharge_read_session(session.id)["rows"]
        self.assertEqual([row["amount"] for row in rows], [9.90, -4.90])
        self.assertIn("Changed", rows[1]["text"])


@tagged("post_install", "-at_install")
class TestOwnLimit(FrontDeskCase):
    def start_with(self, **limits):
        self.connector.with_user(self.cashier)._start_for_visitor(**limits)
        self.env["iicharge.command"].search([]).unlink()
        tag = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1).uid
        self.start(7001, idTag=tag)
        self.process()
        return self.session(7001)

    def look(self):
        self.env["iicharge.session"]._stop_at_own_limit()
        return self.env["iicharge.command"].search([("action", "=", "RemoteStopTransaction")])

    def test_energy_asked_for_is_reached_and_stopped_once(self):
        session = self.start_with(limit_wh=5000)
        self.sample(7001, 20, 5000, power=7200)
        self.process()
        self.assertFalse(self.look())
        self.sample(7001, 30, 5980, power=7200)
        self.process()
        self.assertEqual(len(self.look()), 1, "20 Wh are left, and 30 Wh come until the next look")
        self.assertEqual(len(self.look()), 1)
        self.assertTrue(session.limit_stop_at)

    def test_money_asked_for_is_not_passed(self):
        self.start_with(limit_amount=2.00)
        self.sample(7001, 20, 4000, power=7200)
        self.process()
        self.assertFalse(self.look())
        self.sample(7001, 30, 5050, power=7200)
        self.process()
        self.assertEqual(len(self.look()), 1)

    def test_charging_without_limit_goes_on(self):
        self.start_with()
        self.sample(7001, 30, 90000, power=7200)
        self.process()
        self.assertFalse(self.look())
