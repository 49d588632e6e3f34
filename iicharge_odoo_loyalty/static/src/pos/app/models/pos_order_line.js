import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { getSessionId } from "@iicharge_odoo/pos/app/services/register_payment";
import { patch } from "@web/core/utils/patch";

import { getTopUpCode } from "../services/top_up";

/**
 * Charging whose order has given no points yet. What a card has paid in part was confirmed with
 * the card's line, and has given its points then, as every sales order.
 */
function isOwnSale(line) {
    return Boolean(getSessionId(line)) && !hasCardLine(line);
}

function hasCardLine(line) {
    const order = line.sale_order_origin_id;
    return Boolean(order?.order_line?.some((sold) => sold.raw.reward_id));
}

patch(PosOrderline.prototype, {
    /** Charging counts for programs as any product does, although its price is an order's. */
    ignoreLoyaltyPoints({ program }) {
        if (isOwnSale(this)) {
            return ["gift_card", "ewallet"].includes(program.program_type);
        }
        return super.ignoreLoyaltyPoints(...arguments);
    },

    /** Keeps each top-up apart: it is one card's. */
    canBeMergedWith(line) {
        return !getTopUpCode(this) && !getTopUpCode(line) && super.canBeMergedWith(...arguments);
    },

    /** Takes the card's part once: what a register has taken is not there again. */
    setQuantityFromSOL(saleOrderLine) {
        if (saleOrderLine.reward_id && getSessionId(this)) {
            return this.setQuantity(saleOrderLine.qty_to_invoice);
        }
        return super.setQuantityFromSOL(...arguments);
    },
});

patch(PosOrder.prototype, {
    isLineValidForLoyaltyPoints(line) {
        return isOwnSale(line) || super.isLineValidForLoyaltyPoints(...arguments);
    },

    /** Money on a card is no goods: other cards may pay for it, but no offer makes it cheaper. */
    _getDiscountableOnOrder(reward) {
        const found = super._getDiscountableOnOrder(...arguments);
        if (["ewallet", "gift_card"].includes(reward.program_id.program_type)) {
            return found;
        }
        for (const line of this.getOrderlines().filter(getTopUpCode)) {
            found.discountable -= line.prices.total_included;
            found.discountablePerTax[line.tax_ids.map((tax) => tax.id)] -= line.basePrice;
        }
        return found;
    },
});
