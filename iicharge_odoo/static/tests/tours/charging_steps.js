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

/**
 * Counts the taps of the steps between: a task that takes more than it may fails.
 *
 * @param {string} task
 * @param {number} taps
 */
export function countTaps(task, taps, steps) {
    const count = () => window.iichargeTaps++;
    return [
        {
            content: `Count the taps: ${task}`,
            trigger: "body",
            run() {
                window.iichargeTaps = 0;
                document.addEventListener("click", count, true);
            },
        },
        ...steps,
        {
            content: `${task}: ${taps} taps`,
            trigger: "body",
            run() {
                document.removeEventListener("click", count, true);
                if (window.iichargeTaps !== taps) {
                    throw new Error(`${task} took ${window.iichargeTaps} taps, not ${taps}`);
                }
            },
        },
    ];
}

export const OPEN_SCREEN = click("Open the charging screen", ".o_iicharge_charging_button");

export function openStart(charger) {
    return [OPEN_SCREEN, click("Tap the free connector", tile(charger, "available"))];
}

export function chooseStay(room) {
    return [
        {
            content: "Say the room",
            trigger: `${DIALOG} .o_iicharge_stay_finder input`,
            run: `edit ${room}`,
        },
        click("Choose the stay", `${DIALOG} .o_iicharge_stay:contains('${room}')`),
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
        click("Stop", `${DIALOG} .o_iicharge_stop_button`),
    ];
}

export const SUM = see("The final sum", `${DIALOG} .o_iicharge_total:contains('5.18')`);
export const CLOSE = click("Close", `${DIALOG} .modal-footer button:contains('Close')`);
export const AGAIN = [
    see("It says so", `${DIALOG} [data-phase=lost]:contains('No connection to the server')`),
    click("Try again", `${DIALOG} .o_iicharge_again`),
];
export const VALIDATE = click("Validate", ".payment-screen .validation-button.next");
/** From the sum to the money, in the charging screen's own dialog. */
export const PAY_AT_ONCE = [
    click("By card", `${DIALOG} .o_iicharge_pay_with[data-method=bank]`),
    VALIDATE,
];
export const PAY_BY_CARD = [
    click("By card", ".payment-screen .paymentmethod:contains('Card')"),
    click("Validate", ".payment-screen .validation-button.next"),
];
