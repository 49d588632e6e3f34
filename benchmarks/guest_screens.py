# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Pictures of each state of the guest's page and of the portal, on a phone, a tablet and a laptop.

They are put into `.iicharge/screens/guest`, one after the other as the tests of these states show
them (`tests/e2e/guest_states.py`). `IICHARGE_SCREENS_SCHEME=light,dark` takes them in dark colours,
too; `IICHARGE_SCREENS_SCENES` names some of the scenes, separated by commas;
`IICHARGE_SCREENS_LANG=de` takes those of a phone in that language, too, where the page has an
address (what a form answers has none).
"""

import os
import time
from pathlib import Path

from devkit import bare, project
from devkit.testing import Site

DATABASE = "companions"

SIZES = ((360, 640), (768, 1024), (1280, 800))
SCREENS = project.CHECKOUT / ".iicharge/screens/guest"
# The page redraws for another size.
DRAW_S = 0.3
_LAY_BAR = """
document.querySelectorAll(".act").forEach((bar) => { bar.style.position = "static"; })
"""


def run():
    """Take all pictures. Those of pages that are too wide are named."""
    bare.register()
    from tests.e2e.test_guest_states import PREPAID_SCENES, SCENES, open_stage

    SCREENS.mkdir(parents=True, exist_ok=True)
    schemes = os.environ.get("IICHARGE_SCREENS_SCHEME", "light").split(",")
    wanted = os.environ.get("IICHARGE_SCREENS_SCENES", "").split(",")
    log = Path(Site.from_environment().filestore).parent / "bench.log"
    lang = os.environ.get("IICHARGE_SCREENS_LANG", "")
    camera = Camera(schemes, lang)
    for scene in SCENES | PREPAID_SCENES:
        if wanted == [""] or scene.__name__ in wanted:
            with open_stage(scene, log) as stage:
                if lang:
                    _add_language(stage.admin, lang)
                for shown in scene(stage):
                    camera.shoot(stage.browser, shown if isinstance(shown, str) else shown[0])
    return {"folder": str(SCREENS), "pictures": camera.count, "too_wide": camera.too_wide}


def _add_language(admin, lang):
    domain = [["url_code", "=", lang], ["active", "in", [True, False]]]
    found = admin.call("res.lang", "search", domain)
    wizard = admin.call("base.language.install", "create", {"lang_ids": [[6, 0, found]]})
    admin.call("base.language.install", "lang_install", [wizard])


class Camera:
    """Camera that takes each picture of a page, as long as it is, in all sizes."""

    def __init__(self, schemes, lang=""):
        self.count = 0
        self.too_wide = []
        self._schemes = schemes
        self._lang = lang

    def shoot(self, browser, name):
        if self._lang:
            browser.act(lambda page: self._shoot_in_language(page, name))
        # the bar at the bottom of the screen would lie across a picture of the whole page
        browser.evaluate(_LAY_BAR)
        for scheme in self._schemes:
            browser.act(lambda page, scheme=scheme: page.emulate_media(color_scheme=scheme))
            for width, height in SIZES:
                browser.resize(width, height)
                time.sleep(DRAW_S)
                path = SCREENS / f"{name}-{scheme}-{width}.png"
                browser.act(lambda page, path=path: page.screenshot(path=path, full_page=True))
                self.count += 1
                root = "document.documentElement"
                if browser.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
                    self.too_wide.append(path.name)
        browser.resize(*SIZES[0])

    async def _shoot_in_language(self, page, name):
        """Take the page in another language, as another phone with the same log-in shows it."""
        address = await self._find_address(page)
        if not address:
            return
        width, height = SIZES[0]
        context = await page.context.browser.new_context(
            viewport={"width": width, "height": height},
            storage_state=await page.context.storage_state(),
        )
        other = await context.new_page()
        await other.goto(address)
        await other.evaluate(_LAY_BAR)
        for scheme in self._schemes:
            await other.emulate_media(color_scheme=scheme)
            path = SCREENS / f"{name}-{scheme}-{self._lang}.png"
            await other.screenshot(path=path, full_page=True)
            self.count += 1
        await context.close()

    async def _find_address(self, page):
        if "/my/charging" in page.url or "/my/home" in page.url:
            return page.url.replace("/my/", f"/{self._lang}/my/", 1)
        link = page.locator(f".menu a[lang={self._lang}]")
        return await link.evaluate("(found) => found.href") if await link.count() else ""
