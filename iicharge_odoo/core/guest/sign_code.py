# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The code on a connector's sign: short, not to be guessed, and easy to type from paper."""

from collections.abc import Callable

# Without what looks alike: 0 O 1 I L, and of 2 Z, 5 S, 6 G, 8 B, U V one each.
ALPHABET = "23456789ACDEFHJKMNPQRTVWXY"
LENGTH = 6
# What somebody types who misreads a code that has the other one of a pair.
_READ_AS = str.maketrans({"Z": "2", "S": "5", "G": "6", "B": "8", "U": "V"})
# Where a code is cut for the eye: 7KQ4-XM.
_CUT = 4


def make_code(choose: Callable[[str], str]) -> str:
    """Make a code.

    :param choose: takes one character of a text, such as `secrets.choice`
    """
    return "".join(choose(ALPHABET) for _position in range(LENGTH))


def read_code(typed: str) -> str | None:
    """Read a code as it was typed, in any case and with any dashes and blanks.

    :return: the code; None where it cannot be one
    """
    letters = "".join(filter(str.isalnum, typed.upper())).translate(_READ_AS)
    is_code = len(letters) == LENGTH and all(letter in ALPHABET for letter in letters)
    return letters if is_code else None


def format_code(code: str) -> str:
    """Format a code as it is printed: 7KQ4-XM."""
    return f"{code[:_CUT]}-{code[_CUT:]}"
