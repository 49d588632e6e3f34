# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What keeps people from using a page: axe-core's findings, and pages wider than the phone.

A page is looked at in light and dark colours, from left to right and from right to left, with what
unfolds closed and open.
"""

import os
from functools import cache
from pathlib import Path

from devkit.javascript import modules

# (colours, direction, whether what unfolds is open)
VIEWS = (
    ("light", "ltr", False),
    ("dark", "ltr", True),
    ("light", "rtl", True),
    ("dark", "rtl", False),
)
# The narrowest phone; and the size of the others.
NARROW = (320, 640)
PHONE = (360, 640)
_SET = """
([direction, isOpen]) => {
    document.documentElement.dir = direction;
    for (const details of document.querySelectorAll("main details")) {
        details.open = isOpen;
    }
}
"""
_RUN = """
async (place) => {
    const { violations } = await axe.run(place, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
"""
# Elements that reach out of the page; it scrolls sideways then.
_WIDE = """
() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll("main *, .act *")].filter((each) => {
        const { left, right } = each.getBoundingClientRect();
        return left < -1 || right > root.clientWidth + 1;
    }).slice(0, 5).map((each) => `wide: <${each.localName} class="${each.className}">`)
    .concat(`wide: ${root.scrollWidth} of ${root.clientWidth} px`);
}
"""


@cache
def read_axe():
    """Return axe-core's script."""
    path = modules(Path(os.environ["IICHARGE_CACHE"])) / "axe-core/axe.min.js"
    return path.read_text(encoding="utf-8")


def find_faults(browser, place="html"):
    """Return what is wrong with the page that is shown: ["dark rtl: rule: element: reason"].

    The page stays as it was, but for its size, which is a phone's.

    :param browser: a `devkit.browser.Browser`
    :param place: selector of the part that is ours
    """
    faults = browser.act(lambda page: _find_faults(page, place))
    browser.resize(*PHONE)
    return faults


async def _find_faults(page, place):
    was = await page.evaluate(
        "[document.documentElement.dir, "
        "[...document.querySelectorAll('main details')].map((each) => each.open)]"
    )
    # a policy of the page forbids scripts inside, but not what is evaluated from outside
    await page.evaluate(read_axe())
    faults = []
    for scheme, direction, is_open in VIEWS:
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate(_SET, [direction, is_open])
        await page.set_viewport_size(dict(zip(("width", "height"), PHONE, strict=True)))
        found = await page.evaluate(_RUN, place)
        await page.set_viewport_size(dict(zip(("width", "height"), NARROW, strict=True)))
        found += await page.evaluate(_WIDE)
        faults += [f"{scheme} {direction}: {fault}" for fault in found]
    await page.emulate_media(color_scheme="light")
    await page.evaluate(
        "([dir, open]) => { document.documentElement.dir = dir;"
        " document.querySelectorAll('main details').forEach((each, i) => each.open = open[i]); }",
        was,
    )
    return faults
