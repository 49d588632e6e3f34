# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Compare a name as somebody types it with the full name on a booking."""

import unicodedata

# Letters that are written with a stroke or a ligature, which no decomposition takes apart.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Of Unicode's categories: separators, punctuation and control characters divide words.
_DIVIDERS = "ZPC"


def is_last_name(full_name: str, typed: str) -> bool:
    """Check whether `typed` is the last name of `full_name`.

    It is its last word, or all of its end from some word on: "Anna van der Berg" is found by
    "Berg", "van der Berg" and "vanderberg", "Eva Müller-Lüdenscheidt" by "ludenscheidt" and
    "Muller Ludenscheidt". Case, accents, hyphens, apostrophes and blanks do not count. A name
    on the books may have its last name first, before a comma.
    """
    wanted = "".join(_words(typed))
    last_names, comma, first_names = full_name.partition(",")
    words = _words(f"{first_names} {last_names}" if comma else full_name)
    return bool(wanted) and any(
        "".join(words[position:]) == wanted for position in range(len(words))
    )


def starts_words(typed: str, texts: list[str]) -> bool:
    """Check whether each typed word begins a word of the texts, in any order.

    Case, accents and punctuation do not count: "web 10" finds "101" with "Anna Weber".
    """
    wanted = _words(typed)
    words = [word for text in texts for word in _words(text)]
    return bool(wanted) and all(any(word.startswith(start) for word in words) for start in wanted)


def _words(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN_LETTERS)
    return "".join(
        " " if unicodedata.category(letter)[0] in _DIVIDERS else letter
        for letter in letters
        if not unicodedata.combining(letter)
    ).split()
