# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import copy
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from iicharge_odoo.core import jsontext
from iicharge_odoo.core.errors import InvalidInput, InvalidTariff
from iicharge_odoo.core.rating.tariff import Tariff

# Every field of the three versions, some of our own, and nulls.
WHOLE = """
{"country_code": "NL", "party_id": "IIC", "id": "night", "currency": "EUR", "type": "REGULAR",
 "tariff_alt_text": [{"language": "en", "text": "Cheaper at night"}],
 "tariff_alt_url": "https://example.com/night", "energy_mix": {"is_green_energy": true},
 "min_price": {"excl_vat": 0.50, "incl_vat": 0.605}, "max_price": {"before_taxes": 30.00,
 "note": "a field of our own"},
 "elements": [
  {"price_components": [
    {"type": "ENERGY", "price": 0.250, "vat": 21.0, "step_size": 1, "note": null},
    {"type": "TIME", "price": 1, "taxes": [{"name": "GST", "percentage": 5.0, "id": 7},
     {"name": "QST", "percentage": 9.975}], "step_size": 60},
    {"type": "PARKING_TIME", "price": 12345678901234567890.12345678901234567890}],
   "restrictions": {"start_time": "22:00", "end_time": "06:00", "start_date": "2026-01-01",
    "end_date": "2027-01-01", "min_kwh": 1.5, "max_kwh": 80, "min_current": 0, "max_current": 32.0,
    "min_power": 1, "max_power": 22.0, "min_duration": 0, "max_duration": 36000,
    "day_of_week": ["MONDAY", "SUNDAY"], "iicharge_weather": "fine"}},
  {"price_components": [{"type": "FLAT", "price": -0.5, "taxes": [], "step_size": 0}],
   "restrictions": {"reservation": "RESERVATION"}, "iicharge_colour": "blue"},
  {"price_components": [{"type": "FLAT", "price": 4, "step_size": 1}],
   "restrictions": {"reservation": "RESERVATION_EXPIRES", "day_of_week": []}}],
 "tax_included": "N/A", "start_date_time": "2026-01-01T00:00:00Z",
 "end_date_time": "2026-12-31T23:59:59.000", "last_updated": "2026-01-01T00:00:00Z"}
"""
SIMPLE = {
    "currency": "EUR",
    "elements": [{"price_components": [{"type": "ENERGY", "price": Decimal("0.25")}]}],
}


def test_tariff_with_every_field_comes_back_as_it_was():
    source = jsontext.loads(WHOLE)
    kept = copy.deepcopy(source)
    tariff = Tariff.from_ocpi(source)
    assert tariff.to_ocpi() == kept == source
    again = jsontext.loads(jsontext.dumps(tariff.to_ocpi()))
    assert Tariff.from_ocpi(again) == tariff
    assert "0.250" in jsontext.dumps(tariff.to_ocpi())
    assert "12345678901234567890.12345678901234567890" in jsontext.dumps(tariff.to_ocpi())


def test_tariff_with_few_fields_gets_no_more():
    assert Tariff.from_ocpi(SIMPLE).to_ocpi() == SIMPLE


def test_binary_fractions_are_read_as_their_shortest_decimal():
    source = copy.deepcopy(SIMPLE)
    source["elements"][0]["price_components"][0]["price"] = 0.1
    component = Tariff.from_ocpi(source).elements[0].price_components[0]
    assert component.price == Decimal("0.1")


def test_several_taxes_are_added():
    components = Tariff.from_ocpi(jsontext.loads(WHOLE)).elements[0].price_components
    assert [c.tax_percent for c in components] == [21, Decimal("14.975"), 0]


@pytest.mark.parametrize(
    ("at", "valid"),
    [
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 1, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 1, 1, tzinfo=UTC), False),
    ],
)
def test_tariff_is_valid_between_its_dates(at, valid):
    assert Tariff.from_ocpi(jsontext.loads(WHOLE)).is_valid_at(at) is valid
    assert Tariff.from_ocpi(SIMPLE).is_valid_at(at)


