import { PosPayment } from "@point_of_sale/app/models/pos_payment";
import { patch } from "@web/core/utils/patch";

patch(PosPayment.prototype, {
    /** What went to a room is on the stay's bill: no tip is added to it afterwards. */
    canBeAdjusted() {
        return !this.payment_method_id.iicharge_room && super.canBeAdjusted();
    },
});
