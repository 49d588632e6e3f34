# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Codes of signs, wrong tries, limits, languages and the curve of the guest's page."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from iicharge_odoo.core.guest.curve import HEIGHT, MOST_POINTS, WIDTH, make_path, thin_out
from iicharge_odoo.core.guest.language import choose_language
from iicharge_odoo.core.guest.rate_limit import RateLimit
from iicharge_odoo.core.guest.sign_code import ALPHABET, LENGTH, format_code, make_code, read_code
from iicharge_odoo.core.guest.tries import MOST_TRIES, WITHIN, count_left, get_locked_until
from iicharge_odoo.core.guest.typed import read_number

NOW = datetime(2026, 3, 1, 23, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_code_is_read_as_it_was_made_and_printed():
    code = make_code(random.Random(7).choice)
    assert len(code) == LENGTH
    assert read_code(code) == read_code(format_code(code).lower()) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 7kq4 - xm ", "7KQ4XM"),
        # misread: B for 8, S for 5, Z for 2, G for 6, U for V
        ("8562VA", "8562VA"),
        ("BSGZUA", "8562VA"),
        ("7KQ4X", None),
        ("7KQ4XMM", None),
        ("7KQ4X0", None),
        ("", None),
        ("ÄÖÜ123", None),
    ],
)
def test_code_as_typed(typed, code):
    assert read_code(typed) == code


def test_alphabet_has_no_two_letters_that_look_alike():
    assert not set("0O1IL") & set(ALPHABET)
    for pair in ("2Z", "5S", "6G", "8B", "UV"):
        assert len(set(pair) & set(ALPHABET)) == 1


def test_tries_end_and_come_back_one_by_one():
    tries = [NOW - 10 * MINUTE * number for number in range(MOST_TRIES)]
    assert count_left(tries[1:], NOW) == 1
    assert get_locked_until(tries[1:], NOW) is None
    until = get_locked_until(tries, NOW)
    assert until == tries[-1] + WITHIN
    assert get_locked_until(tries, until) is None
    assert count_left(tries, until) == 1


def test_rate_limit_counts_each_key_in_its_window():
    limit = RateLimit(2, 60, most_keys=2)
    assert [limit.take("a", 0), limit.take("a", 1), limit.take("a", 2)] == [True, True, False]
    assert limit.take("b", 2)
    assert limit.take("a", 60)
    limit.take("c", 60)
    assert len(limit._counts) == 2


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de_DE"),
        ("nl,fr;q=0.8", "fr_BE"),
        ("pt-BR", "en_US"),
        ("en;q=0,de;q=0.1", "de_DE"),
        ("", "en_US"),
        (";;q=x,,", "en_US"),
    ],
)
def test_language_of_the_browser(accepted, lang):
    assert choose_language(accepted, ["en_US", "de_DE", "fr_BE"], "en_US") == lang


def test_curve_keeps_its_ends_and_stays_in_the_picture():
    points = [(float(second), 11_000.0) for second in range(1000)]
    kept = thin_out(points)
    assert len(kept) <= MOST_POINTS + 1
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert make_path(points[:1], 11_000) == ""
    path = make_path([(0, 0), (10, 99_000)], 11_000)
    assert path == f"M0.0 {HEIGHT:.1f}L{WIDTH:.1f} 0.0"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        (" 12,50 ", "12.50"),
        ("0.5", "0.5"),
        *[
            (typed, None)
            for typed in ("", None, "0", "0,00", "-5", "+5", "1e9", "5.5.5", "NaN", "²", "9" * 40)
        ],
    ],
)
def test_number_is_read_as_a_phone_types_it(typed, number):
    assert read_number(typed) == (Decimal(number) if number else None)
