import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { parseFloat } from "@web/views/fields/parsers";

import { useCardReader } from "../../../hooks/card_reader";
import { useFocusRestore } from "../../../hooks/focus_restore";
import { CardLookup } from "../../../models/card_lookup";
import { StartRequest } from "../../../models/start_request";
import { describeGuest } from "../../../utils/wording";
import { HelpButton } from "../../help_button/help_button";
import { StayFinder } from "../../stay_finder/stay_finder";

const TYPING_PAUSE_MS = 400;

/** Starts charging: who pays, the price before the start, and what the charger makes of it. */
export class StartPopup extends Component {
    static template = "iicharge_odoo.StartPopup";
    static components = { Dialog, HelpButton, StayFinder };
    static props = {
        connector: Object,
        /** as from `iicharge_read_card` */
        card: { type: Object, optional: true },
        close: Function,
    };

    setup() {
        this.chargingService = useService("iicharge_charging");
        this.board = useState(this.chargingService.board);
        this.request = useState(new StartRequest(this.chargingService, this.props.connector));
        this.lookup = useState(new CardLookup(this.chargingService));
        useCardReader((uid) => this.readCard(uid));
        useFocusRestore(() => [this.request.phase, this.request.canStart]);
        if (this.props.card) {
            this.request.chooseCard(this.props.card);
        }
        this.applyLimit = useDebounced(this.applyLimit.bind(this), TYPING_PAUSE_MS);
        this.describeGuest = describeGuest;
        onWillUnmount(() => this.request.close());
    }

    get title() {
        return _t("Start charging · %s", this.props.connector.name);
    }

    get payer() {
        const { card, stay, guest } = this.request;
        if (card) {
            return card.who;
        }
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

    get startLabel() {
        return this.request.refusal?.waivable ? _t("Start anyway") : _t("Start charging");
    }

    onStay(stay, guest) {
        this.request.chooseStay(stay, guest);
    }

    /** While it is open who pays, a card answers that as well. */
    async readCard(uid) {
        if (this.request.phase !== "payer") {
            return;
        }
        await this.lookup.read(uid);
        if (this.lookup.card && this.request.phase === "payer") {
            this.request.chooseCard(this.lookup.card);
        }
    }

    /** Looks up a card by what is no stay; where it is none, the list of stays shows it. */
    async readTyped(text) {
        await this.readCard(text);
        if (this.lookup.refusal?.code === "card_unknown") {
            this.lookup.clear();
        }
    }

    /** Chooses the stay of a refused card: it may charge as other stays do. */
    startForStay() {
        const { stay, guest } = this.request.card;
        this.request.chooseStay(stay, guest || null);
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
