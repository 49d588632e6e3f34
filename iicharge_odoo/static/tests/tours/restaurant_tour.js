import { registry } from "@web/core/registry";

// Played where pos_restaurant and pos_hr are installed, by tests/e2e/test_companions.py. The register
// begins at its lock screen, and then shows the tables.
const DIALOG = ".modal:not(.o_inactive_modal)";
const SCREEN = ".o_iicharge_charging_screen";
// Energy with the fee for the start, and idle time: a line for each product.
const FAST_SUM = "18.40";

function see(content, trigger) {
    return { content, trigger };
}

function click(content, trigger) {
    return { content, trigger, run: "click" };
}

function signIn(name, pin = "") {
    return [
        click("Unlock the register", ".login-overlay .open-register-btn"),
        click("Who is it?", ".login-overlay .select-cashier"),
        click("It is her", `${DIALOG} .selection-item:contains('${name}')`),
        ...[...pin].map((digit) =>
            click("The PIN", `${DIALOG} .numpad button:contains('${digit}')`),
        ),
        ...(pin ? [click("That is it", `${DIALOG} .modal-footer .btn-primary`)] : []),
        see("The tables", ".floor-screen .table"),
    ];
}

function openTable(number) {
    return click("Go to the table", `.floor-screen .table:contains('${number}')`);
}

const ORDER_COFFEE = [
    click("A coffee", ".product-screen .product:contains('Terrace coffee')"),
    see("It is ordered", ".product-screen .orderline:contains('Terrace coffee')"),
];
const OPEN_CHARGING = click("Open the charging screen", ".o_iicharge_charging_button");
const VALIDATE = click("Validate", ".payment-screen .validation-button.next");

function openActions(name) {
    return [
        click("More actions", ".product-screen .more-btn"),
        click(name, `${DIALOG} .control-buttons button:contains('${name}')`),
    ];
}

/** From the charging screen, with coffee ordered at the table already. */
function putChargingOnTable(number, sum) {
    return [
        openTable(number),
        ...ORDER_COFFEE,
        OPEN_CHARGING,
        click("Open what waits", `${SCREEN} .o_iicharge_unpaid button:contains('${sum}')`),
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        see("An order of its own", `.payment-screen .total:contains('${sum}')`),
        click("Back to the order", ".payment-screen .back-button"),
        see("Without the coffee", ".product-screen:not(:has(.orderline:contains('Terrace')))"),
        ...openActions("Transfer"),
        openTable(number),
        see("The coffee of the table", ".product-screen .orderline:contains('Terrace coffee')"),
        see("And the charging", ".product-screen .orderline:contains('EV Charging')"),
    ];
}

const tours = registry.category("web_tour.tours");

tours.add("iicharge_restaurant_table", {
    steps: () => [
        ...signIn("Eva"),
        OPEN_CHARGING,
        see("The chargers", `${SCREEN} .o_iicharge_tile`),
        click("Back to the tables", ".table-button"),
        ...putChargingOnTable(71, FAST_SUM),
        click("Back to the tables", ".table-button"),
        see("Kept", ".floor-screen .table:contains('71')"),
    ],
});

tours.add("iicharge_restaurant_split", {
    steps: () => [
        ...signIn("Eva"),
        openTable(71),
        click("Choose the charging", ".product-screen .orderline:contains('EV Charging')"),
        see("It is chosen", ".product-screen .orderline.selected:contains('EV Charging')"),
        click("Five of them", ".product-screen .numpad button:contains('5')"),
        see("No", `${DIALOG}:contains('Charging is billed by the meter')`),
        click("Understood", `${DIALOG} .modal-footer button`),
        ...openActions("Split"),
        click("The charging alone", ".splitbill-screen .orderline:contains('EV Charging')"),
        see("All of it", `.splitbill-screen .subtotal:contains('${FAST_SUM}')`),
        click("Pay it", ".splitbill-screen .pay-split-order"),
        click("By card", ".payment-screen .paymentmethod:contains('Terrace card')"),
        VALIDATE,
        click("No tip after the payment", ".tip-screen .no-tip button"),
        click("Resolve", ".tip-screen .next"),
        see("Paid", ".receipt-screen"),
    ],
});

tours.add("iicharge_restaurant_room", {
    steps: () => [
        ...signIn("Eva"),
        ...putChargingOnTable(72, "5.18"),
        click("Payment", ".product-screen .pay-order-button"),
        click("To the room", ".payment-screen .paymentmethod:contains('Terrace room')"),
        { content: "Which", trigger: `${DIALOG} #iicharge_stay_search`, run: "edit 102" },
        click("The stay", `${DIALOG} .o_iicharge_stay:contains('102')`),
        click("Confirm", `${DIALOG} .o_iicharge_room_confirm:not(:disabled)`),
        VALIDATE,
        see("No tip afterwards", ".receipt-screen .o_iicharge_room_slip, .feedback-screen"),
    ],
});

tours.add("iicharge_restaurant_lock", {
    steps: () => [
        ...signIn("Jan", "1234"),
        OPEN_CHARGING,
        click(
            "The connector",
            `${SCREEN} .o_iicharge_tile[data-state=available]:contains('Garage 4 · 1')`,
        ),
        click("Walk-in", `${DIALOG} .o_iicharge_walk_in`),
        click("Start", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        see("It charges", `${DIALOG} .o_iicharge_charging`),
        click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
        click("Lock the register", ".lock-screen"),
        ...signIn("Eva"),
        OPEN_CHARGING,
        click(
            "It charges on",
            `${SCREEN} .o_iicharge_tile[data-state=charging]:contains('Garage 4 · 1')`,
        ),
        click("Stop", `${DIALOG} .o_iicharge_stop_button`),
        see("The final sum", `${DIALOG} .o_iicharge_total:contains('5.18')`),
    ],
});
