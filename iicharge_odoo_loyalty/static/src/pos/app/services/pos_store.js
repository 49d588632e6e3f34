import { PosStore } from "@point_of_sale/app/services/pos_store";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { getTopUpCode } from "./top_up";

patch(PosStore.prototype, {
    async setDiscountFromUI(line) {
        if (getTopUpCode(line)) {
            this.showTopUpIsFixed();
            return;
        }
        return super.setDiscountFromUI(...arguments);
    },

    showTopUpIsFixed() {
        this.dialog.add(AlertDialog, {
            title: _t("The sum of a prepaid card is fixed"),
            body: _t(
                "It cannot be changed here. Remove the line, and choose the sum again on the charging screen.",
            ),
        });
    },
});
