# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The check of words finds them in comments and docstrings, and nowhere else."""

from functools import cache

import polib
import pytest

from devkit import project, translations, words

PYTHON = '''"""Who is told of it."""
NAME = "forgotten"  # nobody reads it


def tell(till):
    """Return `till`.

    It ends by itself.
    """
    return "SELECT * FROM till"
'''
JAVASCRIPT = """/** Stands beside the tile. */
const desk = "the desk"; // asked anew
"""


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.py", PYTHON, [(1, "told"), (2, "nobody"), (8, "by itself")]),
        ("a.js", JAVASCRIPT, [(1, "beside"), (2, "anew")]),
        ("a.xml", "<a>\n<!-- at the till -->\n<b>till</b></a>", [(2, "till")]),
        ("a.py", "# the front desk; until; besides; foretell\n", []),
    ],
)
def test_words_are_found_in_comments_only(name, text, found):
    assert list(words.find(name, text)) == found


@pytest.mark.parametrize("word", ["Nobody's", "tell", "forgotten", "tills", "the desk"])
def test_each_word_has_one_to_write_instead(word):
    assert words.suggest(word)


@pytest.mark.parametrize("addon", project.ADDONS)
def test_texts_of_screens_hold_none_that_was_misread(addon):
    template, paths = translations.files(addon)
    found = {
        text: instead
        for entry in polib.pofile(str(template))
        for language, text in _get_texts(entry, paths)
        if (instead := words.find_on_screen(text, language))
    }
    assert found == {}


def _get_texts(entry, paths):
    """Yield the text and its translations: (language, text)."""
    yield "en", entry.msgid
    for path in paths:
        if path.stem in words.ON_SCREENS:
            found = _read(path).get(entry.msgid)
            yield path.stem, found or ""


@cache
def _read(path):
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Look Up", "en"),
        ("Post by Itself", "en"),
        ("Nothing that ended until %(day)s waits to be invoiced.", "en"),
        ("Hold the token to the charger", "en"),
        ("1 differences", "en"),
        ("Ein Token", "de"),
        ("Jeton lu", "fr"),
    ],
)
def test_text_that_was_misread_is_found(text, language):
    assert words.find_on_screen(text, language)


@pytest.mark.parametrize(
    "text",
    ["%(who)s lets %(token)s charge", "Look at the session", "1 session", "for parentIdToken"],
)
def test_text_that_is_read_right_stays(text):
    assert words.find_on_screen(text) is None
