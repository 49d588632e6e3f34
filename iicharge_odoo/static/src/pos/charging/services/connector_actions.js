import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { CardPopup } from "../components/popups/card_popup/card_popup";
import { PaymentPopup } from "../components/popups/payment_popup/payment_popup";
import { StartPopup } from "../components/popups/start_popup/start_popup";
import { StopPopup } from "../components/popups/stop_popup/stop_popup";

const CAN_START = ["available", "preparing", "finishing", "reserved"];

function findUnpaid(connector, board) {
    return board.unpaid.find((session) => session.connector_id === connector.id);
}

/** Add what front desk can do at a connector; other modules add theirs the same way. */
export const connectorActions = registry.category("iicharge_connector_actions");

connectorActions.add("start", {
    sequence: 10,
    label: () => _t("Start charging"),
    icon: "fa-play",
    isAvailable: (connector) =>
        connector.online && !connector.session && CAN_START.includes(connector.state),
    run: ({ dialog, connector }) => dialog.add(StartPopup, { connector }),
});

connectorActions.add("stop", {
    sequence: 10,
    label: () => _t("Stop charging"),
    icon: "fa-stop",
    isAvailable: (connector) => connector.online && Boolean(connector.session),
    run: ({ dialog, connector }) => dialog.add(StopPopup, { session: connector.session }),
});

connectorActions.add("pay", {
    sequence: 20,
    label: () => _t("Pay the last charging, or put it on a room"),
    icon: "fa-credit-card",
    isAvailable: (connector, board) => Boolean(findUnpaid(connector, board)),
    run: ({ pos, dialog, connector }) => {
        const { board } = pos.env.services.iicharge_charging;
        const session = findUnpaid(connector, board);
        if (session) {
            dialog.add(PaymentPopup, { sessionId: session.id });
        }
    },
});

registry.category("iicharge_charging_panels").add(
    "card",
    {
        label: () => _t("Card"),
        icon: "fa-id-card-o",
        run: ({ dialog }) => dialog.add(CardPopup, {}),
    },
    { sequence: 10 },
);
