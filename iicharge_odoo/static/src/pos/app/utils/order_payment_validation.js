import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";

import { ChargingPayment } from "../services/charging_payment";
import { RoomCharge } from "../services/room_charge";

patch(OrderPaymentValidation.prototype, {
    async askBeforeValidation() {
        if ((await super.askBeforeValidation()) === false) {
            return false;
        }
        return (
            (await new ChargingPayment(this.pos).confirm(this.order)) &&
            (await new RoomCharge(this.pos).confirm(this.order))
        );
    },
});
