// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { registry } from "@web/core/registry";

// The charger's side is played by whoever starts this tour: tests/e2e/test_pos_card.py.
const DIALOG = ".modal:not(.o_inactive_modal)";
const SCREEN = ".o_iicharge_charging_screen";

function see(content, trigger) {
    return { content, trigger };
}

function click(content, trigger) {
    return { content, trigger, run: "click" };
}

/** A reader types the number like a keyboard, faster than anybody could. */
function tap(content, trigger, number) {
    return {
        content,
        trigger,
        run() {
            for (const key of [...number, "Enter"]) {
                document.body.dispatchEvent(
                    new window.KeyboardEvent("keydown", { key, bubbles: true }),
                );
            }
        },
    };
}

registry.category("web_tour.tours").add("iicharge_card", {
    steps: () => [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        tap("Tap an unknown card", `${SCREEN} .o_iicharge_tile`, "WHO-1"),
        see(
            "It is not known, and what to do",
            `${DIALOG} .o_iicharge_refusal[data-code=card_unknown]`,
        ),
        see("The ways on", `${DIALOG} .o_iicharge_for_room:not(:disabled)`),
        click("Give it to a guest", `${DIALOG} .o_iicharge_give`),
        click(
            "Of a stay in house",
            `${DIALOG} .o_iicharge_card_give .o_iicharge_stay:contains('102')`,
        ),
        see("It is theirs", `${DIALOG} .o_iicharge_holder:contains('102')`),
        click("They have lost it", `${DIALOG} .o_iicharge_card_lost`),
        see("It starts nothing any more", `${DIALOG} .o_iicharge_lost`),
        tap("Tap the right one", `${DIALOG} .o_iicharge_lost`, "STAFF1"),
        see("Whose it is", `${DIALOG} .o_iicharge_holder:contains('Staff')`),
        see("What it costs there", `${DIALOG} .o_iicharge_offer:contains('kWh')`),
        click("The car's connector", `${DIALOG} .o_iicharge_offer:contains('Garage 4 · 1')`),
        see("Whose start it is", `${DIALOG} .o_iicharge_payer:contains('Staff')`),
        click("Start", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        see("It charges", `${DIALOG} .o_iicharge_charging`),
        click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
        see(
            "The tile says staff",
            `${SCREEN} .o_iicharge_tile[data-state=charging]:contains('Staff')`,
        ),
        click("Another connector", `${SCREEN} .o_iicharge_tile:contains('Garage 4 · 2')`),
        tap(
            "Tap a card where it is asked who pays",
            `${DIALOG} .o_iicharge_stay_finder`,
            "VISITOR1",
        ),
        see("Whose it is", `${DIALOG} .o_iicharge_payer:contains('Vera Visser')`),
        see("It has no limit of its own", `${DIALOG}:not(:has([data-limit]))`),
        click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
    ],
});
