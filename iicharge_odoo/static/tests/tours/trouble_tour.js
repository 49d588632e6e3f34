import { registry } from "@web/core/registry";

import {
    click,
    CLOSE,
    countTaps,
    DIALOG,
    openStart,
    see,
    SCREEN,
    stop,
    SUM,
    tile,
} from "./charging_steps";

const tours = registry.category("web_tour.tours");
const WALK_IN = click("Walk-in", `${DIALOG} .o_iicharge_walk_in`);
const LOST = `${DIALOG} [data-phase=lost]:contains('No connection to the server')`;
const TRY_AGAIN = click("Try again", `${DIALOG} .o_iicharge_again`);
const VALIDATE = click("Validate", ".payment-screen .validation-button.next");
// The server waits so long for a charger that does not answer.
const UNANSWERED_MS = 45000;

/** A tour in parts, between which something happens outside of the page. */
function addParts(name, ...parts) {
    parts.forEach((steps, index) => tours.add(`${name}_${index + 1}`, { steps: () => steps }));
}

addParts(
    "iicharge_offline",
    [...openStart("Garage 1"), WALK_IN, see("A price", `${DIALOG} .o_iicharge_quote`)],
    [
        click("Start without the network", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        see("It says so", LOST),
        see("And what to do", `${DIALOG}:contains('it is started once, however often you try')`),
        TRY_AGAIN,
        see("Still without", LOST),
        see("The screen says so, too", `${SCREEN} .o_iicharge_lost`),
    ],
    [
        TRY_AGAIN,
        see("It charges", `${DIALOG} .o_iicharge_charging`),
        CLOSE,
        click("Open it", tile("Garage 1", "charging")),
        see("Its sheet", `${DIALOG} .o_iicharge_stop_button`),
    ],
    [click("Stop", `${DIALOG} .o_iicharge_stop_button`), see("It says so", LOST)],
    [
        TRY_AGAIN,
        SUM,
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        click("By card", ".payment-screen .paymentmethod:contains('Card')"),
        see("It is chosen", ".payment-screen .paymentline"),
    ],
    [
        VALIDATE,
        see("No money is taken", `${DIALOG}:contains('There is no connection to the server')`),
        click("Understood", `${DIALOG} .modal-footer button`),
        see("The order is there", ".payment-screen .paymentline:contains('5.18')"),
    ],
    [VALIDATE, see("Paid", ".receipt-screen")],
);

addParts(
    "iicharge_silent",
    [
        ...openStart("Garage 2"),
        WALK_IN,
        click("Start", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        see("It asks", `${DIALOG} [data-phase=asked]`),
        {
            content: "It says that there was no answer",
            trigger: `${DIALOG} [data-phase=refused]:contains('has not answered in time')`,
            timeout: UNANSWERED_MS,
        },
        click("What now?", `${DIALOG} .o_iicharge_help`),
        see("The guide", `${DIALOG} .o_iicharge_guide[data-code]`),
        see("Where else", `${DIALOG} .o_iicharge_others`),
        CLOSE,
        see("Back at the start", `${DIALOG} .o_iicharge_again`),
    ],
    [TRY_AGAIN, see("It charges", `${DIALOG} .o_iicharge_charging`), CLOSE, ...stop("Garage 2")],
    [SUM],
);

addParts(
    "iicharge_fault",
    [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click("The faulted connector", tile("Garage 3", "faulted")),
        see("The guide", `${DIALOG} .o_iicharge_guide[data-code=InternalError]`),
        see("Its words", `${DIALOG} .o_iicharge_guide:contains('Out of order')`),
        see("Its code", `${DIALOG} .o_iicharge_fault_code:contains('InternalError')`),
        click("Restart it", `${DIALOG} [data-step=reset] button`),
        see("The charger agrees", `${DIALOG} .o_iicharge_outcome.alert-success`),
        see("It is kept", `${DIALOG} [data-step=reset] .o_iicharge_attempt:contains('restarts')`),
        CLOSE,
        ...countTaps("Call a technician", 2, [
            click("The tile", tile("Garage 3", "faulted")),
            click("Call", `${DIALOG} [data-step=technician] button`),
        ]),
        see("Called", `${DIALOG} .o_iicharge_outcome:contains('A technician has been called')`),
        {
            content: "Say what was seen",
            trigger: `${DIALOG} #iicharge_note`,
            run: "edit Smells burnt",
        },
        click("Add it", `${DIALOG} .o_iicharge_call:not(:disabled)`),
        see("It is added", `${DIALOG} .o_iicharge_outcome:not(:has(textarea))`),
        CLOSE,
        click("It is on the tile", `${tile("Garage 3", "faulted")}:contains('Technician called')`),
        see("The guide", `${DIALOG} .o_iicharge_guide[data-code=InternalError]`),
        see("Not solved yet", `${DIALOG}:not(:has(.o_iicharge_solved))`),
    ],
    [
        see("Solved", `${DIALOG} .o_iicharge_solved:contains('Free')`),
        CLOSE,
        see("Free", tile("Garage 3", "available")),
    ],
);

addParts("iicharge_power_cut", [
    click("Open the charging screen", ".o_iicharge_charging_button"),
    click(
        "The session is still there",
        `${SCREEN} .o_iicharge_tile:contains('Garage 1'):contains('2 kWh')`,
    ),
    click("Stop", `${DIALOG} .o_iicharge_stop_button`),
    see("The charger refuses", `${DIALOG} [data-phase=refused]:contains('refused to stop')`),
    click("End it all the same", `${DIALOG} .o_iicharge_end`),
    see("The sum", `${DIALOG} [data-phase=final]`),
]);