def broken(path, value):
    source = copy.deepcopy(SIMPLE)
    source["elements"][0]["restrictions"] = {}
    part = source
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return source


ELEMENT = ("elements", 0)
COMPONENT = (*ELEMENT, "price_components", 0)
RESTRICTIONS = (*ELEMENT, "restrictions")
LIMITS = {"before_taxes": 2, "after_taxes": 2}


@pytest.mark.parametrize(
    ("path", "value", "where", "problem"),
    [
        (("currency",), None, "currency", "is missing"),
        (("currency",), "eur", "currency", "ISO 4217"),
        (("id",), 7, "id", "must be a text"),
        (("elements",), [], "elements", "at least one"),
        (("elements",), {}, "elements", "must be a list"),
        (("elements",), ["x"], "elements[0]", "must be a JSON object"),
        (ELEMENT, {"price_components": []}, "elements[0].price_components", "at least one"),
        ((*COMPONENT, "type"), "SOC", "elements[0].price_components[0].type", "not one of"),
        ((*COMPONENT, "price"), "0.25", "elements[0].price_components[0].price", "a number"),
        ((*COMPONENT, "price"), True, "elements[0].price_components[0].price", "a number"),
        ((*COMPONENT, "price"), 1e999, "elements[0].price_components[0].price", "finite"),
        ((*COMPONENT, "vat"), -1, "elements[0].price_components[0].vat", "negative"),
        ((*COMPONENT, "step_size"), 1.5, "elements[0].price_components[0].step_size", "whole"),
        ((*COMPONENT, "taxes"), [{}], "elements[0].price_components[0].taxes[0].name", "missing"),
        ((*RESTRICTIONS, "start_time"), "9:00", "elements[0].restrictions.start_time", "09:30"),
        ((*RESTRICTIONS, "end_time"), "24:00", "elements[0].restrictions.end_time", "09:30"),
        ((*RESTRICTIONS, "end_time"), "12:60", "elements[0].restrictions.end_time", "09:30"),
        ((*RESTRICTIONS, "end_time"), "١٢:٠٠", "elements[0].restrictions.end_time", "09:30"),
        ((*RESTRICTIONS, "end_time"), "12.00", "elements[0].restrictions.end_time", "09:30"),
        ((*RESTRICTIONS, "start_date"), "2026-02-30", "elements[0].restrictions.start_date", "as"),
        ((*RESTRICTIONS, "start_date"), "20260101", "elements[0].restrictions.start_date", "date"),
        ((*RESTRICTIONS, "day_of_week"), ["Mon"], "elements[0].restrictions.day_of_week", "MONDAY"),
        ((*RESTRICTIONS, "day_of_week"), [1], "elements[0].restrictions.day_of_week[0]", "text"),
        ((*RESTRICTIONS, "reservation"), "YES", "elements[0].restrictions.reservation", "not one"),
        (RESTRICTIONS, {"reservation": "RESERVATION"}, "elements[0].price_components[0].type",
         "only FLAT and TIME"),
        (("tax_included",), "MAYBE", "tax_included", "not one of"),
        (("start_date_time",), "soon", "start_date_time", "2026-01-31T12:00:00Z"),
        (("start_date_time",), "0001-01-01T00:00:00+10:00", "start_date_time", "2026-01-31"),
        (("min_price",), {"excl_vat": -1}, "min_price.excl_vat", "negative"),
        (("min_price",), {}, "min_price.before_taxes", "is missing"),
    ],
)  # fmt: skip
def test_tariff_unusable_says_where_and_why(path, value, where, problem):
    with pytest.raises(InvalidTariff) as caught:
        Tariff.from_ocpi(broken(path, value))
    assert caught.value.where == where
    assert problem in caught.value.problem


