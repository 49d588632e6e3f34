import { OrderSummary } from "@point_of_sale/app/screens/product_screen/order_summary/order_summary";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { getSessionId } from "../../../services/register_payment";

patch(OrderSummary.prototype, {
    /** Lines of charging are removed as a whole or left as they are. */
    async updateSelectedOrderline({ key }) {
        const line = this.pos.getOrder()?.getSelectedOrderline();
        const sessionId = line && getSessionId(line);
        if (!sessionId) {
            return super.updateSelectedOrderline(...arguments);
        }
        this.numberBuffer.reset();
        if (key === "Backspace") {
            await this.removeCharging(sessionId);
        } else {
            this.pos.showChargingIsFixed();
        }
    },

    async onOrderlineLongPress(ev, line) {
        if (getSessionId(line)) {
            this.pos.showChargingIsFixed();
            return false;
        }
        return super.onOrderlineLongPress(...arguments);
    },

    /** Energy, idle time and the rest of a session are paid together or not at all. */
    async removeCharging(sessionId) {
        const isSure = await ask(this.dialog, {
            title: _t("Give the charging back unpaid?"),
            body: _t("All its lines leave this order. It waits on the charging screen again."),
            confirmLabel: _t("Remove it"),
        });
        if (!isSure) {
            return;
        }
        const order = this.pos.getOrder();
        for (const line of order.lines.filter((each) => getSessionId(each) === sessionId)) {
            order.removeOrderline(line);
        }
        await this.pos.releaseCharging([sessionId]);
    },
});
