# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import asyncio

from odoo.tests import tagged

from ...service.ports import OdooAuthorizer
from ..common import ChargingCase


class Executor:
    """Runs the work of the gateway's ports in the test's own transaction."""

    def __init__(self, env):
        self._env = env

    async def run(self, work):
        return work(self._env)


@tagged("post_install", "-at_install")
class TestAuthorizedPayer(ChargingCase):
    """An id tag is resolved once: at the start's authorization."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.next_guest = cls.env["res.partner"].create({"name": "Next guest"})
        cls.next_folio = cls.make_stay(cls.next_guest, "102")

    def authorize(self, id_tag="04A1B2C3", connector_number=1):
        authorizer = OdooAuthorizer(Executor(self.env))
        return asyncio.run(authorizer.decide(self.charger.id, connector_number, id_tag))

    def start_authorized(self, number=7001, **start):
        """Journal a start as the gateway does, after its authorization."""
        decision = self.authorize(start.get("idTag", "04A1B2C3"))
        message = self.start(number, status=decision.status, **start)
        message.token_id = decision.token_id
        return message

    def assertCharged(self, session, folio, guest):
        self.assertEqual((session.folio_id, session.partner_id), (folio, guest))

    def test_decision_names_the_token_and_its_group(self):
        self.token.parent_id_tag = "FAMILY"
        decision = self.authorize(" 04 A1 B2 C3")
        self.assertEqual(decision.status, "Accepted")
        self.assertEqual((decision.token_id, decision.parent_id_tag), (self.token.id, "FAMILY"))

    def test_decision_on_an_unknown_tag_names_no_token(self):
        decision = self.authorize("nobody")
        self.assertEqual((decision.status, decision.token_id), ("Invalid", None))
        self.assertIsNone(decision.parent_id_tag)

    def test_tag_given_to_another_token_charges_who_was_authorized(self):
        self.start_authorized()
        self.token.active = False
        self.token.flush_recordset()
        self.env["iicharge.token"].create({"uid": "04A1B2C3", "folio_id": self.next_folio.id})
        self.process()
        session = self.session(7001)
        self.assertEqual(session.token_id, self.token)
        self.assertCharged(session, self.folio, self.guest)

    def test_card_given_to_the_next_guest_charges_who_was_authorized(self):
        self.start_authorized()
        self.token.write({"folio_id": self.next_folio.id, "partner_id": self.next_guest.id})
        self.stop(7001)
        self.start_authorized(7002, minutes=90)
        self.process()
        self.assertCharged(self.session(7001), self.folio, self.guest)
        self.assertCharged(self.session(7002), self.next_folio, self.next_guest)
        self.assertEqual(self.session(7002).token_id, self.token)
        self.assertFalse(self.session(7001).token_id.active)

    def test_card_changed_after_the_start_was_applied_has_no_copy(self):
        self.start_authorized()
        self.process()
        self.token.folio_id = self.next_folio
        self.assertEqual(self.session(7001).token_id, self.token)
        tokens = self.env["iicharge.token"].with_context(active_test=False)
        self.assertEqual(tokens.search_count([("key", "=", self.token.key)]), 1)

    def test_tag_made_known_after_its_refusal_pays_nothing(self):
        self.start_authorized(idTag="LATER")
        self.env["iicharge.token"].create({"uid": "LATER", "folio_id": self.next_folio.id})
        self.process()
        session = self.session(7001)
        self.assertFalse(session.token_id or session.folio_id)
        self.assertEqual((session.id_tag, session.authorization), ("LATER", "Invalid"))

    def test_anonymized_guest_leaves_no_token_at_the_start(self):
        start = self.start_authorized()
        self.stop(7001)
        self.process()
        self.session(7001)._anonymize_guest()
        self.assertFalse(start.token_id)