@pytest.mark.parametrize("low", [{"before_taxes": 3}, {"before_taxes": 1, "after_taxes": 3}])
def test_least_price_above_most_price_is_refused(low):
    with pytest.raises(InvalidTariff, match="must not be above max_price"):
        Tariff.from_ocpi({**SIMPLE, "min_price": low, "max_price": LIMITS})


def test_number_too_long_to_be_read_is_refused():
    class Odd(int):
        def __str__(self):
            return "1_x"

    with pytest.raises(InvalidTariff, match="too many digits"):
        Tariff.from_ocpi(broken((*COMPONENT, "price"), Odd(1)))


def test_json_text_is_exact_both_ways():
    text = '{"a": [0.10, 1, true, null, "é\\""], "b": {"c": 1E+2}}'
    assert jsontext.dumps(jsontext.loads(text)) == (
        '{"a": [0.10, 1, true, null, "é\\""], "b": {"c": 100}}'
    )
    with pytest.raises(InvalidInput, match="line 1 column 2"):
        jsontext.loads("{")


def misspelt(where, name, value=1):
    """Return a tariff with one more field in an object of it."""
    component = {"type": "ENERGY", "price": 1, "taxes": [{"name": "VAT", "percentage": 19}]}
    element = {"price_components": [component], "restrictions": {"min_kwh": 1}}
    tariff = {"currency": "EUR", "max_price": {"before_taxes": 1}, "elements": [element]}
    place = tariff
    for key in where:
        place = place[key]
    place[name] = value
    return tariff


ELEMENT = ("elements", 0)
COMPONENT = (*ELEMENT, "price_components", 0)
RESTRICTIONS = (*ELEMENT, "restrictions")


@pytest.mark.parametrize(
    ("where", "name", "message"),
    [
        (ELEMENT, "restriction", "elements[0].restriction: is not known here; did you mean"),
        (RESTRICTIONS, "endtime", "restrictions.endtime: is not known here; did you mean 'end_t"),
        (RESTRICTIONS, "max_kWh", "restrictions.max_kWh: is not known here; did you mean 'max_k"),
        (RESTRICTIONS, "evse_kind", "restrictions.evse_kind: is not known here; known are start"),
        (RESTRICTIONS, "maxprice", "restrictions.maxprice: is not known here; "),
        (COMPONENT, "stepsize", "price_components[0].stepsize: is not known here; did you mean"),
        (COMPONENT, "VAT", "price_components[0].VAT: is not known here; did you mean 'vat'?"),
        (("max_price",), "aftertaxes", "max_price.aftertaxes: is not known here; did you mean"),
        (("max_price",), "incl_vat", "max_price.incl_vat: goes with excl_vat"),
    ],
)
def test_unknown_name_inside_a_tariff_is_refused_with_its_path(where, name, message):
    with pytest.raises(InvalidTariff) as caught:
        Tariff.from_ocpi(misspelt(where, name))
    assert message in str(caught.value)


def test_unknown_name_at_the_top_is_kept_and_shown():
    source = misspelt((), "maxprice", 3)
    source.update(type="REGULAR", party_id="ABC", iicharge_terms={}, colour="red")
    tariff = Tariff.from_ocpi(source)
    assert tariff.unknown_names == {"maxprice": "max_price", "colour": None}
    assert tariff.to_ocpi()["maxprice"] == 3


@pytest.mark.parametrize("where", [ELEMENT, COMPONENT, RESTRICTIONS])
def test_name_of_our_own_and_null_are_taken_anywhere(where):
    tariff = Tariff.from_ocpi(misspelt(where, "iicharge_note"))
    assert "iicharge_note" in str(tariff.to_ocpi())
    Tariff.from_ocpi(misspelt(where, "note", None))


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")]
)
@pytest.mark.parametrize("where", [RESTRICTIONS, ("max_price",)])
def test_limit_that_is_no_number_is_refused(where, value):
    name = "max_kwh" if where is RESTRICTIONS else "after_taxes"
    with pytest.raises(InvalidTariff, match="must be a finite number"):
        Tariff.from_ocpi(misspelt(where, name, value))
