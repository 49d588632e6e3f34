import { PosStore } from "@point_of_sale/app/services/pos_store";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { getSessionId, getSessionIds } from "./register_payment";

patch(PosStore.prototype, {
    /** Releases the sessions of an order that is given up before it was paid. */
    async deleteOrders(orders) {
        const sessionIds = getSessionIds(orders.flatMap((order) => order?.lines || []));
        const isDeleted = await super.deleteOrders(...arguments);
        if (isDeleted) {
            await this.releaseCharging(sessionIds);
        }
        return isDeleted;
    },

    /** Queued while the server is out of reach: released when it can be reached again. */
    async releaseCharging(sessionIds) {
        if (sessionIds.length) {
            const args = [this.config.id, sessionIds];
            const kwargs = {
                device: this.data.device.identifier,
                context: this.chargingContext,
            };
            await this.data.call("pos.config", "iicharge_release_payment", args, kwargs, true);
        }
    },

    /** Context about the employee at the register, beyond the user; see `iicharge_odoo_hr`. */
    get chargingContext() {
        return {};
    },

    async setDiscountFromUI(line) {
        if (getSessionId(line)) {
            this.showChargingIsFixed();
            return;
        }
        return super.setDiscountFromUI(...arguments);
    },

    showChargingIsFixed() {
        this.dialog.add(AlertDialog, {
            title: _t("Charging is billed by the meter"),
            body: _t(
                "Its quantity and price cannot be changed here. Remove it to give it back " +
                    "unpaid, or ask a manager to credit the session.",
            ),
        });
    },
});
