# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The rule books of docs/ agree with the code: rows, tests, functions, files and links."""

import ast
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from devkit import project
from iicharge_odoo.core import jsontext

DOCS = [project.CHECKOUT / "README.md", *sorted((project.CHECKOUT / "docs").glob("*.md"))]
NUMBERED = {"chargers": 52, "room-charges": 20, "tariffs": 10}
TEXTS = (".py", ".js", ".mjs", ".xml", ".md", ".toml", ".yaml", ".sh")

_COMMENT_BREAK = re.compile(r"\n[ \t]*(?:#|//|\*)?[ \t]*")
_CITATION = re.compile(
    r"docs/([a-z-]+)\.md(?:,? (?:rows?|rules?) (\d+(?:(?:, | to | and |, and )\d+)*))?"
)
_OLD_NAME = re.compile(r"\b(?:CHARGERS|ROOM_CHARGES|TARIFFS)(?:\.md|\b(?=,? (?:rows?|rules?)\b))")
_HEADING = re.compile(r"^### (?:Row|Rule) (\d+)\. ", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
# A file with what is named in it after a colon, or a folder.
_PLACE = re.compile(
    r"((?:[\w.-]+/)*[\w.-]+\.(?:py|js|json|xml|md|toml|csv)|(?:[\w.-]+/){2,})(?::([\w.]+))?"
)
_MENU = re.compile(r"\*([^*]+(?: > [^*]+)+)\*")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@cache
def tracked_texts():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=project.CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.splitlines() if name.endswith(TEXTS)]
    paths = [project.CHECKOUT / name for name in names]
    return [path for path in paths if path.exists() and path != Path(__file__)]


def find_citations(text):
    """Return (book, number) for each row or rule cited; (book, None) for a book alone."""
    found = []
    for book, numbers in _CITATION.findall(_COMMENT_BREAK.sub(" ", text)):
        for part in re.split(r", and |, | and ", numbers):
            first, _, last = part.partition(" to ")
            wanted = range(int(first), int(last or first) + 1) if first else [None]
            found += [(book, number) for number in wanted]
    return found


@cache
def numbers_of(book):
    text = (project.CHECKOUT / f"docs/{book}.md").read_text(encoding="utf-8")
    return [int(number) for number in _HEADING.findall(text)]


@cache
def names_in(path):
    """Yield the functions and classes of a Python file, methods also as `Class.method`."""

    def walk(node, prefix):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield child.name
                yield prefix + child.name
                yield from walk(child, f"{prefix}{child.name}.")

    tree = ast.parse((project.CHECKOUT / path).read_text(encoding="utf-8"))
    return frozenset(walk(tree, ""))


def find_absent(text):
    """Return the files, functions and tests named in `text` that do not exist.

    A test belongs to the file named last before it in the same paragraph, item or row.
    """
    absent, path = [], None
    for row in text.splitlines():
        if not row or row.startswith(("- ", "| ", "#")):
            path = None
        for code in _CODE.findall(row):
            place = _PLACE.fullmatch(code)
            if place and "/" in code:
                path, name = place.groups()
                if not (project.CHECKOUT / path).exists():
                    absent.append(path)
                    path = None
                elif name and name not in names_in(path):
                    absent.append(code)
            elif code.startswith("test_") and (path is None or code not in names_in(path)):
                absent.append(f"{path}: {code}")
    return absent


def list_menus():
    """Yield the paths through the addons' menus from any menu down, as `Reporting > Analysis`."""
    menus = {
        menu.get("id"): menu
        for addon in project.ADDONS
        for file in (project.CHECKOUT / addon / "views").glob("iicharge_menus.xml")
        for menu in ElementTree.parse(file).getroot().iter("menuitem")
    }
    for menu in menus.values():
        path = menu.get("name")
        yield path
        while (menu := menus.get((menu.get("parent") or "").rpartition(".")[2])) is not None:
            path = f"{menu.get('name')} > {path}"
            yield path


