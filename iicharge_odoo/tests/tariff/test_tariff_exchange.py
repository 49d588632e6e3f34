# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...core import jsontext
from ..common import ChargingCase

OCPI_211 = """{
    "id": "16", "currency": "%(currency)s",
    "tariff_alt_text": [{"language": "en", "text": "2.00 per hour"}],
    "elements": [
        {"price_components": [{"type": "TIME", "price": 2.00, "step_size": 300}],
         "restrictions": {"max_power": 32.00, "day_of_week": ["MONDAY", "FRIDAY"]}},
        {"price_components": [{"type": "TIME", "price": 3.5, "step_size": 1},
                              {"type": "PARKING_TIME", "price": 6, "step_size": 0}]}],
    "energy_mix": {"is_green_energy": true, "supplier_name": "Green"},
    "last_updated": "2025-06-29T20:39:09Z"}"""
OCPI_221 = """{
    "country_code": "DE", "party_id": "ALL", "id": "7f", "currency": "%(currency)s",
    "type": "REGULAR", "tariff_alt_url": "https://example.com/7f",
    "min_price": {"excl_vat": 0.50, "incl_vat": 0.55}, "max_price": {"excl_vat": 20},
    "start_date_time": "2025-01-01T00:00:00Z", "end_date_time": "2027-01-01T00:00:00.000Z",
    "elements": [
        {"price_components": [{"type": "FLAT", "price": 2.5, "step_size": 1, "vat": 10},
                              {"type": "TIME", "price": 5, "step_size": 100, "vat": 10}],
         "restrictions": {"reservation": "RESERVATION"}},
        {"price_components": [{"type": "ENERGY", "price": 0.123456, "vat": 10, "x_note": "kept"}],
         "restrictions": {"start_time": "22:00", "end_time": "06:00", "min_kwh": 0.5,
                          "max_kwh": 20, "min_current": 16, "max_current": 32, "min_power": 3.7,
                          "min_duration": 100, "max_duration": 7200, "start_date": "2025-02-01",
                          "end_date": "2025-03-01", "x_zone": "north"}},
        {"price_components": [{"type": "ENERGY", "price": 0.25, "step_size": 1, "vat": 0},
                              {"type": "ENERGY", "price": 0.5, "step_size": 1, "vat": 10}],
         "restrictions": {}},
        {"price_components": [{"type": "FLAT", "price": 0.5, "step_size": 1}], "x_element": [1]}],
    "last_updated": "2025-06-29T20:39:09Z"}"""
OCPI_230 = """{
    "country_code": "CA", "party_id": "FLO", "id": "12", "currency": "%(currency)s",
    "tax_included": "%(tax_included)s",
    "min_price": {"before_taxes": 1, "after_taxes": 1.1},
    "elements": [{"price_components": [
        {"type": "ENERGY", "price": 0.5, "step_size": 1,
         "taxes": [{"name": "Federal", "percentage": 4}, {"name": "State", "percentage": 6}]}]}],
    "last_updated": "2025-12-05T18:30:14Z"}"""


