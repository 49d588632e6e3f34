# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The steps of the manual, and which of them no machine can walk.

A step is a numbered item, a bullet or a paragraph. It is named by its chapter, its headings and
its own beginning, without the marks of emphasis:

    CONFIGURE: Technician: Chargers: 1. EV Charging > Chargers > Chargers: add a charger …

A walk names the steps that it walks by `walks` and a beginning of such names. One beginning may
stand for all paragraphs of a heading, but each item is named.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
# Chapter: file, and the headings that count (all where there are none).
CHAPTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "README": ("README.md", ("Add it to your own Odoo 19", "Point a real charger at it")),
    "CONFIGURE": ("iicharge_odoo/readme/CONFIGURE.md", ()),
    "USAGE": ("iicharge_odoo/readme/USAGE.md", ()),
    "SMS CONFIGURE": ("iicharge_odoo_sms/readme/CONFIGURE.md", ()),
    "SMS USAGE": ("iicharge_odoo_sms/readme/USAGE.md", ()),
}
# Steps without a walk, by a beginning of their name: why.
_TOURS = "a register is walked by the tours of tests/e2e/test_pos_*.py, in the same browser"
NOT_WALKED = {
    "USAGE: Home: Times on Home": "says whose clock is shown, there is nothing to do",
    "README: Add it to your own Odoo 19: 1. Put": "a command; bin/ does so for this suite",
    "README: Add it to your own Odoo 19: 2. Install": "a command; tests/setup compares the bounds",
    "README: Add it to your own Odoo 19: 3. Country": "pages of Odoo's own, of administrators",
    "README: Add it to your own Odoo 19: 4. odoo -d": "a command; bin/ runs it for this suite",
    "README: Point a real charger at it: 1.": "the machine's network",
    "README: Point a real charger at it: No charger at hand?": "a command, run by"
    " tests/simulator/test_simulator_command.py",
    "README: Point a real charger at it: (With your own Odoo": "the same command",
    "CONFIGURE: Integrator: The gateway: 2.": "a proxy on the machine",
    "README: Add it to your own Odoo 19: With workers": "a line of Odoo's configuration",
    "CONFIGURE: Integrator: The gateway: - In Odoo": "servers of tests/e2e/test_homes.py",
    "CONFIGURE: Integrator: The gateway: - In a process": "the same",
    "CONFIGURE: Integrator: The gateway: Where It Runs": "the same",
    "CONFIGURE: Integrator: The gateway: Chargers may have": "limits of the machine",
    "CONFIGURE: Integrator: Stays: 2.": "names another manual, for programmers",
    "CONFIGURE: Integrator: Other systems": "names what other steps enter, for programs",
    "CONFIGURE: Accountant: Products, accounts, taxes: 3.": "Odoo's own page of administrators",
    "USAGE: Integrator": "an interface for programs: iicharge_odoo/tests/test_external_api.py",
    "USAGE: Front desk: At the register": _TOURS,
    "USAGE: Front desk: At the register: -": _TOURS,
    "USAGE: Front desk: Start with a guest's card": _TOURS,
    "USAGE: Front desk: Take payment": _TOURS,
    "USAGE: Front desk: Let guests start by themselves: 7.": "tests/e2e/test_guest_tap.py, in a"
    " browser and with a charger whose reader takes a card",
    "SMS CONFIGURE: Manager: 1.": "a page of Odoo's own, of administrators, and a paid account",
    "SMS CONFIGURE: Manager: 3.": "a page of Odoo's own, of administrators",
    "SMS CONFIGURE: Manager: Odoo's Python": "a package on the machine",
    "SMS USAGE: Front desk: - A guest who wants no SMS": "a page of Odoo's own, of administrators;"
    " iicharge_odoo_sms/tests/test_sms_limits.py has such a number",
    "SMS USAGE: Limits": "says how many, there is nothing to do; tested by"
    " iicharge_odoo_sms/tests/test_sms_limits.py",
}
_EMPHASIS = re.compile(r"\[([^]]*)\]\([^)]*\)|[*`]")


@dataclass(frozen=True)
class Step:
    """A step of the manual.

    :param heading: chapter and headings, separated by ": "
    :param text: its own text
    :param is_item: it is an item of a list
    """

    heading: str
    text: str
    is_item: bool

    @property
    def name(self) -> str:
        return f"{self.heading}: {self.text}"

    def is_named_by(self, beginning: str) -> bool:
        """Check whether a beginning of a name stands for this step."""
        is_long_enough = not self.is_item or len(beginning) > len(f"{self.heading}: ")
        return is_long_enough and self.name.startswith(beginning)


def read_steps() -> list[Step]:
    """Return the steps of all chapters, in their order."""
    return [
        step
        for chapter, (path, headings) in CHAPTERS.items()
        for step in split_steps(chapter, (CHECKOUT / path).read_text(encoding="utf-8"), headings)
    ]


def split_steps(chapter: str, text: str, headings: tuple[str, ...] = ()) -> Iterator[Step]:
    """Yield the steps of a chapter's text, below some headings (which name them) or all."""
    above: dict[int, str] = {}
    for block in re.split(r"\n\s*\n", _without_code(text)):
        for part in re.split(r"\n(?=(?:-|\d+\.) )", block.strip()):
            if part.startswith("#"):
                marks, _, title = part.partition(" ")
                above = {level: title for level, title in above.items() if level < len(marks)}
                above[len(marks)] = plain(title)
            elif part and not part.startswith(("![", "|")):
                titles = list(above.values())
                first = next((n for n, title in enumerate(titles) if title in headings), None)
                if not headings or first is not None:
                    name = ": ".join([chapter, *titles[first or 0 :]])
                    yield Step(name, plain(part), _is_item(part))


def _is_item(part: str) -> bool:
    return bool(re.match(r"(?:-|\d+\.) ", part))


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def plain(text: str) -> str:
    """Return a text on one line, without emphasis and the targets of links."""
    return " ".join(_EMPHASIS.sub(r"\1", text).split())


def walks(*_beginnings: str) -> Callable:
    """Mark a test as the walk of steps, by the beginnings of their names."""
    return lambda test: test
