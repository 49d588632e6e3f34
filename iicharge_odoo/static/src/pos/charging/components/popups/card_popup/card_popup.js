// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";

import { useCardReader } from "../../../hooks/card_reader";
import { CardLookup } from "../../../models/card_lookup";
import { isFree } from "@iicharge_odoo/pos/app/utils/board_rows";
import { getLook } from "../../../../../common/state_looks";
import { formatPower } from "@iicharge_odoo/common/wording";
import { StayFinder } from "@iicharge_odoo/common/stay_finder/stay_finder";
import { StartPopup } from "../start_popup/start_popup";

/** The holder of a tapped card, and the free connectors with their prices. */
export class CardPopup extends Component {
    static template = "iicharge_odoo.CardPopup";
    static components = { Dialog, StayFinder };
    static props = { uid: { type: String, optional: true }, close: Function };

    setup() {
        this.dialog = useService("dialog");
        const chargingService = useService("iicharge_charging");
        this.board = useState(chargingService.board);
        this.lookup = useState(new CardLookup(chargingService));
        this.state = useState({ text: "", isGiving: false, stay: null });
        this.find = (text) => chargingService.call("find_payers", [this.anyConnector.id, text]);
        Object.assign(this, { formatPower, getLook });
        useAutofocus({ refName: "number" });
        useCardReader((uid) => this.lookup.read(uid));
        onWillStart(() => {
            this.board.open();
            if (this.props.uid) {
                this.lookup.read(this.props.uid);
            }
        });
        onWillUnmount(() => this.board.close());
    }

    readTyped() {
        const { text } = this.state;
        this.state.text = "";
        return this.lookup.read(text);
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.readTyped();
        }
    }

    get anyConnector() {
        return this.nextFree || this.board.connectors[0];
    }

    /** Whether a guest may be given this card: it is not known. */
    get canGive() {
        return this.lookup.refusal?.code === "card_unknown" && Boolean(this.anyConnector);
    }

    /** Gives the card at once where the stay has one guest; else it is asked who gets it. */
    chooseStay(stay) {
        if (stay.guests.length > 1) {
            this.state.stay = stay;
        } else {
            this.give(stay, stay.guests[0]);
        }
    }

    give(stay, guest) {
        Object.assign(this.state, { isGiving: false, stay: null });
        return this.lookup.give(stay, guest);
    }

    get nextFree() {
        return this.board.connectors.find(isFree);
    }

    get nextFreeText() {
        return _t(
            "Both start at %s, the next free one. For another place close this and tap its tile.",
            this.nextFree.name,
        );
    }

    /** Starts at the next free connector without the card that was refused. */
    startWithout(payer) {
        this.props.close();
        this.dialog.add(StartPopup, { connector: this.nextFree, ...payer });
    }

    start(connector) {
        const { card } = this.lookup;
        this.props.close();
        this.dialog.add(StartPopup, { connector, card });
    }
}
