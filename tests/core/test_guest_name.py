# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.core.guest_name import is_last_name


@pytest.mark.parametrize(
    ("full_name", "typed"),
    [
        ("Anna Weber", "weber"),
        ("Anna Weber", "  WEBER "),
        ("Anna Weber", "Anna Weber"),
        ("Anna van der Berg", "Berg"),
        ("Anna van der Berg", "van der Berg"),
        ("Anna van der Berg", "der berg"),
        ("Anna van der Berg", "Vanderberg"),
        ("Eva Müller-Lüdenscheidt", "Müller-Lüdenscheidt"),
        ("Eva Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("Eva Müller-Lüdenscheidt", "Lüdenscheidt"),
        ("Eva Mu\u0308ller", "M\u00fcller"),
        ("José García Márquez", "garcia marquez"),
        ("Sean O’Brien", "O'Brien"),
        ("Sean O'Brien", "obrien"),
        ("Karl Groß", "GROSS"),
        ("Søren Kjær", "Kjaer"),
        ("Paweł Wałęsa", "walesa"),
        ("Weber, Anna", "Weber"),
        ("van der Berg, Anna", "van der Berg"),
        ("山田", "山田"),
        ("Sukarno", "Sukarno"),
    ],
)
def test_last_name_as_guests_type_it_is_found(full_name, typed):
    assert is_last_name(full_name, typed)


@pytest.mark.parametrize(
    ("full_name", "typed"),
    [
        ("Anna Weber", "Anna"),
        ("Anna Weber", "Web"),
        ("Anna Weber", "ber"),
        ("Anna Weber", ""),
        ("Anna Weber", " - "),
        ("", ""),
        ("", "Weber"),
        ("Anna van der Berg", "van"),
        ("Anna van der Berg", "Anna Berg"),
        ("Weber, Anna", "Anna"),
    ],
)
def test_anything_else_is_not_the_last_name(full_name, typed):
    assert not is_last_name(full_name, typed)
