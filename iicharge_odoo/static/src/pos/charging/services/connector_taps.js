import { registry } from "@web/core/registry";

import { getLook } from "../../../common/state_looks";
import { GuidePopup } from "../components/popups/guide_popup/guide_popup";
import { PaymentPopup } from "../components/popups/payment_popup/payment_popup";
import { PendingPopup } from "../components/popups/pending_popup/pending_popup";
import { SessionPopup } from "../components/popups/session_popup/session_popup";
import { StartPopup } from "../components/popups/start_popup/start_popup";

function findUnpaid(connector, board) {
    return board.unpaid.find((session) => session.connector_id === connector.id);
}

/** Opens what a tap on a connector stands for, by the table of states. */
export function tapConnector(connector, { dialog, board }) {
    // a session is stopped and paid also where the charger is in trouble
    const tap = connector.session ? "session" : getLook(connector.state).tap;
    if (tap === "session") {
        return dialog.add(SessionPopup, { session: connector.session });
    }
    if (tap === "pending") {
        return dialog.add(PendingPopup, { connector });
    }
    if (tap === "help") {
        return dialog.add(GuidePopup, { connectorId: connector.id });
    }
    const unpaid = tap === "unplug" && findUnpaid(connector, board);
    return unpaid
        ? dialog.add(PaymentPopup, { sessionId: unpaid.id })
        : dialog.add(StartPopup, { connector });
}

// A guide opens them too, and the dialogs above open guides.
registry
    .category("iicharge_connector_taps")
    .add("tap", tapConnector)
    .add("start", (connector, { dialog }) => dialog.add(StartPopup, { connector }));
