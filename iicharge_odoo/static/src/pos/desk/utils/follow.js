import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";

const INTERVAL_MS = 700;

function pause() {
    return new Promise((resolve) => browser.setTimeout(resolve, INTERVAL_MS));
}

/**
 * Asks again and again until what was asked for is there. A connection that is lost meanwhile
 * is waited for: what was sent to the charger goes on without us.
 *
 * @template T
 * @param {{isClosed: boolean, isLost: boolean}} asker gives up by closing; is told whether the
 *     connection is lost
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isThere
 * @returns {Promise<T|null>} null when it was given up
 */
export async function follow(asker, ask, isThere) {
    while (!asker.isClosed) {
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
        await pause();
    }
    return null;
}

/** @returns {Promise<{done: boolean, agreed: boolean, text: string}|null>} the charger's answer */
export function followCommand(asker, commandId) {
    return follow(
        asker,
        () => asker.desk.call("read_command", [commandId]),
        ({ done }) => done,
    );
}
