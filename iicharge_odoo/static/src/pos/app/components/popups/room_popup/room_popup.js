import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { getFailureText } from "../../../utils/failure_text";

const { DateTime } = luxon;
const TYPING_PAUSE_MS = 300;

/** Finds the stay whose bill takes an order: by room, last name or booking. */
export class RoomPopup extends Component {
    static template = "iicharge_odoo.RoomPopup";
    static components = { Dialog };
    static props = {
        find: Function,
        amount: String,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ text: "", stays: null, chosen: null, error: "" });
        this.search = useDebounced(() => this.find(), TYPING_PAUSE_MS);
        useAutofocus({ refName: "search" });
    }

    async find() {
        const text = this.state.text.trim();
        Object.assign(this.state, { chosen: null, error: "" });
        if (!text) {
            this.state.stays = null;
            return;
        }
        try {
            const stays = await this.props.find(text);
            if (text === this.state.text.trim()) {
                this.state.stays = stays;
            }
        } catch (error) {
            Object.assign(this.state, { stays: null, error: getFailureText(error) });
        }
    }

    /** By the clock of the hotel, wherever the register's own clock is set to. */
    formatCheckout({ checkout, time_zone: zone }) {
        const at = DateTime.fromISO(checkout).setZone(zone);
        return at.toLocaleString(DateTime.DATETIME_SHORT);
    }

    confirm() {
        this.props.getPayload(this.state.chosen);
        this.props.close();
    }
}
