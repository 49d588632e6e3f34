# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestToken(ChargingCase):
    def decide(self, id_tag="04A1B2C3", charger=None):
        return self.env["iicharge.token"]._decide(
            charger or self.charger, id_tag, fields.Datetime.now()
        )[0]

    def test_tag_in_other_spelling_is_the_same(self):
        for id_tag in ("04:a1:b2:c3", " 04 A1 B2 C3", "04a1b2c3"):
            self.assertEqual(self.decide(id_tag), "Accepted")

    def test_unknown_and_empty_tags_are_invalid(self):
        for id_tag in ("unknown", "", "  "):
            self.assertEqual(self.decide(id_tag), "Invalid")

    def test_charger_taken_out_of_service_starts_nothing(self):
        self.assertEqual(self.decide("04A1B2C3"), "Accepted")
        self.charger.action_refuse()
        self.assertEqual(self.decide("04A1B2C3"), "Invalid")
        self.charger.action_accept()
        self.charger.active = False
        self.assertEqual(self.decide("04A1B2C3"), "Invalid")

    def test_blocked_token_is_blocked(self):
        self.token.blocked = True
        self.assertEqual(self.decide(), "Blocked")

    def test_token_past_its_time_is_expired(self):
        self.token.valid_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.decide(), "Expired")

    def test_guest_not_in_house_is_expired(self):
        self.folio.iicharge_checkout = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.decide(), "Expired")

    def test_stay_without_outside_charges_is_refused(self):
        self.folio.iicharge_no_post = True
        self.assertEqual(self.decide(), "Blocked")

    def test_token_of_one_connector_starts_no_other(self):
        self.token.connector_id = self.connector
        other = self.charger.copy({"identity": "test-other"})
        decide = self.env["iicharge.token"]._decide
        now = fields.Datetime.now()
        self.assertEqual(decide(self.charger, "04A1B2C3", now)[0], "Accepted")
        self.assertEqual(decide(self.charger, "04A1B2C3", now, 1)[0], "Accepted")
        self.assertEqual(decide(self.charger, "04A1B2C3", now, 2)[0], "Blocked")
        self.assertEqual(decide(other, "04A1B2C3", now, 1)[0], "Blocked")

    def test_token_of_another_company_is_invalid(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.token.write({"folio_id": False, "company_id": other.id})
        self.assertEqual(self.decide(), "Invalid")

    def test_single_use_token_starts_once(self):
        self.token.single_use = True
        self.assertEqual(self.decide(), "Accepted")
        self.start(7001)
        self.process()
        now = fields.Datetime.now()
        decide = self.env["iicharge.token"]._decide
        self.assertEqual(decide(self.charger, "04A1B2C3", now, 1)[0], "ConcurrentTx")
        self.assertEqual(self.decide(), "Expired")
        self.stop(7001)
        self.process()
        self.assertEqual(decide(self.charger, "04A1B2C3", now, 1)[0], "Expired")

    def test_same_tag_twice_in_a_company_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env["iicharge.token"].create({"uid": "04A1B2C3"})

    def test_type_follows_the_kind_and_may_be_another(self):
        create = self.env["iicharge.token"].create
        for kind, token_type in (("rfid", "ISO14443"), ("code", "KeyCode"), ("remote", "Central")):
            self.assertEqual(create({"uid": kind, "kind": kind}).type, token_type)
        car = create({"uid": "DE8AAA1B2C3D4E5", "type": "eMAID"})
        self.assertEqual((car.kind, car.type), ("rfid", "eMAID"))

    def test_tag_of_255_characters_is_known_whole(self):
        uid = "x" * 255
        self.env["iicharge.token"].create({"uid": uid})
        self.assertEqual(self.decide(uid), "Accepted")
        self.assertEqual(self.decide(uid[:-1]), "Invalid")

    def test_longer_tag_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env["iicharge.token"].create({"uid": "x" * 256})

    def test_cards_of_a_stay_are_a_group(self):
        other = self.env["iicharge.token"].create({"uid": "B", "folio_id": self.folio.id})
        self.assertEqual(self.token._get_group_id(), f"stay-{self.folio.id}")
        self.assertEqual(other._get_group_id(), self.token._get_group_id())
        self.token.parent_id_tag = "FLEET"
        self.assertEqual(self.token._get_group_id(), "FLEET")
        self.assertFalse(self.env["iicharge.token"].create({"uid": "C"})._get_group_id())

    def test_card_that_charges_starts_no_other_connector_where_the_site_wants_it_so(self):
        self.start(7001)
        self.process()
        now = fields.Datetime.now()

        def decide(connector):
            return self.env["iicharge.token"]._decide(self.charger, "04A1B2C3", now, connector)[0]

        self.assertEqual([decide(n) for n in (None, 1, 2)], ["Accepted"] * 3)
        self.site.one_session_per_token = True
        # its own connector: a start that is sent again, or one whose stop was lost
        self.assertEqual(
            [decide(n) for n in (None, 1, 2)], ["Accepted", "Accepted", "ConcurrentTx"]
        )
        self.stop(7001)
        self.process()
        self.token.invalidate_recordset()
        self.assertEqual(decide(2), "Accepted")
