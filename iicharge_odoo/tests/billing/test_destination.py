# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...core import errors
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestDestination(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.destinations = cls.env["iicharge.destination"]
        company = cls.env["res.partner"].create({"name": "Couriers", "is_company": True})
        cls.contract = cls.env["iicharge.contract"].create(
            {"partner_id": company.id, "date_from": "2020-01-01"}
        )
        cls.fleet = cls.env["iicharge.token"].create(
            {"uid": "FLEET", "contract_id": cls.contract.id}
        )
        cls.visitor = cls.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})

    def decide(self, token):
        now = fields.Datetime.now()
        return self.destinations._decide(token, self.site, now)[1]["destination"]

    def test_each_value_has_a_model_of_its_own(self):
        values = self.env["iicharge.charge"]._fields["destination"].get_values(self.env)
        self.assertEqual({each._get_value() for each in self.destinations._get_all()}, set(values))

    def test_stay_pays_before_a_company_and_the_register_takes_the_rest(self):
        self.assertEqual(self.decide(self.token), "folio")
        self.assertEqual(self.decide(self.fleet), "contract")
        self.assertEqual(self.decide(self.visitor), "pos")
        self.assertEqual(self.decide(self.env["iicharge.token"]), "pos")
        self.fleet.folio_id = self.folio
        self.assertEqual(self.decide(self.fleet), "folio")

    def test_contract_that_has_ended_pays_nothing_and_starts_nothing(self):
        self.contract.date_to = fields.Date.today() - timedelta(days=2)
        self.assertEqual(self.decide(self.fleet), "pos")
        with self.assertRaises(errors.CardNotValid):
            self.fleet._check_payer(self.charger, 1, fields.Datetime.now())
        decided = self.fleet._decide(self.charger, "FLEET", fields.Datetime.now(), 1)
        self.assertEqual(decided[0], "Expired")

    def test_lost_start_is_paid_as_the_start_would_have_been(self):
        cases = ((self.token, "folio"), (self.fleet, "contract"))
        for minutes, (token, destination) in enumerate(cases):
            message = self.stop(None, minutes=minutes, meter_stop=5000, idTag=token.uid)
            self.process()
            orphan = message.session_id
            self.assertEqual(orphan.destination, destination)
            self.assertEqual(orphan.contract_id, token.contract_id)
            self.assertEqual(orphan.folio_id, token.folio_id)

    def test_destination_of_an_addon_that_is_gone_is_the_registers(self):
        self.assertEqual(self.destinations._get("gone")._get_value(), "pos")

    def test_fact_names_the_destinations_of_which_it_holds(self):
        self.assertIn("contract", self.destinations._get_names("_posts_monthly"))
        self.assertNotIn("contract", self.destinations._get_names("_posts_at_once"))
