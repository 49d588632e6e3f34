import { ChargingPayment } from "@iicharge_odoo/pos/app/services/charging_payment";
import { patch } from "@web/core/utils/patch";

import { getTopUpCode } from "./top_up";

patch(ChargingPayment.prototype, {
    isOrdered(line) {
        return Boolean(getTopUpCode(line)) || super.isOrdered(...arguments);
    },
});
