import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { formatTime } from "@iicharge_odoo/common/clock";
import { getErrorText } from "@iicharge_odoo/common/error_text";
import { describeGuest } from "@iicharge_odoo/common/wording";
import { HelpButton } from "../../help_button/help_button";

/** A start that waits for its car: for whom, until when, and to cancel it. */
export class PendingPopup extends Component {
    static template = "iicharge_odoo.PendingPopup";
    static components = { Dialog, HelpButton };
    static props = { connector: Object, close: Function };

    setup() {
        this.chargingService = useService("iicharge_charging");
        this.board = useState(this.chargingService.board);
        this.state = useState({ error: "", isBusy: false });
        this.describeGuest = describeGuest;
    }

    get connector() {
        return this.board.getConnector(this.props.connector.id);
    }

    get waitText() {
        const { pending, time_zone: zone } = this.connector;
        return _t("The charger waits for the car until %s.", formatTime(pending.until, zone));
    }

    async cancel() {
        Object.assign(this.state, { error: "", isBusy: true });
        try {
            await this.chargingService.call("cancel_start", [this.props.connector.id]);
            await this.board.load();
            this.props.close();
        } catch (error) {
            Object.assign(this.state, { error: getErrorText(error), isBusy: false });
        }
    }
}
