# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""No state of the guest's page keeps anybody from using it: axe-core finds nothing in light and
dark colours, from left to right and from right to left, and no phone has to scroll sideways."""

from contextlib import contextmanager

import pytest

from devkit.browser import Browser
from devkit.odoo_server import OdooServer
from devkit.testing import Site

from . import guest_states, guest_states_more, guest_states_prepaid
from .axe import PHONE, find_faults
from .guest_states import Stage
from .test_card_payment import PROVIDER

# Each scene with the states that it shows.
SCENES = {
    guest_states.show_places: (
        "locator locator-wrong-code board sign-old link-ended blocked blocked-sent"
    ),
    guest_states.show_connectors: (
        "sign sign-battery sign-sum sign-until sign-estimated sign-charging sign-faulted"
        " sign-offline"
    ),
    guest_states.name_the_room: "room room-wrong room-locked",
    guest_states.start_in_trouble: ("starting not-answered refused plug-in too-late cancelled"),
    guest_states.charge_for_room: (
        "waiting live live-battery live-offline limit limit-wrong live-limit full stop stopping"
        " receipt rated receipt-sent disputed"
    ),
    guest_states.check_the_sum: "review end",
    guest_states.charge_for_nothing: "free free-plug-in",
    guest_states_more.hold_a_card: "tap tap-wait tap-live tap-done",
    guest_states_more.hold_a_card_in_vain: "tap-contested tap-too-late tap-not-shown",
    guest_states_more.wait_in_line: (
        "sign-full wait-join wait-wrong wait-in-line wait-passed wait-offered sign-kept-for-me"
        " sign-kept wait-expired"
    ),
    guest_states_more.leave_the_line: "wait-left wait-claimed",
    guest_states_more.pay_by_company: (
        "account sign-company company company-receipt portal portal-company portal-data"
    ),
    guest_states_more.pay_by_card: (
        "card card-form card-declined card-waiting card-expired card-settled"
    ),
    guest_states_more.type_a_sum: "card-other-sum card-wrong-sum",
}
# Those of the glue for loyalty programs.
PREPAID_SCENES = {
    guest_states_prepaid.show_offers: (
        "sign-offer locator-offer board-offer register-offer sign-offer-over"
    ),
    guest_states_prepaid.charge_by_prepaid_card: (
        "prepaid prepaid-wrong prepaid-plug-in prepaid-live prepaid-limit prepaid-receipt"
    ),
    guest_states_prepaid.keep_the_rest: "card-rest card-rest-receipt",
    guest_states_prepaid.look_into_the_portal: "portal-guest portal-guest-data sign-not-a-member",
}
WITH_PROVIDER = (
    guest_states_more.pay_by_card,
    guest_states_more.type_a_sum,
    guest_states_prepaid.keep_the_rest,
)


_BAD_PAGE = """
document.documentElement.lang = "en", document.title = "A page",
document.body.innerHTML = `<main><h1>A page</h1><input>
<p style="color: #ccc; background: #fff">Pale</p>
<div style="inline-size: 900px">Wide</div></main>`
"""


@contextmanager
def open_stage(scene, log):
    """Start Odoo, a charger and a phone for one scene. Yield a `Stage`."""
    site = Site.from_environment()
    server = OdooServer(site, f"e2e_{scene.__name__}", log)
    if scene in WITH_PROVIDER:
        server.shell(PROVIDER)
    server.start()
    try:
        with Browser(*PHONE) as browser:
            stage = Stage(server, browser)
            try:
                yield stage
            finally:
                stage.close()
    finally:
        # Odoo's own pages keep websockets open, for which its end may wait longer than `stop` does
        server.kill()
        site.drop_database(server.database)


def look(scene, stage):
    """Look at each state of a scene. :return: ([name of the state], [what is wrong])"""
    seen, faults = [], []
    for shown in scene(stage):
        name, place = shown if isinstance(shown, tuple) else (shown, "html")
        seen.append(name)
        found = [f"{name}: {fault}" for fault in find_faults(stage.browser, place)]
        # seen also where the scene fails later
        print(*found, sep="\n")
        faults += found
    return seen, faults


@pytest.mark.parametrize(
    "scene",
    [
        *SCENES,
        *(pytest.param(one, marks=pytest.mark.companions_only) for one in PREPAID_SCENES),
    ],
    ids=lambda scene: scene.__name__,
)
def test_state_keeps_nobody_from_using_it(scene, tmp_path):
    with open_stage(scene, tmp_path / "odoo.log") as stage:
        seen, faults = look(scene, stage)
    assert seen == (SCENES | PREPAID_SCENES)[scene].split()
    assert not faults, "\n".join(faults)


def test_faults_are_found():
    """What is looked at can fail: a control without a name, pale text, and a page too wide."""
    with Browser(*PHONE) as browser:
        browser.evaluate(_BAD_PAGE)
        faults = "\n".join(find_faults(browser))
    for found in ("label: ", "color-contrast: ", "wide: "):
        for view in ("light ltr", "dark ltr", "light rtl", "dark rtl"):
            assert f"{view}: {found}" in faults
