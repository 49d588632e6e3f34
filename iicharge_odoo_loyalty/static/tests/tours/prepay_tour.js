import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

import { countTaps } from "@iicharge_odoo/../tests/tours/charging_steps";

// The charger's side is played by whoever starts these tours: tests/e2e/test_prepay.py.
const DIALOG = ".modal:not(.o_inactive_modal)";

function see(content, trigger) {
    return { content, trigger };
}

function click(content, trigger) {
    return { content, trigger, run: "click" };
}

const CHARGING = click("Open the charging screen", ".o_iicharge_charging_button");
const PAY_BY_CARD = [
    click("By card", ".payment-screen .paymentmethod:contains('Card')"),
    click("Validate", ".payment-screen .validation-button.next"),
];
const START = [
    click("Start", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
    see("It charges", `${DIALOG} .o_iicharge_charging`),
    click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
];

/** From the charging screen to the payment of a sum. */
function prepay(charger, amount) {
    return [
        CHARGING,
        click(
            "Open the connector",
            `.o_iicharge_tile[data-state='available']:contains('${charger} · 1')`,
        ),
        click("Prepay", `${DIALOG} .o_iicharge_prepay`),
        {
            content: "How much",
            trigger: `${DIALOG} .o_iicharge_limit`,
            run: `edit ${amount}`,
        },
        see("How far it goes", `${DIALOG} .o_iicharge_prepay_sum:contains('kWh')`),
        see("And how long it takes", `${DIALOG} .o_iicharge_quote:contains('min')`),
        click("To payment", `${DIALOG} .o_iicharge_to_payment:not(:disabled)`),
    ];
}

/** Looks up the card that the start before has paid for. */
function readLast() {
    return [
        CHARGING,
        click("Open the panel", ".o_iicharge_charging_screen button:contains('Prepaid card')"),
        {
            content: "Type the code of the receipt",
            trigger: "#iicharge_prepaid_number",
            async run(helpers) {
                await helpers.edit(browser.sessionStorage.getItem("iicharge_code"));
                await helpers.press("Enter");
            },
        },
    ];
}

const tours = registry.category("web_tour.tours");

tours.add("iicharge_prepay", {
    steps: () => [
        ...prepay("Garage 2", "5"),
        click("Back to the order", ".payment-screen .back-button"),
        click("The line", ".product-screen .orderline:contains('Charging, prepaid')"),
        click("Two of it", ".product-screen .numpad button:contains('2')"),
        see("No", `${DIALOG}:contains('The sum of a prepaid card is fixed')`),
        click("Understood", `${DIALOG} .modal-footer button`),
        click("Pay", ".product-screen .pay-order-button"),
        click("To the room", ".payment-screen .paymentmethod:contains('Room')"),
        see("No", `${DIALOG}:contains('A prepaid card is paid here')`),
        click("Understood", `${DIALOG} .modal-footer button`),
        ...PAY_BY_CARD,
        {
            content: "The receipt shows the code",
            trigger: ".receipt-screen .o_iicharge_text:contains('Card')",
            run({ anchor }) {
                const [, code] = anchor.textContent.match(/Card ([0-9a-f-]+)/);
                browser.sessionStorage.setItem("iicharge_code", code);
            },
        },
        click(
            "Start from here",
            ".receipt-screen .o_iicharge_prepaid_start:contains('Garage 2 · 1')",
        ),
        see("What is on it", `${DIALOG}:contains('5.00 to use')`),
        ...START,
        click("Next", ".receipt-screen .button.next"),
    ],
});

tours.add("iicharge_prepay_refund", {
    steps: () => [
        ...prepay("Garage 3", "20"),
        click("Back to the order", ".payment-screen .back-button"),
        click("A coffee with it", "article.product:contains('Coffee')"),
        see("The offer is for the coffee only", ".orderline.fst-italic:contains('-0.3')"),
        click("Pay", ".product-screen .pay-order-button"),
        ...PAY_BY_CARD,
        see("It may be started", ".receipt-screen .o_iicharge_prepaid_start"),
        click("Next", ".receipt-screen .button.next"),
        click("More", ".product-screen .more-btn"),
        click("Refund", ".control-buttons button:contains('Refund')"),
        click("The order", ".ticket-screen .order-row:contains('23.1')"),
        click("The card", ".ticket-screen .orderline:contains('Charging, prepaid')"),
        see("It is chosen", ".ticket-screen .orderline.selected:contains('Charging, prepaid')"),
        click("One", ".ticket-screen .numpad button:contains('1')"),
        see("To be given back", ".ticket-screen .to-refund-highlight"),
        click("Give it back", ".ticket-screen .pay-order-button"),
        ...PAY_BY_CARD,
        see("It is given back", ".receipt-screen:contains('-20.00')"),
    ],
});

tours.add("iicharge_prepay_rest", {
    steps: () => [
        ...readLast(),
        click("Give the rest back", `${DIALOG} .o_iicharge_refund_rest`),
        ...PAY_BY_CARD,
        see(
            "It is given back",
            ".receipt-screen .o_iicharge_text:contains('the rest is given back')",
        ),
        click("Next", ".receipt-screen .button.next"),
        ...readLast(),
        see("Nothing is left", `${DIALOG} .o_iicharge_balance:contains('0.00')`),
        click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
    ],
});

// after iicharge_prepay_rest
tours.add("iicharge_top_up", {
    steps: () => [
        ...readLast(),
        see("What is on it", `${DIALOG} .o_iicharge_balance`),
        ...countTaps("Top up", 2, [
            click("An amount", `${DIALOG} .o_iicharge_top_up [data-amount='20']`),
            click("Validate", ".payment-screen .validation-button.next"),
        ]),
        see("Paid", ".receipt-screen:contains('20.00')"),
    ],
});
