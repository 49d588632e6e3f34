import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { RoomCharge } from "@iicharge_odoo/pos/app/services/room_charge";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { getTopUpCode } from "../../services/top_up";

patch(PaymentScreen.prototype, {
    /** Whoever prepays has paid: a room's bill is paid later. */
    async addNewPaymentLine(paymentMethod) {
        if (paymentMethod.iicharge_room && this.currentOrder.lines.some(getTopUpCode)) {
            new RoomCharge(this.pos).showRefusal(
                _t("Charge to the room"),
                _t(
                    "A prepaid card is paid here, not with the room. For a hotel guest, start charging for the room: it goes on the bill automatically.",
                ),
            );
            return false;
        }
        return super.addNewPaymentLine(...arguments);
    },
});
