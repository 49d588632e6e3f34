import { registry } from "@web/core/registry";

import {
    AGAIN,
    click,
    CLOSE,
    DIALOG,
    followStart,
    chooseStay,
    openStart,
    PAY_BY_CARD,
    see,
    stop,
    SUM,
    tile,
} from "./charging_steps";

const tours = registry.category("web_tour.tours");

tours.add("iicharge_room_guest", {
    steps: () => [
        ...openStart("Garage 1"),
        ...chooseStay("102"),
        ...followStart(),
        see("The tile names the room", `${tile("Garage 1", "charging")}:contains('Room 102')`),
        ...stop("Garage 1"),
        SUM,
        see("On the bill", `${DIALOG} .o_iicharge_outcome:contains('On the bill of room 102')`),
        CLOSE,
    ],
});

tours.add("iicharge_walk_in", {
    steps: () => [
        ...openStart("Garage 2"),
        click("Walk-in", `${DIALOG} .o_iicharge_walk_in`),
        ...followStart(),
        see("The tile says walk-in", `${tile("Garage 2", "charging")}:contains('Walk-in')`),
        ...stop("Garage 2"),
        SUM,
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        ...PAY_BY_CARD,
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
