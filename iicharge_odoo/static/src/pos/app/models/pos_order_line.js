import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";

import { getSessionId, hasOwnTaxes } from "../services/register_payment";

patch(PosOrderline.prototype, {
    /** Keeps each line of charging apart: it is what one session used. */
    canBeMergedWith(line) {
        return !getSessionId(this) && !getSessionId(line) && super.canBeMergedWith(...arguments);
    },

    prepareBaseLineForTaxesComputationExtraValues() {
        const values = super.prepareBaseLineForTaxesComputationExtraValues(...arguments);
        return hasOwnTaxes(this) ? { ...values, tax_ids: this.tax_ids } : values;
    },
});
