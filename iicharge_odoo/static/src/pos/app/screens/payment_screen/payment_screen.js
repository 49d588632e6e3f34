import { _t } from "@web/core/l10n/translation";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { patch } from "@web/core/utils/patch";

import { ChargingPayment } from "../../services/charging_payment";
import {
    getRefundedPayment,
    getRoomPayment,
    RoomCharge,
    setStay,
    whyNoFurtherPayment,
} from "../../services/room_charge";

patch(PaymentScreen.prototype, {
    /** "Room" asks for the stay first; no other payment is combined with it. */
    async addNewPaymentLine(paymentMethod) {
        const room = new RoomCharge(this.pos);
        const reason = whyNoFurtherPayment(this.currentOrder, paymentMethod);
        if (reason) {
            room.showRefusal(_t("Charge to the room"), reason);
            return false;
        }
        if (!paymentMethod.iicharge_room || getRefundedPayment(this.currentOrder)) {
            return super.addNewPaymentLine(paymentMethod);
        }
        const stay = await room.choose(this.currentOrder);
        if (!stay || !(await super.addNewPaymentLine(paymentMethod))) {
            return false;
        }
        setStay(getRoomPayment(this.currentOrder), stay);
        return true;
    },

    /** Checks before a terminal takes the money, which is before the order is validated. */
    async sendPaymentRequest() {
        if (await new ChargingPayment(this.pos).confirm(this.currentOrder)) {
            return super.sendPaymentRequest(...arguments);
        }
    },
});
