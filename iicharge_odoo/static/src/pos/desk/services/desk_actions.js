import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { SettlePopup } from "../components/popups/settle_popup/settle_popup";
import { StartPopup } from "../components/popups/start_popup/start_popup";
import { StopPopup } from "../components/popups/stop_popup/stop_popup";

const CAN_START = ["available", "preparing", "finishing", "reserved"];

function findUnpaid(connector, board) {
    return board.unpaid.find((session) => session.connector_id === connector.id);
}

/** Add what front desk can do at a connector; other modules add theirs the same way. */
export const deskActions = registry.category("iicharge_desk_actions");

deskActions.add("start", {
    sequence: 10,
    label: () => _t("Start charging"),
    icon: "fa-play",
    isAvailable: (connector) =>
        connector.online && !connector.session && CAN_START.includes(connector.state),
    run: ({ dialog, connector }) => dialog.add(StartPopup, { connector }),
});

deskActions.add("stop", {
    sequence: 10,
    label: () => _t("Stop charging"),
    icon: "fa-stop",
    isAvailable: (connector) => connector.online && Boolean(connector.session),
    run: ({ dialog, connector }) => dialog.add(StopPopup, { session: connector.session }),
});

deskActions.add("settle", {
    sequence: 20,
    label: () => _t("Pay the last charging, or put it on a room"),
    icon: "fa-credit-card",
    isAvailable: (connector, board) => Boolean(findUnpaid(connector, board)),
    run: ({ pos, dialog, connector }) => {
        const { board } = pos.env.services.iicharge_desk;
        const session = findUnpaid(connector, board);
        if (session) {
            dialog.add(SettlePopup, { sessionId: session.id });
        }
    },
});
