import { onMounted, onWillUnmount, useState } from "@odoo/owl";
import { ReceiptScreen } from "@point_of_sale/app/screens/receipt_screen/receipt_screen";
import { getErrorText } from "@iicharge_odoo/common/error_text";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

import { getPrepaidStarts } from "../../services/top_up";

patch(ReceiptScreen.prototype, {
    setup() {
        super.setup(...arguments);
        this.chargingService = useService("iicharge_charging");
        this.prepaid = useState({ isBusy: false });
        const { board } = this.chargingService;
        // the start follows the connector on the board
        if (this.prepaidStarts.length) {
            onMounted(() => {
                board.open();
            });
            onWillUnmount(() => board.close());
        }
    },

    get prepaidStarts() {
        return this.pos.config._iicharge_is_front_desk ? getPrepaidStarts(this.currentOrder) : [];
    },

    getStartLabel({ connectorName }) {
        return connectorName ? _t("Start charging: %s", connectorName) : _t("Start charging");
    },

    async startPrepaid(start) {
        this.prepaid.isBusy = true;
        try {
            await this.chargingService.loadScreen();
            const run = registry.category("iicharge_prepaid_runs").get("prepaid_start");
            await run({ chargingService: this.chargingService, dialog: this.dialog, ...start });
        } catch (error) {
            this.dialog.add(AlertDialog, {
                title: _t("Charging has not started"),
                body: getErrorText(error),
            });
        }
        this.prepaid.isBusy = false;
    },
});
