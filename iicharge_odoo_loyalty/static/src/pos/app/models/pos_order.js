import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

const PREPAID = ["gift_card", "ewallet"];

patch(PosOrder.prototype, {
    /**
     * A card that was sold with its tax takes it off with its part: the tax is part of what the card
     * pays, and Odoo's own price is without it.
     */
    _getRewardLineValuesDiscount({ reward }) {
        const result = super._getRewardLineValuesDiscount(...arguments);
        const isPrepaid = PREPAID.includes(reward.program_id.program_type);
        for (const line of isPrepaid && Array.isArray(result) ? result : []) {
            if (line.tax_ids.some((tax) => tax.price_include)) {
                line.price_unit = -this.currency.round(line.points_cost * reward.discount);
            }
        }
        return result;
    },
});
