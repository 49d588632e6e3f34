import { ConnectionLostError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";

/** Why a room charge could not be asked of the server, in words. */
export function getFailureText(error) {
    if (error instanceof ConnectionLostError) {
        return _t(
            "There is no connection to the server, so nobody knows whether the room takes it. Take payment in another way, or try again when the connection is back.",
        );
    }
    return error.data?.message || error.message;
}
