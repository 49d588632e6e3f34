import { Component, useState } from "@odoo/owl";
import { useAutofocus } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { getErrorText } from "@iicharge_odoo/pos/app/utils/error_text";
import { formatTime } from "@iicharge_odoo/pos/app/utils/clock";

const TYPING_PAUSE_MS = 300;

/** Finds a stay by room, last name or booking. */
export class StayFinder extends Component {
    static template = "iicharge_odoo.StayFinder";
    static props = {
        chargingService: Object,
        connectorId: Number,
        /** (stay, guest) */
        onChosen: Function,
        /** what was entered where no stay was found: it may be a card's number */
        onOther: { type: Function, optional: true },
    };

    setup() {
        this.state = useState({ text: "", stays: null, error: "" });
        this.search = useDebounced(() => this.find(), TYPING_PAUSE_MS);
        useAutofocus({ refName: "search" });
        this.formatTime = formatTime;
    }

    async onKeydown(ev) {
        if (ev.key !== "Enter") {
            return;
        }
        ev.preventDefault();
        await this.find();
        if (this.state.stays && !this.state.stays.length) {
            this.props.onOther?.(this.state.text);
        }
    }

    async find() {
        const text = this.state.text.trim();
        if (!text) {
            Object.assign(this.state, { stays: null, error: "" });
            return;
        }
        try {
            const stays = await this.props.chargingService.call("find_stays", [
                this.props.connectorId,
                text,
            ]);
            if (text === this.state.text.trim()) {
                Object.assign(this.state, { stays, error: "" });
            }
        } catch (error) {
            Object.assign(this.state, { stays: null, error: getErrorText(error) });
        }
    }
}
