import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { Dialog } from "@web/core/dialog/dialog";
import { useService } from "@web/core/utils/hooks";

import { formatTime } from "@iicharge_odoo/common/clock";
import { getErrorText } from "@iicharge_odoo/common/error_text";
import { describeGuest, formatEnergy } from "@iicharge_odoo/common/wording";
import { PaymentPopup } from "../payment_popup/payment_popup";

/** What ended today: who, how much, and how it is paid. */
export class FinishedPopup extends Component {
    static template = "iicharge_odoo.FinishedPopup";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        this.dialog = useService("dialog");
        this.chargingService = useService("iicharge_charging");
        this.state = useState({ sessions: null, error: "" });
        Object.assign(this, { describeGuest, formatEnergy, formatTime });
        onWillStart(() => {
            this.load();
        });
    }

    async load() {
        this.state.error = "";
        try {
            this.state.sessions = await this.chargingService.call("read_finished");
        } catch (error) {
            this.state.error = getErrorText(error);
        }
    }

    formatTotal({ total, currency_id: currencyId }) {
        return formatCurrency(total, currencyId);
    }

    open({ id }) {
        this.props.close();
        this.dialog.add(PaymentPopup, { sessionId: id });
    }
}
