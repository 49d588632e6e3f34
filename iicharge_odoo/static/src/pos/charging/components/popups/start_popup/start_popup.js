import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { parseFloat } from "@web/views/fields/parsers";

import { StayFinder } from "@iicharge_odoo/common/stay_finder/stay_finder";
import { useCardReader } from "../../../hooks/card_reader";
import { useFocusRestore } from "../../../hooks/focus_restore";
import { CardLookup } from "../../../models/card_lookup";
import { StartRequest } from "../../../models/start_request";
import { describePlug } from "@iicharge_odoo/common/tile";
import { describeBlocked, describeGuest, describeWhom } from "@iicharge_odoo/common/wording";
import { HelpButton } from "../../help_button/help_button";

const TYPING_PAUSE_MS = 400;

/** Starts charging: who pays, the price before the start, and what the charger makes of it. */
export class StartPopup extends Component {
    static template = "iicharge_odoo.StartPopup";
    static components = { Dialog, HelpButton, StayFinder };
    static props = {
        connector: Object,
        /** as from `iicharge_read_card` */
        card: { type: Object, optional: true },
        /** as from `iicharge_find_payers` */
        stay: { type: Object, optional: true },
        isVisitor: { type: Boolean, optional: true },
        close: Function,
    };

    setup() {
        this.chargingService = useService("iicharge_charging");
        this.board = useState(this.chargingService.board);
        this.request = useState(new StartRequest(this.chargingService, this.props.connector));
        this.lookup = useState(new CardLookup(this.chargingService));
        useCardReader((uid) => this.readCard(uid));
        useFocusRestore(() => [
            this.request.phase,
            this.request.canStart,
            this.request.hasPayer,
            this.request.isVisitor,
        ]);
        onWillStart(() => {
            this.chooseFirst();
        });
        this.startRef = useRef("start");
        useEffect(
            (canStart, payer) => this.focusStart(canStart && payer),
            () => [this.request.canStart, this.request.stay?.id || this.request.card?.token_id],
        );
        this.find = (text) =>
            this.chargingService.call("find_payers", [this.props.connector.id, text]);
        this.applyLimit = useDebounced(this.applyLimit.bind(this), TYPING_PAUSE_MS);
        Object.assign(this, { describeBlocked, describePlug });
        onWillUnmount(() => this.request.close());
    }

    /** Chooses who pays where it is known from the beginning; else shows what guests pay. */
    chooseFirst() {
        const { card, stay, isVisitor } = this.props;
        if (card) {
            return this.request.chooseCard(card);
        }
        if (stay) {
            return this.request.chooseStay(stay);
        }
        return isVisitor ? this.request.chooseVisitor() : this.request.readTerms();
    }

    /** Once a row was chosen, Enter starts. */
    focusStart(isChosen) {
        if (isChosen && !document.activeElement?.matches(".o_iicharge_limit")) {
            this.startRef.el?.focus();
        }
    }

    get title() {
        return _t("Start · %s", this.props.connector.name);
    }

    get connector() {
        return this.request.connector || this.props.connector;
    }

    get payer() {
        const { card, stay, guest, isVisitor, noted } = this.request;
        if (card) {
            return card.who;
        }
        if (stay) {
            return describeWhom({ room: stay.room, guest: guest?.name || stay.bill });
        }
        return isVisitor ? describeGuest({ ...noted, walk_in_name: noted.name }) : "";
    }

    get limitKinds() {
        return [
            ["none", _t("Car is full")],
            ["energy", _t("At kWh")],
            ["amount", _t("At an amount")],
        ];
    }

    get startLabel() {
        const { hasPayer, refusal } = this.request;
        if (!hasPayer) {
            return _t("Choose who pays");
        }
        if (this.request.isVisitor && !refusal?.waivable) {
            return _t("Start for the walk-in");
        }
        return refusal?.waivable
            ? _t("Start anyway for %s", this.payer)
            : _t("Start for %s", this.payer);
    }

    get reserveLabel() {
        return _t("Reserve for %s min", this.request.reservedMinutes);
    }

    get priceHead() {
        return this.request.isVisitor ? _t("Price for visitors") : _t("Price for guests");
    }

    get priceNote() {
        const { stay, isVisitor } = this.request;
        if (stay) {
            return stay.room
                ? _t("Goes on the bill of room %s.", stay.room)
                : _t("Goes on the bill %s.", stay.bill);
        }
        return isVisitor ? _t("Paid here after the stop. Nothing is put on a room.") : "";
    }

    onStay(stay) {
        this.request.chooseStay(stay);
    }

    /** While it is open who pays, a card answers that as well. */
    async readCard(uid) {
        if (this.request.phase !== "terms" || this.request.card) {
            return;
        }
        await this.lookup.read(uid);
        if (this.lookup.card && this.request.phase === "terms") {
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

    onLimitKeydown(ev) {
        if (ev.key === "Enter" && this.request.canStart) {
            this.request.send();
        }
    }
}
