import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";

/** @returns {string} what went wrong with a call to the server, for the cashier */
export function getErrorText(error) {
    if (error instanceof ConnectionLostError) {
        return _t("No connection to the server.");
    }
    return error.data?.message || error.message || _t("The server could not do this.");
}