def sections_of(path):
    return re.split(r"^(?=#{2,3} )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(docs/chargers.md rows 6 and 7)", [("chargers", 6), ("chargers", 7)]),
        ("# docs/tariffs.md\n    # rule 7;", [("tariffs", 7)]),
        ("docs/chargers.md rows 1, 3 to 4", [("chargers", 1), ("chargers", 3), ("chargers", 4)]),
        ("see docs/ocpp.md.", [("ocpp", None)]),
    ],
)
def test_citation_is_found(text, expected):
    assert find_citations(text) == expected


def test_citation_names_a_book_and_a_row_of_it():
    found = [
        (str(path.relative_to(project.CHECKOUT)), book, number)
        for path in tracked_texts()
        for book, number in find_citations(path.read_text(encoding="utf-8"))
    ]
    assert {book for _path, book, _number in found} >= set(NUMBERED)
    wrong = [
        (path, book, number)
        for path, book, number in found
        if not (project.CHECKOUT / f"docs/{book}.md").exists()
        or (number is not None and number not in numbers_of(book))
    ]
    assert wrong == []


def test_citation_of_a_book_outside_the_repository_is_absent():
    found = [
        (str(path.relative_to(project.CHECKOUT)), name)
        for path in tracked_texts()
        for name in _OLD_NAME.findall(_COMMENT_BREAK.sub(" ", path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("book", NUMBERED)
def test_numbers_are_complete_and_each_is_there_once(book):
    assert sorted(numbers_of(book)) == list(range(1, NUMBERED[book] + 1))


@pytest.mark.parametrize("book", NUMBERED)
def test_row_names_its_tests_or_is_open(book):
    path = project.CHECKOUT / f"docs/{book}.md"
    silent = [
        section.splitlines()[0]
        for section in sections_of(path)
        if _HEADING.match(section) and not re.search(r"^- (Tests|Open): ", section, re.MULTILINE)
    ]
    assert silent == []


def test_absent_file_function_and_test_are_found():
    here = "tests/setup/test_docs.py"
    text = (
        f"`{here}:find_absent`\n  `test_nothing`\n- `{here}:missing` `no/such.py`\n- `test_alone`"
    )
    assert find_absent(text) == [
        f"{here}: test_nothing",
        f"{here}:missing",
        "no/such.py",
        "None: test_alone",
    ]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_files_functions_and_tests_named_exist(path):
    assert find_absent(path.read_text(encoding="utf-8")) == []


def test_sums_of_the_tariff_book_are_those_of_the_golden_files():
    text = (project.CHECKOUT / "docs/tariffs.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| ([\d.]+) / ([\d.]+) \| `(tests/core/\S+\.json)` \|", text)
    assert rows
    for untaxed, taxed, name in rows:
        case = jsontext.loads((project.CHECKOUT / name).read_text(encoding="utf-8"))
        said = [Decimal(untaxed), Decimal(taxed)]
        assert [Decimal(total) for total in case["expected"]["total_cost"]] == said, name


def test_menu_that_a_manual_names_exists():
    menus = set(list_menus())
    tops = {path.partition(" > ")[0] for path in menus if " > " in path}
    named = {
        (str(path.relative_to(project.CHECKOUT)), menu)
        for path in tracked_texts()
        if path.suffix == ".md"
        for menu in _MENU.findall(" ".join(path.read_text(encoding="utf-8").split()))
        if menu.partition(" > ")[0] in tops
    }
    assert named
    assert {(path, menu) for path, menu in named if menu not in menus} == set()


@pytest.mark.parametrize(
    "path",
    [path for path in tracked_texts() if path.suffix == ".md"],
    ids=lambda path: str(path.relative_to(project.CHECKOUT)),
)
def test_link_to_a_file_leads_somewhere(path):
    links = _LINK.findall(path.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (path.parent / link).exists()] == []
