import { onWillStart, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

import { getErrorText } from "@iicharge_odoo/common/error_text";

// Prices change with the hour.
const PRICES_INTERVAL_MS = 300000;

/**
 * What changes rarely: the prices of guests, and what has finished today. The latter is read again
 * when a session has come or gone.
 *
 * @returns {{prices: object, finished: object[]}}
 */
export function useDayLists(chargingService, board) {
    const state = useState({ prices: {}, finished: [] });
    let interval = null;

    async function read(name, method) {
        try {
            state[name] = await chargingService.call(method);
        } catch (error) {
            // the board itself says that the server is out of reach; what was read stays
            console.warn(getErrorText(error));
        }
    }

    onWillStart(() => {
        read("prices", "read_prices");
        interval = browser.setInterval(() => read("prices", "read_prices"), PRICES_INTERVAL_MS);
    });
    onWillUnmount(() => browser.clearInterval(interval));
    useEffect(
        (key) => {
            if (key) {
                read("finished", "read_finished");
            }
        },
        () => [
            board.isLoaded &&
                JSON.stringify([
                    board.connectors.map(({ session }) => session && session.id),
                    board.unpaid.map(({ id }) => id),
                ]),
        ],
    );
    return state;
}
