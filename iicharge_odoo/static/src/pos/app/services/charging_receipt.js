import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

patch(PosStore.prototype, {
    /** Gets the facts of a line's charge for the receipt: meter, times, tariff and tax. */
    async settleSO() {
        await super.settleSO(...arguments);
        for (const line of this.getOrder().lines) {
            const text = line.sale_order_line_id?.iicharge_text;
            if (text && line.iicharge_text !== text) {
                line.iicharge_text = text;
            }
        }
    },
});
