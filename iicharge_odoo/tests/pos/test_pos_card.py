# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_pos_front_desk import FrontDeskCase


@tagged("post_install", "-at_install")
class TestCard(FrontDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in (1, 2):
            cls.status("Available", connector=number)
        cls.process()

    def make_card(self, uid="CARD9", **values):
        return self.env["iicharge.token"].create({"uid": uid, **values})

    def read_terms(self, token):
        return self.register.iicharge_read_card_terms(self.connector.id, token.id)

    def get_refusal(self, uid):
        return self.register.iicharge_read_card(uid)["refusal"]

    def start_with(self, token, **values):
        return self.register.iicharge_start(self.connector.id, token_id=token.id, **values)

    def get_command(self):
        return self.env["iicharge.command"].search([("charger_id", "=", self.charger.id)])

    # --- given and lost ------------------------------------------------------------------
    def test_unknown_card_is_given_to_a_guest_and_charges_to_the_stay(self):
        self.assertEqual(self.get_refusal("NEW-7")["code"], "card_unknown")
        card = self.register.iicharge_give_card(" new-7\n", self.folio.id, self.guest.id)
        self.assertEqual((card["refusal"], card["stay"]["id"]), (False, self.folio.id))
        token = self.env["iicharge.token"].browse(card["token_id"])
        self.assertEqual((token.folio_id, token.partner_id), (self.folio, self.guest))
        with self.assertRaisesRegex(UserError, "known already"):
            self.register.iicharge_give_card("NEW-7", self.folio.id)

    def test_card_is_given_to_no_stay_of_elsewhere(self):
        self.folio.iicharge_site_id = self.site.copy({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            self.register.iicharge_give_card("NEW-7", self.folio.id)

    def test_lost_card_starts_nothing_until_it_is_found(self):
        self.register.iicharge_set_card_lost(self.token.id)
        self.assertEqual(self.get_refusal(self.token.uid)["code"], "card_blocked")
        self.register.iicharge_set_card_lost(self.token.id, False)
        self.assertFalse(self.get_refusal(self.token.uid))

    # --- who it is ---------------------------------------------------------------------
    def test_card_of_a_stay_shows_guest_room_and_bill(self):
        for uid in ("04:A1:B2:C3", "04a1b2c3", " 04A1B2C3\n"):
            card = self.register.iicharge_read_card(uid)
            self.assertEqual(card["token_id"], self.token.id, uid)
        self.assertEqual((card["refusal"], card["who"]), (False, "Room 101 · Anna Weber"))
        self.assertIn(self.folio.name, card["note"])
        self.assertEqual((card["stay"]["id"], card["guest"]["id"]), (self.folio.id, self.guest.id))

    def test_card_of_visitor_staff_or_company_shows_who_pays(self):
        visitor = self.env["res.partner"].create({"name": "Vera Visser"})
        self.make_card("VISIT9", group="visitor", partner_id=visitor.id)
        self.make_card("STAFF9", group="staff")
        company = self.env["res.partner"].create({"name": "Acme"})
        contract = self.env["iicharge.contract"].create({"partner_id": company.id})
        self.make_card("FLEET9", group="company", contract_id=contract.id)
        for uid, who, note in (
            ("VISIT9", "Visitor · Vera Visser", "Pays at front desk"),
            ("STAFF9", "Staff", "Pays at front desk"),
            ("FLEET9", "Company Account", "monthly invoice of Acme"),
        ):
            card = self.register.iicharge_read_card(uid)
            self.assertEqual(card["who"], who)
            self.assertIn(note, card["note"])
            self.assertFalse(card["stay"])

    def test_unknown_blocked_and_expired_cards_are_refused_in_words(self):
        past = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        self.make_card("LOST9", blocked=True)
        self.make_card("OLD9", valid_until=past)
        self.make_card("GONE9", active=False)
        for uid, code in (
            ("WHO9", "card_unknown"),
            ("", "card_unknown"),
            ("GONE9", "card_unknown"),
            ("LOST9", "card_blocked"),
            ("OLD9", "card_not_valid"),
        ):
            refusal = self.get_refusal(uid)
            self.assertEqual(refusal["code"], code, uid)
            self.assertTrue(refusal["text"])
            self.assertNotIn("who", self.register.iicharge_read_card(uid))

    def test_number_of_a_start_by_front_desk_is_no_card(self):
        self.connector._start_for_visitor()
        remote = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1)
        self.assertEqual(self.get_refusal(remote.uid)["code"], "card_unknown")
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            self.start_with(remote)

    def test_card_that_charges_already_says_where(self):
        self.assertFalse(self.register.iicharge_read_card("04A1B2C3")["running"])
        self.start(7001)
        self.process()
        self.assertEqual(self.register.iicharge_read_card("04A1B2C3")["running"], "Garage 1 · 1")

    def test_plain_cashier_sees_nothing_of_a_card(self):
        plain = new_test_user(
            self.env, login="test_plain", groups="base.group_user,point_of_sale.group_pos_user"
        )
        register = self.config.with_user(plain)
        for call in (
            lambda: register.iicharge_read_card("04A1B2C3"),
            lambda: register.iicharge_read_card_terms(self.connector.id, self.token.id),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_card_of_another_company_is_unknown(self):
        other = self.env["res.company"].create({"name": "Other House"})
        card = self.make_card("ELSE9", company_id=other.id)
        self.assertEqual(self.get_refusal("ELSE9")["code"], "card_unknown")
        with self.assertRaises(UserError):
            self.start_with(card)

    # --- where, and at which price --------------------------------------------------------
    def get_offered(self, uid):
        card = self.register.iicharge_read_card(uid)
        return {each for offer in card["offers"] for each in offer["connector_ids"]}

    def test_only_free_connectors_are_offered_with_the_cards_own_price(self):
        staff = self.tariff.copy({"name": "Staff"})
        staff.component_ids.price = 0.2
        staff.rule_ids = [Command.create({"group": "staff", "site_id": self.site.id})]
        self.make_card("STAFF9", group="staff")
        (offer,) = self.register.iicharge_read_card("STAFF9")["offers"]
        self.assertEqual(set(offer["connector_ids"]), set(self.charger.connector_ids.ids))
        self.assertIn("0.22", offer["price"])
        self.start(7001, connectorId=2)
        self.process()
        self.assertEqual(self.get_offered("STAFF9"), {self.connector.id})
        self.env["iicharge.connection"].search([]).online = False
        self.assertFalse(self.get_offered("STAFF9"))

    def test_reserved_connector_is_offered_to_its_own_guest_only(self):
        until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.connector._reserve_for_stay(self.folio, until)
        self.make_card("STAFF9", group="staff")
        self.assertNotIn(self.connector.id, self.get_offered("STAFF9"))
        self.assertIn(self.connector.id, self.get_offered("04A1B2C3"))
        card = self.register.iicharge_read_card("04A1B2C3")
        self.assertEqual(card["reserved_ids"], self.connector.ids)

    def test_terms_show_the_price_and_why_the_stay_may_not_charge(self):
        terms = self.read_terms(self.token)
        self.assertIn("kWh", terms["quote"]["summary"])
        self.assertFalse(terms["refusal"])
        self.folio.iicharge_no_post = True
        self.assertEqual(self.read_terms(self.token)["refusal"]["code"], "no_post")

    def test_limit_of_the_stay_is_not_passed_over_with_a_card(self):
        self.folio.iicharge_credit_limit = 0.01
        refusal = self.read_terms(self.token)["refusal"]
        self.assertEqual((refusal["code"], refusal["waivable"]), ("credit_limit", False))
        self.assertIn("refusal", self.start_with(self.token, override=True))
        self.assertFalse(self.get_command())

    # --- the start ------------------------------------------------------------------------
    def test_start_with_a_card_sends_that_card(self):
        result = self.start_with(self.token, request_key="card-1")
        command = self.get_command()
        self.assertEqual(command.id, result["command_id"])
        self.assertEqual(json.loads(command.payload), {"connectorId": 1, "idTag": "04:A1:B2:C3"})
        self.assertEqual(self.start_with(self.token, request_key="card-1"), result)
        self.assertEqual(len(self.get_command()), 1)

    def test_card_blocked_meanwhile_starts_nothing(self):
        self.assertFalse(self.get_refusal("04A1B2C3"))
        self.token.blocked = True
        self.assertEqual(self.start_with(self.token)["refusal"]["code"], "card_blocked")
        self.assertFalse(self.get_command())

    def test_card_archived_meanwhile_starts_nothing(self):
        self.token.active = False
        for work in (self.read_terms, self.start_with):
            with self.assertRaisesRegex(UserError, "belongs to another company"):
                work(self.token)
        self.assertFalse(self.get_command())

    def test_start_uses_the_token_of_the_reservation(self):
        until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.connector._reserve_for_stay(self.folio, until)
        self.start_with(self.token)
        kept_for = self.connector.reservation_id.token_id
        self.assertNotEqual(kept_for, self.token)
        start = self.get_command().filtered(lambda c: c.action == "RemoteStartTransaction")
        self.assertEqual(json.loads(start.payload)["idTag"], kept_for.uid)

    def test_connector_kept_for_somebody_else_is_not_started(self):
        until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.connector._reserve_for_stay(self.folio, until)
        card = self.make_card("STAFF9", group="staff")
        with self.assertRaisesRegex(UserError, "reserved until"):
            self.start_with(card)
