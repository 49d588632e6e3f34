# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The check of words finds them in comments and docstrings, and nowhere else."""

import pytest

from devkit import words

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
