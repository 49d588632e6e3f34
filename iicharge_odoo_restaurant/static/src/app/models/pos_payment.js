import { PosPayment } from "@point_of_sale/app/models/pos_payment";
import { patch } from "@web/core/utils/patch";

patch(PosPayment.prototype, {
    /** A room charge is on the stay's bill: no tip can be added afterwards. */
    canBeAdjusted() {
        return !this.payment_method_id.iicharge_room && super.canBeAdjusted();
    },
});
