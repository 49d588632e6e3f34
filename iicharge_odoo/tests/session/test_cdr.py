# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import base64
import csv
import io
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ...core import jsontext
from ...core.ocpi.cdr_reader import usage_from_cdr
from ...core.rating.rate import rate
from ...core.rating.tariff import Tariff
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestCdr(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.write(
            {
                "street": "Kade 1",
                "city": "Amsterdam",
                "zip": "1011 AB",
                "country_id": cls.env.ref("base.nl").id,
                "partner_latitude": 52.37,
                "partner_longitude": 4.89,
            }
        )
        cls.company.write({"iicharge_ocpi_country_code": False, "iicharge_ocpi_party_id": "IIC"})

    def export(self, session, group="accountant"):
        return jsontext.loads(session.with_user(self.users[group]).export_cdr())

    def test_late_readings_change_no_record(self):
        """The energy of the record is that of its sum (docs/room-charges.md rule 17)."""
        session = self.charge_kwh(kwh=10)
        before = session._get_cdr()
        self.sample(7001, 5, 6000)
        self.sample(7001, 30, 30000)
        self.process()
        self.assertEqual(len(session.meter_value_ids), 2)
        self.assertEqual(session._get_cdr(), before)

    def test_cdr_says_who_where_what_and_how_much(self):
        self.site.partner_id = self.env["res.partner"].create(
            {
                "name": "Car park",
                "street": "Achterweg 2",
                "city": "Utrecht",
                "country_id": self.env.ref("base.nl").id,
            }
        )
        session = self.charge_kwh(kwh=10)
        cdr = self.export(session)
        self.assertEqual(
            [cdr[name] for name in ("country_code", "party_id", "id", "session_id", "currency")],
            ["NL", "IIC", session.name, session.name, self.company.currency_id.name],
        )
        self.assertEqual(
            cdr["cdr_token"],
            {
                "country_code": "NL",
                "party_id": "IIC",
                "uid": "04A1B2C3",
                "type": "RFID",
                "contract_id": "04:A1:B2:C3",
            },
        )
        location = cdr["cdr_location"]
        self.assertEqual((location["address"], location["country"]), ("Achterweg 2", "NLD"))
        self.assertEqual(location["coordinates"]["latitude"], "52.370000", "the company's")
        self.assertEqual(location["connector_standard"], "IEC_62196_T2")
        self.assertEqual(location["connector_power_type"], "AC_3_PHASE")
        self.assertEqual(cdr["total_energy"], 10)
        self.assertEqual(cdr["total_cost"]["excl_vat"], Decimal("4.5"))
        self.assertEqual(cdr["total_cost"]["incl_vat"], Decimal("4.95"))
        self.assertNotIn("iicharge", jsontext.dumps(cdr), "no field of our own")

    def test_cdr_rated_again_costs_what_was_booked(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "TIME", "price": 1.2, "tax_ids": self.tax.ids}),
            Command.create({"dimension": "PARKING_TIME", "price": 6, "tax_ids": self.tax.ids}),
        ]
        self.start(7001)
        self.status("SuspendedEV", minutes=40)
        self.stop(7001, minutes=61, meter_stop=8345)
        self.process()
        session = self.session(7001)
        cdr = self.export(session)
        usage = usage_from_cdr(cdr, cdr["currency"], self.site.time_zone)
        again = rate(Tariff.from_ocpi(cdr["tariffs"][0]), usage).total_cost
        self.assertEqual(round(again.excl_vat, 2), cdr["total_cost"]["excl_vat"])
        self.assertEqual(float(cdr["total_cost"]["incl_vat"]), session.amount_total)

    def test_later_revision_and_its_credit_are_records_of_their_own(self):
        session = self.charge_kwh(kwh=10)
        first = session.charge_ids
        credit = first.copy({"revision": 2, "line_ids": []})
        line = {"amount_untaxed": -4.5, "amount_tax": -0.45, "price_unit": -4.5, "name": "x"}
        line["product_id"] = first.line_ids.product_id.id
        credit.line_ids = [Command.create(line)]
        cdr = session._get_cdr(credit, credited=first)
        self.assertEqual(
            (cdr["id"], cdr["credit_reference_id"]), (f"{session.name}-2", session.name)
        )
        self.assertEqual(cdr["total_cost"]["incl_vat"], Decimal("-4.95"))
        self.assertEqual(session._get_cdr()["total_cost"]["incl_vat"], Decimal("4.95"))

    def test_missing_address_says_what_to_fill_in(self):
        session = self.charge_kwh()
        self.company.partner_id.city = False
        with self.assertRaisesRegex(UserError, "Hotel is not complete.*City"):
            self.export(session)
        self.company.partner_id.write({"city": "Amsterdam", "partner_latitude": 0})
        self.company.partner_id.partner_longitude = 0
        with self.assertRaisesRegex(UserError, "latitude and longitude"):
            self.export(session)
        self.site.write({"latitude": 52.1, "longitude": 5.1})
        coordinates = self.export(session)["cdr_location"]["coordinates"]
        self.assertEqual(coordinates["longitude"], "5.100000")

    def test_text_that_ocpi_cannot_carry_is_refused_with_its_place(self):
        session = self.charge_kwh()
        self.company.partner_id.street = "x" * 46
        with self.assertRaisesRegex(UserError, "cdr_location.address: is longer than 45"):
            self.export(session)

    def test_connector_without_plug_is_named(self):
        session = self.charge_kwh()
        self.connector.standard = False
        with self.assertRaisesRegex(UserError, "plug of Garage 1"):
            self.export(session)

    def test_session_without_connector_is_named(self):
        session = self.charge_kwh()
        session.connector_id = False
        with self.assertRaisesRegex(UserError, "names no connector"):
            self.export(session)

    def test_session_that_is_not_priced_has_no_cdr(self):
        self.start(7001)
        self.process()
        with self.assertRaisesRegex(UserError, "no price that counts"):
            self.export(self.session(7001))

    def test_plugs_have_their_names_in_ocpi(self):
        self.charger.rated_power_w = self.connector.rated_power_w = 7400
        for standard, country, expected in (
            ("type2_cable", "NL", ("IEC_62196_T2", "CABLE", "AC_1_PHASE")),
            ("ccs2", "NL", ("IEC_62196_T2_COMBO", "CABLE", "DC")),
            ("domestic", "GB", ("DOMESTIC_G", "SOCKET", "AC_1_PHASE")),
            ("domestic", "DE", ("DOMESTIC_F", "SOCKET", "AC_1_PHASE")),
        ):
            self.connector.standard = standard
            self.assertEqual(self.connector._get_ocpi_plug(country), expected)
        for standard, _label in self.connector._fields["standard"].selection:
            self.connector.standard = standard
            self.assertEqual(len(self.connector._get_ocpi_plug("NL")), 3)

    def test_party_of_the_company_is_in_tariffs_and_is_checked(self):
        self.company.write({"iicharge_ocpi_country_code": "de", "iicharge_ocpi_party_id": "abc"})
        document = self.tariff._get_ocpi()
        self.assertEqual((document["country_code"], document["party_id"]), ("DE", "ABC"))
        for values in ({"iicharge_ocpi_country_code": "QQ"}, {"iicharge_ocpi_party_id": "A"}):
            with self.assertRaises(ValidationError):
                self.company.write(values)

    def test_signed_readings_go_along(self):
        session = self.charge_kwh()
        texts = ['OCMF|{"RD":[1]}|{"SD":"30"}', "OCMF|broken", 'OCMF|{"RD":[2]}|{"SD":"31"}']
        session.meter_value_ids = [
            Command.create({"at": self.t0, "signed_data": text}) for text in texts
        ]
        signed = self.export(session)["signed_data"]
        self.assertEqual(signed["encoding_method"], "OCMF")
        self.assertEqual(
            [(value["nature"], value["plain_data"]) for value in signed["signed_values"]],
            [("Start", '{"RD":[1]}'), ("Intermediate", "OCMF|broken"), ("End", '{"RD":[2]}')],
        )
        self.assertEqual(
            base64.b64decode(signed["signed_values"][0]["signed_data"]).decode(), texts[0]
        )

    def test_who_may_not_read_the_session_gets_no_cdr(self):
        session = self.charge_kwh()
        stranger = new_test_user(self.env, login="cdr_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            session.with_user(stranger).export_cdr()
        self.assertTrue(self.export(session, "technician"))

    def test_list_of_sessions_is_safe_for_spreadsheets(self):
        self.guest.name = "=HYPERLINK(1)"
        session = self.charge_kwh(kwh=10)
        text = session._get_cdr_csv()
        (row,) = csv.DictReader(io.StringIO(text))
        self.assertEqual(row["Driver"], "'=HYPERLINK(1)")
        self.assertEqual(row["Token"], "****B2C3")
        self.assertEqual(
            [row[name] for name in ("Energy kWh", "Untaxed", "Tax", "Total", "Minutes charging")],
            ["10.000000", "4.50", "0.45", "4.95", "60.0"],
        )
        self.assertEqual((row["Charger"], row["Connector"]), ("Garage 1", "1"))
        self.assertEqual(row["Start"], session._get_local_text(session.started_at))

    def test_row_of_a_running_session_leaves_its_end_open(self):
        self.start(7001, idTag="AB1")
        self.process()
        row = self.session(7001)._get_cdr_rows()[0]
        self.assertEqual((row[2], row[6], row[9], row[10]), ("", "****", None, None))
