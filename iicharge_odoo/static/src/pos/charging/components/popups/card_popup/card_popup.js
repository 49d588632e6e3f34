// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";

import { useCardReader } from "../../../hooks/card_reader";
import { CardLookup } from "../../../models/card_lookup";
import { formatPower, getLook } from "../../../utils/wording";
import { StartPopup } from "../start_popup/start_popup";

/** The holder of a tapped card, and the free connectors with their prices. */
export class CardPopup extends Component {
    static template = "iicharge_odoo.CardPopup";
    static components = { Dialog };
    static props = { uid: { type: String, optional: true }, close: Function };

    setup() {
        this.dialog = useService("dialog");
        const chargingService = useService("iicharge_charging");
        this.board = useState(chargingService.board);
        this.lookup = useState(new CardLookup(chargingService));
        this.state = useState({ text: "" });
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

    start(connector) {
        const { card } = this.lookup;
        this.props.close();
        this.dialog.add(StartPopup, { connector, card });
    }
}
