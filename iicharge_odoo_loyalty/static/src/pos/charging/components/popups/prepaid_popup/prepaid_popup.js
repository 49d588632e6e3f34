import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { formatTime } from "@iicharge_odoo/common/clock";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { parseFloat } from "@web/views/fields/parsers";

import { PrepaidCard } from "../../../models/prepaid_card";

// What guests usually put on a card.
const TOP_UPS = [10, 20, 50];

function readAmount(text) {
    try {
        return Math.max(0, parseFloat(String(text)));
    } catch {
        return 0;
    }
}

/** What is on a prepaid card, and which charging card charges on it. */
export class PrepaidPopup extends Component {
    static template = "iicharge_odoo_loyalty.PrepaidPopup";
    static components = { Dialog };
    static props = {
        /** a card that is known already, by its number */
        text: { type: String, optional: true },
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.dialog = useService("dialog");
        this.prepaid = useState(new PrepaidCard(useService("iicharge_charging")));
        this.formatTime = formatTime;
        if (this.props.text) {
            this.prepaid.text = this.props.text;
            this.prepaid.find();
        }
        // a reader types the number and presses Enter
        useAutofocus({ refName: "number" });
    }

    onKeydown(ev, work) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            work();
        }
    }

    get amounts() {
        return TOP_UPS;
    }

    formatAmount(amount) {
        return this.env.utils.formatCurrency(amount);
    }

    /** Opens the payment of a top-up: what is left is to validate it. */
    async topUp(amount) {
        if (await this.prepaid.topUp(this.pos, amount)) {
            this.props.close();
        }
    }

    topUpOther() {
        this.dialog.add(NumberPopup, {
            title: _t("Top up by"),
            getPayload: (text) => this.topUp(readAmount(text)),
        });
    }

    async refundRest() {
        if (await this.prepaid.refundRest(this.pos)) {
            this.props.close();
        }
    }

    async chooseCustomer() {
        const partner = await makeAwaitable(this.dialog, PartnerList, { partner: null });
        if (partner) {
            await this.prepaid.chooseCustomer(partner);
        }
    }
}
