import { registry } from "@web/core/registry";

import {
    click,
    countTaps,
    DIALOG,
    OPEN_SCREEN,
    PAY_AT_ONCE,
    PAY_BY_CARD,
    see,
} from "./charging_steps";

const tours = registry.category("web_tour.tours");
const PAID = see("Paid", ".receipt-screen");

function payWaiting(amount) {
    return [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click("Open what waits", `.o_iicharge_unpaid button:contains('${amount}')`),
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
    ];
}

tours.add("iicharge_mixed_to_room", {
    steps: () => [
        ...payWaiting("6.21"),
        click("Back to the register", ".payment-screen .back-button"),
        click("A coffee with it", "article.product:contains('Coffee')"),
        see("Both", ".product-screen .order-summary:contains('9.66')"),
        click("Pay", ".product-screen .pay-order-button"),
        click("Room", ".payment-screen .paymentmethod:contains('Room')"),
        {
            content: "Say the room",
            trigger: `${DIALOG} .o_iicharge_stay_finder input`,
            run: "edit 103",
        },
        click("The stay", `${DIALOG} .o_iicharge_stay:contains('Claire Dubois')`),
        click("Charge", `${DIALOG} .o_iicharge_room_confirm:not(:disabled)`),
        see("The guest", ".payment-screen .paymentline:contains('Claire Dubois')"),
        click("Validate", ".payment-screen .validation-button.next"),
        see("The slip to sign", ".receipt-screen .o_iicharge_room_slip:contains('9.66')"),
    ],
});

function chooseAll(name) {
    return [
        click("The line", `.ticket-screen .orderline:contains('${name}')`),
        see("It is chosen", `.ticket-screen .orderline.selected:contains('${name}')`),
        click("One", ".ticket-screen .numpad button:contains('1')"),
        see(
            "To be given back",
            `.ticket-screen .orderline:contains('${name}') .to-refund-highlight`,
        ),
    ];
}

// after iicharge_mixed_to_room
tours.add("iicharge_refund_to_room", {
    steps: () => [
        click("Next", ".receipt-screen .button.next"),
        click("More", ".product-screen .more-btn"),
        click("Refund", ".control-buttons button:contains('Refund')"),
        click("The order", ".ticket-screen .order-row:contains('9.66')"),
        ...chooseAll("EV Charging"),
        ...chooseAll("Coffee"),
        click("Give it back", ".ticket-screen .pay-order-button"),
        click("Room", ".payment-screen .paymentmethod:contains('Room')"),
        click("Validate", ".payment-screen .validation-button.next"),
        see("The slip", ".receipt-screen:contains('-9.66')"),
    ],
});

tours.add("iicharge_pay_by_card", { steps: () => [...PAY_BY_CARD, PAID] });

tours.add("iicharge_tax_free_customer", {
    steps: () => [
        ...payWaiting("4.66"),
        click("The customer", ".payment-screen .partner-button"),
        {
            content: "Their name",
            trigger: ".modal .modal-dialog .input-group input",
            run: "edit Fiona",
        },
        click("Choose them", ".modal .partner-list b:contains('Fiona Free')"),
        see("It is they", ".payment-screen .partner-button:contains('Fiona Free')"),
        see("The sum stays", ".payment-screen:contains('4.66')"),
        ...PAY_BY_CARD,
        PAID,
        see("And on the receipt", ".receipt-screen:contains('4.66')"),
    ],
});

tours.add("iicharge_refund", {
    steps: () => [
        OPEN_SCREEN,
        ...countTaps("Pay", 3, [
            click("The row", ".o_iicharge_unpaid button:contains('3.62')"),
            ...PAY_AT_ONCE,
        ]),
        PAID,
        click("Next", ".receipt-screen .button.next"),
        click("More", ".product-screen .more-btn"),
        click("Refund", ".control-buttons button:contains('Refund')"),
        click("The order", ".ticket-screen .order-row:contains('3.62')"),
        see("It is chosen", ".ticket-screen .orderline.selected:contains('3.62')"),
        click("One", ".ticket-screen .numpad button:contains('1')"),
        see("To be given back", ".ticket-screen .to-refund-highlight"),
        click("Give it back", ".ticket-screen .pay-order-button"),
        ...PAY_BY_CARD,
        PAID,
    ],
});

function openPayment(amount) {
    return [
        ...payWaiting(amount),
        click("By card", ".payment-screen .paymentmethod:contains('Card')"),
        see("It is chosen", ".payment-screen .paymentline"),
    ];
}

/** @param {string} who has the session, as the question names it */
function transferAndPay(amount, who) {
    return [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click(
            "Another has it",
            `.o_iicharge_unpaid button:contains('${amount}'):contains('Being paid at Front desk')`,
        ),
        see("Since when", `${DIALOG} .o_iicharge_elsewhere:contains('${who} has it since')`),
        see("It is not paid here yet", `${DIALOG}:not(:has(.o_iicharge_pay_now))`),
        click("Take it over", `${DIALOG} .o_iicharge_transfer_payment`),
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        ...PAY_BY_CARD,
        PAID,
    ];
}

function payAndBeRefused(amount, register) {
    return [
        click("Validate", ".payment-screen .validation-button.next"),
        see("Told", `${DIALOG}:contains('is paid already')`),
        see("Where", `${DIALOG}:contains('at ${register}')`),
        click("Understood", `${DIALOG} .modal-footer button`),
        click("Back", ".payment-screen .back-button"),
        click("Choose the line", `.product-screen .orderline:contains('${amount}')`),
        see("It is chosen", `.product-screen .orderline.selected:contains('${amount}')`),
        click("Remove it", ".product-screen .numpad button:contains('⌫')"),
        click("Yes", `${DIALOG} .modal-footer button:contains('Remove it')`),
        see("Nothing is left", ".product-screen:not(:has(.orderline))"),
    ];
}

tours.add("iicharge_register_takes", { steps: () => openPayment("7.25") });
tours.add("iicharge_bar_transfers", { steps: () => transferAndPay("7.25", "Front desk") });
tours.add("iicharge_register_is_refused", { steps: () => payAndBeRefused("7.25", "Bar") });

tours.add("iicharge_tablet_takes", { steps: () => openPayment("8.28") });
tours.add("iicharge_tablet_transfers", {
    steps: () => transferAndPay("8.28", "Another device of this register"),
});
tours.add("iicharge_tablet_is_refused", { steps: () => payAndBeRefused("8.28", "Front desk") });
