# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""`bin/test --changed`: the test files that a change can have touched.

`RULES` gives each path its kind; a kind says what runs:

- a test file runs alone, a helper of tests with the files of its folder;
- the rules, the gateway and the simulator run with their own suites, a glue addon with its own
  tests;
- what is inside Odoo is followed by name: a file that others import touches what those define,
  a model touches the tests of its room (the folder below `models/`, `tests/` ...) and the tests
  in Odoo and end to end that name the model or its table;
- versions (`pyproject.toml`, locks), an addon's manifest, and a path without a rule run all.

The gate (`lint`) runs always, and so do the tests that hold the whole repository together
(`ALWAYS`). Use it while working: the whole of `bin/test` decides.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from devkit.imports import find_importers
from devkit.progress import Failure

BASE = "main"
E2E = ("tests/e2e", "tests/simulator")
SOCKETS = ("tests/gateway", "tests/attack")
# The walks through the manual, which build on each other.
WALKS = "tests/walks"
# The tests of `tests/e2e` that run the simulated hotel.
SOAK = ("tests/e2e/test_books.py", "tests/e2e/test_exactly_once.py")
# Tests that any change may break; they take seconds: imports, and names in docs/.
ALWAYS = ("tests/setup/test_docs.py", "tests/setup/test_rooms.py")
ADDON = r"iicharge_odoo\w*"
# (paths, what runs or None for all, whether names are followed); the first that fits counts.
# A place may hold a part of the path, as `\1`.
RULES: tuple[tuple[str, tuple[str, ...] | None, bool], ...] = (
    (r"pyproject\.toml|devkit/locks/.*|\.ci/.*|tests/\w+\.py", None, False),
    (rf"{ADDON}/(?:__manifest__|hooks)\.py", None, False),
    (r"tests/soak/.*", SOAK, False),
    (r"tests/e2e/addons/.*", ("tests/e2e/test_example_pms.py",), False),
    # Shared parts run all their tests: a suite outside Odoo, a room of tests, an addon's tests.
    (rf"(tests/\w+|{ADDON}/tests(?:/\w+)?)/.+", (r"\1",), False),
    (rf"{ADDON}/(?:readme|i18n)/.*|docs/.*|.*\.(?:md|rst|png|svg)", ("tests/setup",), False),
    (r"devkit/(?:odoo_server|browser|testing)\.py", ("tests/setup", *E2E), False),
    (
        r"(?:bin|devkit|benchmarks|hotel_iris)/.*|\.\w[^/]*|eslint.*|LICENSE",
        ("tests/setup",),
        False,
    ),
    (rf"{ADDON}/core/.*", ("tests/core", "tests/gateway"), True),
    (rf"{ADDON}/(?:gateway|service|simulator|cli)/.*", (*SOCKETS, *E2E), True),
    (rf"{ADDON}/static/.*", E2E, True),
    (rf"{ADDON}/.*\.(?:py|xml|csv)", (), True),
)
TEST_FILE = re.compile(r"(?:tests|iicharge_odoo\w*/tests)/(?:.+/)?test_\w+\.py")
BROWSER_TEST = re.compile(r"\b(?:browser_js|start_tour|start_pos_tour|hoot)\b")
SCREEN_TESTS = ("test_views.py", "test_rights.py")
_MODEL = re.compile(r"""_(?:name|inherit)\s*=\s*["']([\w.]+)["']|name="model">([\w.]+)<""")


def list_changes(checkout: Path) -> list[str]:
    """Return the files that differ from where this branch left `main`, with those not committed."""
    base = _git(checkout, "merge-base", BASE, "HEAD").strip()
    rows = _git(checkout, "diff", "--name-only", "--no-renames", "-z", base)
    rows += _git(checkout, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted(set(filter(None, rows.split("\0"))))


def _git(checkout: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=checkout, capture_output=True, text=True)
    if done.returncode:
        raise Failure(
            f"git could not say what has changed: {done.stderr.strip()}",
            f"--changed needs a clone of the repository with its branch {BASE}.",
        )
    return done.stdout


def choose(checkout: Path, changes: Iterable[str]) -> list[str] | None:
    """Return the test files and folders to run for `changes`, below the checkout; None for all."""
    chosen, followed = set(ALWAYS), set()
    for path in changes:
        if TEST_FILE.fullmatch(path):
            chosen.add(path)
            continue
        places, follow = _find_rule(path)
        if places is None:
            return None
        chosen.update(places)
        if follow:
            followed.add(path)
    if followed:
        chosen.update(_follow(checkout, followed))
    existing = {place for place in chosen if (checkout / place).exists()}
    return sorted(place for place in existing if not existing & set(map(str, Path(place).parents)))


def _find_rule(path: str) -> tuple[tuple[str, ...] | None, bool]:
    for pattern, places, follow in RULES:
        if found := re.fullmatch(pattern, path):
            return places and tuple(found.expand(place) for place in places), follow
    return None, False


def _follow(checkout: Path, changed: set[str]) -> Iterator[str]:
    """Yield the tests in Odoo and end to end of what `changed` defines and of what imports it."""
    touched = changed | find_importers(checkout, changed)
    texts = {path: _read(checkout / path) for path in touched}
    names = {name for text in texts.values() for pair in _MODEL.findall(text) for name in pair}
    named = _any_of(names - {""})
    addons = {path.partition("/")[0] for path in changed}
    yield from (f"{addon}/tests" for addon in addons - {"iicharge_odoo"})
    rooms = {part for path in touched for part in Path(path).parts[1:-1]}
    screens = any(path.endswith((".xml", ".csv")) for path in changed)
    scripts = any("/static/" in path for path in changed)
    if screens or scripts:
        yield WALKS
    tests = [
        *checkout.glob("iicharge_odoo*/tests/**/test_*.py"),
        *checkout.glob(f"{E2E[0]}/test_*"),
    ]
    for test in tests:
        relative, text = test.relative_to(checkout), _read(test)
        if (
            rooms & set(relative.parts[2:-1])
            or (screens and test.name in SCREEN_TESTS)
            or (scripts and BROWSER_TEST.search(text))
            or (named and named.search(text))
        ):
            yield str(relative)


def _any_of(names: set[str]) -> re.Pattern | None:
    """Return a pattern that finds a model of `names`, or its table."""
    if not names:
        return None
    words = "|".join(re.escape(name).replace(r"\.", "[._]") for name in sorted(names))
    return re.compile(rf"(?<![\w.])(?:{words})(?!\w)")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
