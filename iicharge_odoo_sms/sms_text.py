# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Texts of SMS in the alphabet of GSM 03.38: 160 characters in one SMS, 70 in any other alphabet.

Standard library only.
"""

import unicodedata

# GSM 03.38: the alphabet, and what takes the place of two characters.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
# Marks of typography, and their plain forms.
PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "×": "x",
        "·": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u200b": "",
    }
)


def make_plain(text: str) -> str:
    """Write a text in the alphabet of SMS: `ê` as `e`, `«` as `"`.

    A text that cannot be written so, as one with a name in Greek letters, keeps its own.
    """
    plain = "".join(_make_plain(sign) for sign in text.translate(PLAIN))
    return plain if is_plain(plain) else text


def _make_plain(sign: str) -> str:
    if is_plain(sign):
        return sign
    base = unicodedata.normalize("NFKD", sign)
    return "".join(part for part in base if not unicodedata.combining(part))


def is_plain(text: str) -> bool:
    """Check whether a text is in the alphabet of SMS."""
    return all(sign in BASIC or sign in EXTENDED for sign in text)


def count_units(text: str) -> int:
    """Count what a text takes of the 160 of one SMS; an alphabet of its own counts characters."""
    return len(text) + (sum(sign in EXTENDED for sign in text) if is_plain(text) else 0)


def shorten(name: str, most: int) -> str:
    """Shorten a name to at most so many characters, with a point at the end."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}."
