import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";

// Messages may come by the dozen each second.
const MINIMUM_PAUSE_MS = 300;
// A message may be lost on its way.
const SILENT_INTERVAL_MS = 10000;
const RETRY_INTERVAL_MS = 3000;

function pause(ms) {
    return new Promise((resolve) => browser.setTimeout(resolve, ms));
}

/**
 * Requests something each time the server sends that a charger has changed, until it is there. A
 * connection that is lost meanwhile is waited for: what was sent to the charger goes on without us.
 *
 * @template T
 * @param {{chargingService: ChargingService, isClosed: boolean, isLost: boolean}} asker gives up by closing;
 *     learns whether the connection is lost
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isThere
 * @returns {Promise<T|null>} null when it was given up
 */
export async function follow(asker, ask, isThere) {
    while (!asker.isClosed) {
        // what changes while the answer is on its way counts
        const changed = asker.chargingService.getNextChange();
        try {
            const answer = await ask();
            asker.isLost = false;
            if (isThere(answer)) {
                return answer;
            }
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            asker.isLost = true;
        }
        await Promise.all([
            pause(MINIMUM_PAUSE_MS),
            Promise.race([changed, pause(asker.isLost ? RETRY_INTERVAL_MS : SILENT_INTERVAL_MS)]),
        ]);
    }
    return null;
}
