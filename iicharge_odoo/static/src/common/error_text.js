import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";

/**
 * @param {Error} error of a call to the server
 * @param {string} [whenLost] what to say where the connection is gone
 * @returns {string} what went wrong, for the cashier
 */
export function getErrorText(error, whenLost = _t("No connection to the server.")) {
    if (error instanceof ConnectionLostError) {
        return whenLost;
    }
    return error.data?.message || error.message || _t("The server could not do this.");
}

/** @returns {string} why a room charge could not be asked of the server */
export function getRoomErrorText(error) {
    return getErrorText(
        error,
        _t(
            "There is no connection to the server, so it is not known whether the room takes it. Take payment in another way, or try again when the connection is back.",
        ),
    );
}
