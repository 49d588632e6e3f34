import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { StopRequest } from "../../../models/stop_request";
import { describeGuest, formatEnergy } from "../../../utils/wording";
import { Settlement } from "../../settlement/settlement";

/** Stops a session, follows the charger, and shows the final sum with the ways to settle it. */
export class StopPopup extends Component {
    static template = "iicharge_odoo.StopPopup";
    static components = { Dialog, Settlement };
    static props = { session: Object, close: Function };

    setup() {
        this.desk = useService("iicharge_desk");
        this.request = useState(new StopRequest(this.desk, { ...this.props.session }));
        Object.assign(this, { describeGuest, formatEnergy });
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

    get isBad() {
        return ["refused", "lost"].includes(this.request.phase);
    }

    get amount() {
        return this.env.utils.formatCurrency(this.request.session.amount);
    }
}
