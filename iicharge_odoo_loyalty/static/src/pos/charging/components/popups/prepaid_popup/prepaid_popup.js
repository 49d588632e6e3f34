import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { formatTime } from "@iicharge_odoo/pos/app/utils/clock";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";

import { PrepaidCard } from "../../../models/prepaid_card";

/** What is on a prepaid card, and which charging card charges on it. */
export class PrepaidPopup extends Component {
    static template = "iicharge_odoo_loyalty.PrepaidPopup";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        this.pos = usePos();
        this.dialog = useService("dialog");
        this.prepaid = useState(new PrepaidCard(useService("iicharge_charging")));
        this.formatTime = formatTime;
        // a reader types the number and presses Enter
        useAutofocus({ refName: "number" });
    }

    onKeydown(ev, work) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            work();
        }
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
