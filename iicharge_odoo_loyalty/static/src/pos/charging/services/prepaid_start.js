import { registry } from "@web/core/registry";
import { CardPopup } from "@iicharge_odoo/pos/charging/components/popups/card_popup/card_popup";
import { StartPopup } from "@iicharge_odoo/pos/charging/components/popups/start_popup/start_popup";
import { isOpenTo } from "@iicharge_odoo/pos/app/utils/board_rows";

/**
 * Starts charging with a card that was just paid for, at the connector where the guest is;
 * if that has been taken, the dialog of the card shows the others.
 */
async function startPrepaid({ chargingService, dialog, code, connectorId }) {
    const [card] = await Promise.all([
        chargingService.call("read_card", [code]),
        chargingService.board.load(),
    ]);
    const connector = chargingService.board.getConnector(connectorId);
    if (card.refusal || !connector || !isOpenTo(connector, false)) {
        dialog.add(CardPopup, { uid: code });
    } else {
        dialog.add(StartPopup, { connector, card });
    }
}

registry.category("iicharge_prepaid_runs").add("prepaid_start", startPrepaid);