@tagged("post_install", "-at_install")
class TestTariffExchange(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = cls.env["account.tax"].search(
            [("amount", "=", 10), ("type_tax_use", "=", "sale"), ("id", "!=", cls.tax.id)]
        )
        others.active = False

    def take(self, source, **values):
        currency = self.company.currency_id.name
        text = source % {"currency": currency, "tax_included": "NO", **values}
        form = self.open_import()
        form.text = text
        self.assertFalse(form.problem)
        wizard = form.save()
        return text, self.env["iicharge.tariff"].browse(wizard.action_import()["res_id"])

    def open_import(self):
        return Form(self.env["iicharge.tariff.import"].with_user(self.users["manager"]))

    def check_round_trip(self, source, version, **values):
        text, tariff = self.take(source, **values)
        self.assertEqual(jsontext.loads(tariff.export_ocpi(version)), jsontext.loads(text))
        return tariff

    def test_211_comes_back_without_loss(self):
        tariff = self.check_round_trip(OCPI_211, "2.1.1")
        self.assertEqual(tariff.component_ids[0].condition, "Mon Fri, below 32 kW")

    def test_221_comes_back_without_loss(self):
        tariff = self.check_round_trip(OCPI_221, "2.2.1")
        self.assertEqual(len(tariff.component_ids), 6)
        self.assertEqual(tariff.component_ids[0].tax_ids, self.tax)

    def test_230_comes_back_without_loss(self):
        for included in ("NO", "YES", "N/A"):
            with self.subTest(tax_included=included):
                tariff = self.check_round_trip(OCPI_230, "2.3.0", tax_included=included)
                self.assertEqual(tariff.tax_included, included)

    def test_imported_tariff_prices_as_its_document_says(self):
        _text, tariff = self.take(OCPI_230)
        self.site.tariff_id = tariff
        session = self.charge_kwh(kwh=10)
        self.assertEqual((session.amount_untaxed, session.amount_total), (5.0, 5.5))

    def test_edit_after_import_is_exported_with_the_rest_kept(self):
        _text, tariff = self.take(OCPI_221)
        tariff.component_ids[2].price = 0.2
        document = jsontext.loads(tariff.export_ocpi())
        component = document["elements"][1]["price_components"][0]
        self.assertEqual((float(component["price"]), component["x_note"]), (0.2, "kept"))
        self.assertNotEqual(document["last_updated"], "2025-06-29T20:39:09Z")

    def test_file_and_envelope_of_a_response_are_read(self):
        text = '{"data": %s, "status_code": 1000}' % (OCPI_211 % {"currency": self.currency_name()})
        form = self.open_import()
        form.file = base64.b64encode(text.encode())
        self.assertFalse(form.problem)
        self.assertIn("status_code", form.text)

    def currency_name(self):
        return self.company.currency_id.name

    def test_problem_names_the_place_before_the_import(self):
        form = self.open_import()
        for text, problem in (
            ("{", "line 1 column 2"),
            (jsontext.dumps({"currency": self.currency_name()}), "elements: is missing"),
            (OCPI_211 % {"currency": "XOF"}, "XOF"),
            (
                (OCPI_211 % {"currency": self.currency_name()}).replace(
                    '"price": 2.00', '"price": "2"'
                ),
                r"elements\[0\].price_components\[0\].price: must be a number",
            ),
        ):
            form.text = text
            self.assertRegex(form.problem, problem)

    def test_number_that_cannot_be_kept_is_refused_with_its_place(self):
        for old, new, place in (
            ("0.123456", "0.1234567", r"elements\[1\].price_components\[0\].price"),
            ("0.25,", "-0.25,", "the same tax rate"),
            ('"max_kwh": 20', '"max_kwh": 0', r"elements\[1\].restrictions.max_kwh"),
        ):
            with self.subTest(new=new), self.assertRaisesRegex(UserError, place):
                self.take(OCPI_221.replace(old, new))

    def test_price_below_zero_is_taken_and_given_back(self):
        _text, tariff = self.take(OCPI_211.replace('"price": 2.00', '"price": -2.50'))
        self.assertIn(-2.5, tariff.component_ids.mapped("price"))
        self.assertIn('"price": -2.5', tariff.export_ocpi("2.1.1"))

    def test_rate_without_a_tax_here_must_be_chosen(self):
        self.tax.active = False
        with self.assertRaisesRegex(UserError, "10 %"):
            self.take(OCPI_221)

    def test_empty_import_says_what_to_do(self):
        with self.assertRaisesRegex(UserError, "Choose a file"):
            self.env["iicharge.tariff.import"].create({}).action_import()

    def test_unnamed_tax_may_be_that_of_the_product(self):
        form = self.open_import()
        form.text = OCPI_211 % {"currency": self.currency_name()}
        with form.tax_line_ids.edit(0) as line:
            line.of_product = True
        tariff = self.env["iicharge.tariff"].browse(form.save().action_import()["res_id"])
        self.assertFalse(tariff.component_ids[0].untaxed)

    def test_version_that_cannot_say_it_is_refused(self):
        _text, tariff = self.take(OCPI_221)
        with self.assertRaisesRegex(UserError, "min_price.*min_current"):
            tariff.export_ocpi("2.1.1")
        self.tariff.tax_included = "YES"
        with self.assertRaisesRegex(UserError, "2.3.0"):
            self.tariff.export_ocpi("2.2.1")
        with self.assertRaisesRegex(UserError, "tax_included"):
            self.tariff.export_ocpi("2.1.1")
        with self.assertRaisesRegex(UserError, "9.9"):
            self.tariff.export_ocpi("9.9")

    def test_limits_take_the_names_of_the_version(self):
        _text, tariff = self.take(OCPI_221)
        document = jsontext.loads(tariff.export_ocpi("2.3.0"))
        self.assertEqual(set(document["min_price"]), {"before_taxes", "after_taxes"})
        self.assertEqual(document["tax_included"], "NO")

    def test_export_wizard_shows_file_or_problem(self):
        wizard = self.env["iicharge.tariff.export"].create({"tariff_id": self.tariff.id})
        self.assertEqual(base64.b64decode(wizard.file).decode(), wizard.text)
        self.assertNotIn("iicharge", wizard.text)
        self.tariff.tax_included = "YES"
        wizard.version = "2.1.1"
        self.assertFalse(wizard.file)
        self.assertIn("2.1.1", wizard.problem)

    def test_front_desk_may_not_import(self):
        with self.assertRaises(AccessError):
            self.env["iicharge.tariff.import"].with_user(self.users["front_desk"]).create({})

    def test_field_that_ocpi_does_not_know_is_shown_at_the_top_and_refused_inside(self):
        document = jsontext.loads(OCPI_211 % {"currency": self.currency_name()})
        wizard = self.env["iicharge.tariff.import"]
        document["maxprice"] = 3
        form = self.open_import()
        form.text = jsontext.dumps(document)
        action = form.save().action_import()
        tariff = self.env["iicharge.tariff"].browse(action["res_id"])
        notes = " ".join(tariff.message_ids.mapped("body"))
        self.assertIn("maxprice (did you mean max_price?)", notes)
        document["elements"][0]["restriction"] = {"start_time": "22:00"}
        with self.assertRaisesRegex(UserError, r"elements\[0\].restriction.*'restrictions'"):
            wizard.create({"text": jsontext.dumps(document)}).action_import()
