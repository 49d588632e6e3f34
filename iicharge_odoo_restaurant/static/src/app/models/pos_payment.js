import { PosPayment } from "@point_of_sale/app/models/pos_payment";
import { patch } from "@web/core/utils/patch";

patch(PosPayment.prototype, {
    /** Refuses a tip on a room charge, which is on the stay's bill. */
    canBeAdjusted() {
        return !this.payment_method_id.iicharge_room && super.canBeAdjusted();
    },
});
