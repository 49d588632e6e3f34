import { registry } from "@web/core/registry";

import {
    AGAIN,
    click,
    CLOSE,
    countTaps,
    DIALOG,
    followStart,
    OPEN_SCREEN,
    openStart,
    PAY_AT_ONCE,
    PAY_BY_CARD,
    see,
    stop,
    SUM,
    tile,
} from "./charging_steps";

const tours = registry.category("web_tour.tours");

tours.add("iicharge_room_guest", {
    steps: () => [
        OPEN_SCREEN,
        see(
            "The price of guests is on the tile",
            `${tile("Garage 1", "available")}:contains('per kWh')`,
        ),
        ...countTaps("Start for a room", 3, [
            click("The tile", tile("Garage 1", "available")),
            click("The row", `${DIALOG} .o_iicharge_stay:contains('102')`),
            click("Start", `${DIALOG} .o_iicharge_start_button:contains('102'):not(:disabled)`),
        ]),
        see("It charges", `${DIALOG} .o_iicharge_charging`),
        CLOSE,
        see("The tile names the room", `${tile("Garage 1", "charging")}:contains('102')`),
        ...countTaps("Stop", 2, stop("Garage 1")),
        SUM,
        see("On the bill", `${DIALOG} .o_iicharge_outcome:contains('On the bill of room 102')`),
        CLOSE,
    ],
});

tours.add("iicharge_walk_in", {
    steps: () => [
        ...openStart("Garage 2"),
        click("Walk-in", `${DIALOG} .o_iicharge_walk_in`),
        { content: "Their plate", trigger: "#iicharge_walk_in_plate", run: "edit B IR 4721" },
        ...followStart(),
        see("The tile has the plate", `${tile("Garage 2", "charging")}:contains('B IR 4721')`),
        click("Open it", tile("Garage 2", "charging")),
        click("Where it stops", `${DIALOG} .o_iicharge_limit_button`),
        click("At so many kWh", `${DIALOG} [data-limit=energy]`),
        { content: "80 kWh", trigger: `${DIALOG} .o_iicharge_limit`, run: "edit 80" },
        click("Save", `${DIALOG} .o_iicharge_save:not(:disabled)`),
        see("It is repeated", `${DIALOG} .o_iicharge_limit_text:contains('80 kWh')`),
        CLOSE,
        ...countTaps("Stop and pay", 4, [...stop("Garage 2"), SUM, ...PAY_AT_ONCE]),
        see("Paid", ".receipt-screen"),
    ],
});

tours.add("iicharge_answers_lost", {
    steps: () => [
        ...openStart("Garage 3"),
        click("Walk-in", `${DIALOG} .o_iicharge_walk_in`),
        click("Start", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        ...AGAIN,
        see("It charges", `${DIALOG} .o_iicharge_charging`),
        CLOSE,
        ...stop("Garage 3"),
        ...AGAIN,
        SUM,
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        see("It says so", `${DIALOG} .alert-danger:contains('No connection to the server')`),
        click("Pay now again", `${DIALOG} .o_iicharge_pay_now:not(:disabled)`),
        ...PAY_BY_CARD,
        see("Paid", ".receipt-screen"),
    ],
});

tours.add("iicharge_given_up", {
    steps: () => [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click("Open what waits", ".o_iicharge_unpaid button:contains('5.18')"),
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        click("Back to the register", ".payment-screen .back-button"),
        click("Choose the line", ".product-screen .orderline:contains('5.18')"),
        see("It is chosen", ".product-screen .orderline.selected:contains('5.18')"),
        click("Five of them", ".product-screen .numpad button:contains('5')"),
        see("No", `${DIALOG}:contains('Charging is billed by the meter')`),
        click("Understood", `${DIALOG} .modal-footer button`),
        click("Remove it", ".product-screen .numpad button:contains('⌫')"),
        click("Yes", `${DIALOG} .modal-footer button:contains('Remove it')`),
        see("Nothing is left", ".product-screen:not(:has(.orderline))"),
    ],
});

tours.add("iicharge_other_register", {
    steps: () => [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click(
            "The other register has it",
            ".o_iicharge_unpaid button:contains('Being paid at Bar')",
        ),
        see("It says so", `${DIALOG} .o_iicharge_elsewhere:contains('Bar has it since')`),
        see("It is not paid here", `${DIALOG}:not(:has(.o_iicharge_pay_now))`),
    ],
});

tours.add("iicharge_reserve", {
    steps: () => [
        OPEN_SCREEN,
        ...countTaps("Reserve", 3, [
            click("The tile", tile("Garage 1", "available")),
            click("The row", `${DIALOG} .o_iicharge_stay:contains('103')`),
            click("Reserve", `${DIALOG} .o_iicharge_reserve`),
        ]),
        see("Kept", `${DIALOG} [data-phase=reserved]`),
        CLOSE,
        see("The tile names the room", `${tile("Garage 1", "reserved")}:contains('103')`),
        click("A walk-in comes", tile("Garage 1", "reserved")),
        see("Warned before the start", `${DIALOG} .o_iicharge_blocked:contains('103')`),
        click("Walk-in", `${DIALOG} .o_iicharge_walk_in`),
        see("It cannot be started", `${DIALOG} .o_iicharge_start_button:disabled`),
        click("Cancel it", `${DIALOG} .o_iicharge_cancel_reservation`),
        see("It can be started", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        CLOSE,
        see("It is free", tile("Garage 1", "available")),
    ],
});

tours.add("iicharge_move", {
    steps: () => [
        ...openStart("Garage 4"),
        click("The row", `${DIALOG} .o_iicharge_stay:contains('102')`),
        ...followStart(),
        click("The car of room 102", `${tile("Garage 4", "charging")}:contains('102')`),
        see("What it is at", `${DIALOG} .o_iicharge_facts`),
        click("To another room", `${DIALOG} .o_iicharge_move`),
        {
            content: "Its guest",
            trigger: `${DIALOG} .o_iicharge_stay_finder input`,
            run: "edit dub",
        },
        click("The row", `${DIALOG} .o_iicharge_stay:contains('Claire Dubois')`),
        see(
            "Who confirms it",
            `${DIALOG} .o_iicharge_confirmed_by.active:contains('Claire Dubois')`,
        ),
        click("Move", `${DIALOG} .o_iicharge_move_button:contains('Claire Dubois')`),
        click("Stop it there", `${DIALOG} .o_iicharge_stop_button:contains('103')`),
        SUM,
        see("On the bill", `${DIALOG} .o_iicharge_outcome:contains('On the bill of room 103')`),
        CLOSE,
    ],
});
