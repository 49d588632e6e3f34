# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Pictures of each state of the guest's page and of the portal, on a phone, a tablet and a laptop.

They are put into `.iicharge/screens/guest`, one after the other as the tests of these states show
them (`tests/e2e/guest_states.py`). `IICHARGE_SCREENS_SCHEME=light,dark` takes them in dark colours,
too; `IICHARGE_SCREENS_SCENES` names some of the scenes, separated by commas.
"""

import os
import time
from pathlib import Path

from devkit import bare, project
from devkit.testing import Site

DATABASE = "hotel"

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
    from tests.e2e.test_guest_states import SCENES, open_stage

    SCREENS.mkdir(parents=True, exist_ok=True)
    schemes = os.environ.get("IICHARGE_SCREENS_SCHEME", "light").split(",")
    wanted = os.environ.get("IICHARGE_SCREENS_SCENES", "").split(",")
    log = Path(Site.from_environment().filestore).parent / "bench.log"
    camera = Camera(schemes)
    for scene in SCENES:
        if wanted == [""] or scene.__name__ in wanted:
            with open_stage(scene, log) as stage:
                for shown in scene(stage):
                    camera.shoot(stage.browser, shown if isinstance(shown, str) else shown[0])
    return {"folder": str(SCREENS), "pictures": camera.count, "too_wide": camera.too_wide}


class Camera:
    """Camera that takes each picture of a page, as long as it is, in all sizes."""

    def __init__(self, schemes):
        self.count = 0
        self.too_wide = []
        self._schemes = schemes

    def shoot(self, browser, name):
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
