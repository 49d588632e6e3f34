import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { parseFloat } from "@web/views/fields/parsers";

import { StartRequest } from "../../../models/start_request";
import { describeGuest } from "../../../utils/wording";
import { HelpButton } from "../../help_button/help_button";
import { StayFinder } from "../../stay_finder/stay_finder";

const TYPING_PAUSE_MS = 400;

/** Starts charging: who pays, the price before the start, and what the charger makes of it. */
export class StartPopup extends Component {
    static template = "iicharge_odoo.StartPopup";
    static components = { Dialog, HelpButton, StayFinder };
    static props = { connector: Object, close: Function };

    setup() {
        this.desk = useService("iicharge_desk");
        this.board = useState(this.desk.board);
        this.request = useState(new StartRequest(this.desk, this.props.connector));
        this.applyLimit = useDebounced(this.applyLimit.bind(this), TYPING_PAUSE_MS);
        this.describeGuest = describeGuest;
        onWillUnmount(() => this.request.close());
    }

    get title() {
        return _t("Start charging · %s", this.props.connector.name);
    }

    get payer() {
        const { stay, guest } = this.request;
        return stay
            ? describeGuest({ room: stay.room, guest: guest?.name || stay.bill })
            : _t("Walk-in, pays after charging");
    }

    get limitKinds() {
        return [
            ["none", _t("Until the car is full")],
            ["energy", _t("Stop at kWh")],
            ["amount", _t("Stop at amount")],
        ];
    }

    get isFollowing() {
        return ["asking", "asked", "accepted", "refused", "lost"].includes(this.request.phase);
    }

    get startLabel() {
        return this.request.refusal?.waivable ? _t("Start anyway") : _t("Start charging");
    }

    onStay(stay, guest) {
        this.request.chooseStay(stay, guest);
    }

    setLimitKind(kind) {
        this.request.setLimit(kind, 0);
    }

    applyLimit(text) {
        let limit = 0;
        try {
            limit = Math.max(0, parseFloat(text));
        } catch {
            // not a number yet: nothing can be started with it
        }
        this.request.setLimit(this.request.limitKind, limit);
    }
}
