import { OrderSummary } from "@point_of_sale/app/screens/product_screen/order_summary/order_summary";
import { patch } from "@web/core/utils/patch";

import { getTopUpCode } from "../../services/top_up";

patch(OrderSummary.prototype, {
    /** Refuses other changes of a top-up than its removal. */
    async updateSelectedOrderline({ key }) {
        const order = this.pos.getOrder();
        const line = order?.getSelectedOrderline();
        if (!line || !getTopUpCode(line)) {
            return super.updateSelectedOrderline(...arguments);
        }
        this.numberBuffer.reset();
        if (key === "Backspace") {
            order.removeOrderline(line);
        } else {
            this.pos.showTopUpIsFixed();
        }
    },

    async onOrderlineLongPress(ev, line) {
        if (getTopUpCode(line)) {
            this.pos.showTopUpIsFixed();
            return false;
        }
        return super.onOrderlineLongPress(...arguments);
    },
});
