import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { getErrorText } from "@iicharge_odoo/common/error_text";
import { SessionPayment } from "../../session_payment/session_payment";

/** A stopped session that waits: to the room, or paid now. */
export class PaymentPopup extends Component {
    static template = "iicharge_odoo.PaymentPopup";
    static components = { Dialog, SessionPayment };
    static props = {
        sessionId: Number,
        isToRoom: { type: Boolean, optional: true },
        close: Function,
    };

    setup() {
        this.chargingService = useService("iicharge_charging");
        this.state = useState({ session: null, error: "" });
        onWillStart(() => {
            this.load();
        });
    }

    get title() {
        return this.state.session?.connector || _t("To be paid");
    }

    async load() {
        this.state.error = "";
        try {
            this.state.session = await this.chargingService.call("read_session", [
                this.props.sessionId,
            ]);
        } catch (error) {
            this.state.error = getErrorText(error);
        }
    }
}
