# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Find words that comments and docstrings avoid, and suggest what to write instead.

The list is short on purpose: it holds what came back most often, not all that good style asks
for (see `devkit/README.md`). Only comments and docstrings are read, so that names, SQL and texts
of the interface may hold what they have to.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from devkit import project

INSTEAD = {
    r"anew": "again",
    r"nobody(?:'s)?": "the subject: not used, not written by hand, unknown",
    r"stumbl\w+": "fail, error",
    r"told|tells?|telling": "send, report, notify, show, return",
    r"spoken for": "reserved",
    r"by (?:itself|themselves)": "automatically, alone",
    r"forg[eo]t(?:s|ten)?": "anonymize, drop, clear",
    r"tills?": "register",
    r"(?:the|a) desk": "front desk",
    r"beside": "next to, with, other than",
}
"""Pattern of a word -> what to write instead."""
# Patterns of texts on screens, papers and in mails, by language -> what to write instead. They are
# what a person at the desk has misread, or two words for one thing.
ON_SCREENS = {
    "en": {
        r".*\bit starts a charger\b": "Ready to charge",
        r"look(?: up)?": "Open",
        r"it goes to\b.*": "Sent to",
        r"why it was decided so": "Decision reason",
        r"post by itself": "Post automatically",
        r"how the sum came about": "Price breakdown",
        r"what it says of itself": "Reported by charger",
        r"nothing that ended until\b.*": "Nothing to invoice up to",
        r"to be settled": "To be paid",
        r".*\btokens?\b": "charging card",
        r".*\butili[sz]ation\b": "in use",
        r".*\blet in\b": "accept",
        r".*(?<![.\d])1 [a-z]{3,}s\b": "a text of its own for one of them",
        r".*(?<!hotel )\bfolios?\b": "room bill",
        r".*\bcompany contracts?\b": "company account",
        r".*\bdesired states?\b": "repeated command",
        r".*\blet (?:go|\w+ go|your money go)\b": "release",
        r".*\bgiven? (?:the connector )?free and\b": "release",
        r".*\b[wW]e find you\b": "we will find you",
        r"where it is": "On bill",
        r"asked for": "Command",
        r"what must be": "Goal",
    },
    "de": {
        r".*\b(?:Lade-?)?Tokens?\b": "Ladekarte",
        r".*\b(?:Der|der|den|am) Empfang\b(?!s)": "Rezeption",
        r".*\bBeanstandung": "Reklamation",
        r".*\b[Vv]erspätete Belastung": "Nachbelastung",
        r".*\bLadegerät": "Ladestation",
        r".*\bLadepunkt": "Anschluss",
        r".*\b(?:Manager|Führungskr)": "Leitung",
        r".*\b[Ll]aufg[aä]st": "Laufkundschaft",
        r".*\b(?:an|ab)(?:ge)?steck(?:en|t)\b": "einstecken, ausstecken",
        r".*\bBatterie\b": "Akku",
        r".*\b1 (?:Minuten|Tage|Stunden|Unterschiede|Ladevorgänge|Messwerte)\b": "die Einzahl",
    },
    "fr": {r".*\bjetons?\b": "carte de recharge"},
    "es": {r".*\btokens?\b": "tarjeta de recarga", r".*\bpuntos? de recarga\b": "cargador"},
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\b\w*IdToken\b")
_WORD = re.compile(rf"(?<![`\w])(?:{'|'.join(INSTEAD)})(?![`\w])", re.IGNORECASE)
_JS_COMMENT = re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/|<!--.*?-->", re.DOTALL)
_STATEMENT_BEGINS = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
_SUFFIXES = (".js", ".scss", ".xml")
_SELF = ("devkit/words.py", "tests/setup/test_words.py")


def find(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a file that are to be replaced: (line, word).

    :param name: of the file; its suffix says how comments are written
    """
    for line, part in _python(text) if name.endswith(".py") else _other(text):
        for match in _WORD.finditer(part):
            yield line + part.count("\n", 0, match.start()), match[0]


def _python(text: str) -> Iterator[tuple[int, str]]:
    before = tokenize.ENCODING
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_docstring = token.type == tokenize.STRING and before in _STATEMENT_BEGINS
        if is_docstring or token.type == tokenize.COMMENT:
            yield token.start[0], token.string
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.type


def _other(text: str) -> Iterator[tuple[int, str]]:
    for match in _JS_COMMENT.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[0]


def find_on_screen(text: str, language: str = "en") -> str | None:
    """Return what to write instead of a text of the interface; None: it may stay.

    :param text: one msgid, or its translation, with placeholders and markup
    """
    shown = _PLACEHOLDER.sub("%", text).strip()
    for pattern, instead in ON_SCREENS[language].items():
        whole = pattern if pattern.startswith(".*") else rf"{pattern}[.!]?$"
        if re.match(whole, shown, re.IGNORECASE | re.DOTALL):
            return instead
    return None


def suggest(word: str) -> str:
    """Return what to write instead of a word that was found."""
    return next(text for pattern, text in INSTEAD.items() if re.fullmatch(pattern, word, re.I))


def _files() -> Iterator[Path]:
    for folder in (*project.ADDONS, "benchmarks", "devkit", "hotel_iris", "tests"):
        for path in sorted((project.CHECKOUT / folder).rglob("*")):
            hidden = {"lib", "node_modules", "__pycache__"} & set(path.parts)
            if not hidden and path.suffix in (".py", *_SUFFIXES):
                yield path


def main() -> int:
    """Print what was found, a line each; return how many files need a change."""
    wanting = 0
    for path in _files():
        name = path.relative_to(project.CHECKOUT).as_posix()
        found = [] if name in _SELF else list(find(name, path.read_text(encoding="utf-8")))
        wanting += bool(found)
        for line, word in found:
            print(f"{name}:{line}: “{word}”: {suggest(word)}")
    return wanting


if __name__ == "__main__":
    sys.exit(bool(main()))
