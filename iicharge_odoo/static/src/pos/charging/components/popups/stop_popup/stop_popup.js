import { Component, onWillUnmount, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { useFocusRestore } from "../../../hooks/focus_restore";
import { StopRequest } from "../../../models/stop_request";
import { describeGuest, formatEnergy } from "../../../utils/wording";
import { HelpButton } from "../../help_button/help_button";
import { SessionPayment } from "../../session_payment/session_payment";

/** Stops a session, follows the charger, and shows the final sum with the ways to pay it. */
export class StopPopup extends Component {
    static template = "iicharge_odoo.StopPopup";
    static components = { Dialog, HelpButton, SessionPayment };
    static props = { session: Object, close: Function };

    setup() {
        this.chargingService = useService("iicharge_charging");
        this.request = useState(new StopRequest(this.chargingService, { ...this.props.session }));
        Object.assign(this, { describeGuest, formatEnergy });
        useFocusRestore(() => [this.request.phase]);
        onWillUnmount(() => this.request.close());
    }

    get headline() {
        return {
            asking: _t("Asking the charger…"),
            asked: _t("Asking the charger…"),
            ending: _t("The charger ends the charging. The sum is there in a moment."),
            refused: _t("Charging has not been stopped."),
            lost: _t("No connection to the server."),
        }[this.request.phase];
    }

    get amount() {
        return formatCurrency(this.request.session.amount, this.request.session.currency_id);
    }
}
