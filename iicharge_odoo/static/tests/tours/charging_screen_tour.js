import { registry } from "@web/core/registry";

// The charger's side is played by whoever starts these tours: tests/e2e/test_pos_tours.py.
const DIALOG = ".modal:not(.o_inactive_modal)";

function tile(state) {
    return `.o_iicharge_charging_screen .o_iicharge_tile[data-state='${state}']:contains('Garage 1 · 1')`;
}

function see(content, trigger) {
    return { content, trigger };
}

function click(content, trigger) {
    return { content, trigger, run: "click" };
}

function openConnector(state) {
    return [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click("Open the connector", tile(state)),
    ];
}

function chooseStay(room) {
    return [
        {
            content: "Say the room",
            trigger: `${DIALOG} .o_iicharge_stay_finder input`,
            run: `edit ${room}`,
        },
        click("Choose the stay, with its bill", `${DIALOG} .o_iicharge_stay:contains('${room}')`),
    ];
}

function followStart() {
    return [
        see("The price stands there", `${DIALOG} .o_iicharge_quote:contains('kWh')`),
        click("Start", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        see(
            "Told to plug in",
            `${DIALOG} .o_iicharge_headline:contains('Plug the car in now'), ${DIALOG} .o_iicharge_charging`,
        ),
        see("It charges", `${DIALOG} .o_iicharge_charging`),
        click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
    ];
}

function stop() {
    return [
        click("Open it", tile("charging")),
        click("Stop", `${DIALOG} button:contains('Stop charging')`),
        click("Yes, stop", `${DIALOG} .o_iicharge_stop_button`),
        see("The final sum", `${DIALOG} .o_iicharge_total:contains('5.18')`),
    ];
}

function pay(method) {
    return [
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        click("By card", `.payment-screen .paymentmethod:contains('${method}')`),
        click("Validate", ".payment-screen .validation-button.next"),
        see("Paid", ".receipt-screen"),
    ];
}

const tours = registry.category("web_tour.tours");

tours.add("iicharge_room_guest", {
    steps: () => [
        ...openConnector("available"),
        click("Start charging", `${DIALOG} button:contains('Start charging')`),
        ...chooseStay("102"),
        ...followStart(),
        see("The tile names the room", `${tile("charging")}:contains('Room 102')`),
        ...stop(),
        see(
            "It is on the bill",
            `${DIALOG} .o_iicharge_outcome:contains('On the bill of room 102')`,
        ),
        click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
    ],
});

tours.add("iicharge_walk_in", {
    steps: () => [
        ...openConnector("available"),
        click("Start charging", `${DIALOG} button:contains('Start charging')`),
        click("Walk-in", `${DIALOG} .o_iicharge_walk_in`),
        ...followStart(),
        see("The tile says walk-in", `${tile("charging")}:contains('Walk-in')`),
        ...stop(),
        ...pay("Card"),
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
        click("Open the charging screen", ".o_iicharge_charging_button"),
        see(
            "It waits again",
            ".o_iicharge_unpaid button:contains('5.18'):not(:contains('Being paid'))",
        ),
    ],
});

tours.add("iicharge_answer_lost", {
    steps: () => [
        ...openConnector("available"),
        click("Start charging", `${DIALOG} button:contains('Start charging')`),
        ...chooseStay("102"),
        see("The price stands there", `${DIALOG} .o_iicharge_quote:contains('kWh')`),
        {
            content: "The network breaks while the answer is on its way",
            trigger: `${DIALOG} .o_iicharge_start_button:not(:disabled)`,
            run: "click",
        },
        see("It says so", `${DIALOG} .o_iicharge_start:contains('No connection to the server')`),
        click("Try again", `${DIALOG} .o_iicharge_again`),
        see("It charges", `${DIALOG} .o_iicharge_charging`),
    ],
});
