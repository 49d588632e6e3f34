import { getSessionId } from "@iicharge_odoo/pos/app/services/register_payment";
import { SplitBillScreen } from "@pos_restaurant/app/screens/split_bill_screen/split_bill_screen";
import { patch } from "@web/core/utils/patch";

patch(SplitBillScreen.prototype, {
    /** Lines of one session move to the other bill together, as they are paid together. */
    onClickLine(line) {
        const sessionId = getSessionId(line);
        const together = sessionId
            ? this.orderlines.filter((each) => getSessionId(each) === sessionId)
            : [line];
        for (const each of together) {
            super.onClickLine(each);
        }
    },
});
