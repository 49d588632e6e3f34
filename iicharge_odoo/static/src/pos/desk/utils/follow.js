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
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isThere
 * @param {{isGivenUp: () => boolean, onConnection?: (isLost: boolean) => void}} options
 * @returns {Promise<T|null>} null when it was given up
 */
export async function follow(ask, isThere, { isGivenUp, onConnection = () => {} }) {
    while (!isGivenUp()) {
        try {
            const answer = await ask();
            onConnection(false);
            if (isThere(answer)) {
                return answer;
            }
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            onConnection(true);
        }
        await pause();
    }
    return null;
}

/** @returns {Promise<{done: boolean, agreed: boolean, text: string}|null>} the charger's answer */
export function followCommand(desk, commandId, options) {
    return follow(
        () => desk.call("read_command", [commandId]),
        ({ done }) => done,
        options,
    );
}
