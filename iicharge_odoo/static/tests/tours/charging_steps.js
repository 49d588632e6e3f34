// The charger's side is played by whoever starts these tours: tests/e2e/test_pos_*.py.
export const DIALOG = ".modal:not(.o_inactive_modal)";

export const SCREEN = ".o_iicharge_charging_screen";

export function tile(charger, state) {
    return `${SCREEN} .o_iicharge_tile[data-state='${state}']:contains('${charger} · 1')`;
}

export function see(content, trigger) {
    return { content, trigger };
}

export function click(content, trigger) {
    return { content, trigger, run: "click" };
}

export function openStart(charger) {
    return [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click("Open the connector", tile(charger, "available")),
        click("Start charging", `${DIALOG} button:contains('Start charging')`),
    ];
}

export function chooseStay(room) {
    return [
        {
            content: "Say the room",
            trigger: `${DIALOG} .o_iicharge_stay_finder input`,
            run: `edit ${room}`,
        },
        click("Choose the stay, with its bill", `${DIALOG} .o_iicharge_stay:contains('${room}')`),
    ];
}

export function followStart() {
    return [
        see("The price is shown", `${DIALOG} .o_iicharge_quote:contains('kWh')`),
        click("Start", `${DIALOG} .o_iicharge_start_button:not(:disabled)`),
        see(
            "Told to plug in",
            `${DIALOG} .o_iicharge_headline:contains('Plug the car in now'), ${DIALOG} .o_iicharge_charging`,
        ),
        see("It charges", `${DIALOG} .o_iicharge_charging`),
        click("Close", `${DIALOG} .modal-footer button:contains('Close')`),
    ];
}

export function stop(charger) {
    return [
        click("Open it", tile(charger, "charging")),
        click("Stop", `${DIALOG} button:contains('Stop charging')`),
        click("Yes, stop", `${DIALOG} .o_iicharge_stop_button`),
    ];
}

export const SUM = see("The final sum", `${DIALOG} .o_iicharge_total:contains('5.18')`);
export const CLOSE = click("Close", `${DIALOG} .modal-footer button:contains('Close')`);
export const AGAIN = [
    see("It says so", `${DIALOG} [data-phase=lost]:contains('No connection to the server')`),
    click("Try again", `${DIALOG} .o_iicharge_again`),
];
export const PAY_BY_CARD = [
    click("By card", ".payment-screen .paymentmethod:contains('Card')"),
    click("Validate", ".payment-screen .validation-button.next"),
];
