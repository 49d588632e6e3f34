# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_pos_front_desk import FrontDeskCase


@tagged("post_install", "-at_install")
class TestSheet(FrontDeskCase):
    def start_visitor(self, **limits):
        self.connector.with_user(self.cashier)._start_for_visitor(**limits)
        tag = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1).uid
        self.start(7001, idTag=tag)
        self.sample(7001, 30, 6000, power=7200)
        self.process()
        return self.session(7001)

    def test_sheet_shows_curve_price_and_who_started(self):
        session = self.start_visitor()
        self.tariff.component_ids.price = 9
        sheet = self.register.iicharge_read_sheet(session.id)
        self.assertIn("test_cashier", sheet["started_by"])
        self.assertEqual([point["power_w"] for point in sheet["points"]], [7200, 7200])
        (price,) = sheet["prices"]
        self.assertIn("0.495", price)
        self.assertTrue(sheet["can_move"] and sheet["can_limit"])
        self.assertFalse(sheet["can_dispute"])

    def test_session_of_another_register_shows_nothing(self):
        session = self.start_visitor()
        self.config.iicharge_site_ids = self.site.copy({"name": "Annexe"})
        for call in (
            lambda: self.register.iicharge_read_sheet(session.id),
            lambda: self.register.iicharge_move_session(session.id, self.folio.id),
            lambda: self.register.iicharge_set_limit(session.id, 5),
            lambda: self.register.iicharge_note_session(session.id, {"plate": "X"}),
            lambda: self.register.iicharge_dispute_session(session.id, "other", "No"),
            lambda: self.register.iicharge_write_to_guest(session.id, "Hello"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_limit_is_changed_for_starts_of_front_desk_only(self):
        session = self.start_visitor(limit_wh=20000)
        self.register.iicharge_set_limit(session.id, limit_amount=5)
        token = session.token_id
        self.assertEqual((token.limit_wh, token.limit_amount), (0, 5))
        self.assertIn("changes where it stops", session.message_ids[:1].body)
        self.start(7002, connectorId=2)
        self.process()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.register.iicharge_set_limit(self.session(7002).id, 5)
        self.assertFalse(self.token.limit_wh)

    def test_name_plate_and_note_are_shown_to_all(self):
        session = self.start_visitor()
        noted = {"name": "Zoe", "plate": "B IR 1", "note": "In the bar"}
        self.register.iicharge_note_session(session.id, noted)
        (row,) = [
            row for row in self.register.iicharge_read_board()["connectors"] if row["session"]
        ]
        self.assertEqual(
            [row["session"][name] for name in ("walk_in_name", "plate", "note")],
            ["Zoe", "B IR 1", "In the bar"],
        )

    def test_guest_with_an_address_gets_an_email_that_the_session_keeps(self):
        self.start(7001)
        self.process()
        session = self.session(7001)
        self.guest.email = False
        self.assertFalse(self.register.iicharge_read_sheet(session.id)["message"])
        with self.assertRaisesRegex(UserError, "No e-mail address"):
            self.register.iicharge_write_to_guest(session.id, "Hello")
        self.guest.email = "anna@example.com"
        message = self.register.iicharge_read_sheet(session.id)["message"]
        self.assertEqual(message["to"], "anna@example.com")
        self.assertIn("Anna Weber", message["text"])
        self.register.iicharge_write_to_guest(session.id, "Please move it.\n<b>Thanks</b>")
        sent = session.message_ids[0]
        self.assertEqual(sent.partner_ids, self.guest)
        self.assertIn("&lt;b&gt;Thanks", sent.body)

    def test_guest_whose_car_is_full_is_asked_to_move_it(self):
        self.start(7001)
        self.sample(7001, 30, 6000, power=7200)
        self.process()
        self.guest.email = "anna@example.com"
        self.connector.status = "suspended_ev"
        session = self.session(7001)
        text = self.register.iicharge_read_sheet(session.id)["message"]["text"]
        self.assertIn("Please move it", text)

    def test_move_needs_a_guest_who_confirms(self):
        session = self.start_visitor()
        with self.assertRaisesRegex(UserError, "Ask the guest first"):
            self.register.iicharge_move_session(session.id, self.folio.id)
        answer = self.register.iicharge_move_session(
            session.id, self.folio.id, self.guest.id, self.guest.id
        )
        self.assertEqual(answer, {})
        self.assertEqual((session.folio_id, session.partner_id), (self.folio, self.guest))

    def test_move_that_is_refused_says_why(self):
        session = self.start_visitor()
        self.folio.iicharge_no_post = True
        answer = self.register.iicharge_move_session(
            session.id, self.folio.id, confirmed_by_id=self.guest.id
        )
        self.assertEqual(answer["refusal"]["code"], "no_post")
        self.assertFalse(session.folio_id)

    def test_guest_who_disagrees_opens_a_dispute(self):
        session = self.charge_visitor()
        with self.assertRaisesRegex(UserError, "what the guest says"):
            self.register.iicharge_dispute_session(session.id, "energy", " ")
        answer = self.register.iicharge_dispute_session(session.id, "energy", "Too much")
        self.assertEqual(session.billing, "disputed")
        dispute = session.dispute_ids
        self.assertEqual((dispute.statement, dispute.opened_by_id), ("Too much", self.cashier))
        self.assertEqual(answer["deadline"], str(dispute.deadline))
        with self.assertRaisesRegex(UserError, "disputed already"):
            self.register.iicharge_dispute_session(session.id, "energy", "Again")

    def test_sessions_that_ended_today_are_listed(self):
        session = self.charge_visitor()
        rows = {row["id"]: row for row in self.register.iicharge_read_finished()}
        today = session._get_local_day() == self.site._get_today()
        self.assertEqual(session.id in rows, today)
        session.stopped_at = "2020-01-01 12:00:00"
        self.assertNotIn(session.id, [row["id"] for row in self.register.iicharge_read_finished()])
