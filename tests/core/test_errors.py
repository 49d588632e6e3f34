# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.core import errors

RULE_7 = {
    "guest_not_found",
    "ambiguous_guest",
    "not_in_house",
    "no_post",
    "credit_limit",
    "checkout_due",
    "folio_closed",
    "currency_mismatch",
    "temporarily_unavailable",
}


# What else keeps a charge or a credit off a bill.
FURTHER = {
    "checkout_due",
    "checked_out",
    "invoice_cancelled",
    "credit_too_high",
    "charge_conflict",
}
# A card that is refused starts nothing.
CARDS = {"card_unknown", "card_blocked", "card_not_valid"}


def test_refusals_cover_rule_7_and_no_more():
    assert {r.code for r in errors.Refusal.__subclasses__()} == RULE_7 | FURTHER | CARDS


@pytest.mark.parametrize("refusal", errors.Refusal.__subclasses__())
def test_refusal_raised_names_its_code_and_subject(refusal):
    error = refusal("F-0042")
    assert error.subject == "F-0042"
    assert str(error) == f"{refusal.code} (F-0042)"
    assert str(refusal()) == refusal.code


def test_only_temporary_refusal_is_retryable():
    retryable = [r.code for r in errors.Refusal.__subclasses__() if r.retryable]
    assert retryable == ["temporarily_unavailable"]


def test_only_limit_and_checkout_are_waivable():
    waivable = [r.code for r in errors.Refusal.__subclasses__() if r.waivable]
    assert waivable == ["credit_limit", "checkout_due"]


def test_each_refusal_has_the_status_that_fits_for_a_charger():
    """OCPP 1.6 section 7.2: Invalid is unknown, Expired past its time, Blocked all else."""
    assert {r.code: r.authorization for r in errors.Refusal.__subclasses__()} == {
        "guest_not_found": "Invalid",
        "ambiguous_guest": "Blocked",
        "not_in_house": "Expired",
        "no_post": "Blocked",
        "credit_limit": "Blocked",
        "checkout_due": "Blocked",
        "folio_closed": "Blocked",
        "currency_mismatch": "Blocked",
        "checked_out": "Expired",
        "invoice_cancelled": "Blocked",
        "credit_too_high": "Blocked",
        "charge_conflict": "Blocked",
        "card_unknown": "Invalid",
        "card_blocked": "Blocked",
        "card_not_valid": "Expired",
        "temporarily_unavailable": "Blocked",
    }


def test_invalid_input_says_where_and_what():
    error = errors.InvalidTariff("elements[0].price", "is missing")
    assert (error.where, error.problem) == ("elements[0].price", "is missing")
    assert str(error) == "elements[0].price: is missing"


def test_every_error_is_in_the_tree_of_the_docstring():
    names = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.IIChargeError)
    ]
    # each but the root has a branch of its own
    assert len(names) == errors.__doc__.count("── ") + 1
    assert [n for n in names if n not in errors.__doc__] == []
