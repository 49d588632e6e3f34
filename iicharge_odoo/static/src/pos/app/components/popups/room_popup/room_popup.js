import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

import { getRoomErrorText } from "@iicharge_odoo/common/error_text";
import { StayFinder } from "@iicharge_odoo/common/stay_finder/stay_finder";

/** Finds the stay whose bill takes an order: by room, name or booking. */
export class RoomPopup extends Component {
    static template = "iicharge_odoo.RoomPopup";
    static components = { Dialog, StayFinder };
    static props = {
        find: Function,
        amount: String,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ chosen: null });
        this.find = this.find.bind(this);
    }

    async find(text) {
        try {
            return { suggested: [], stays: await this.props.find(text), cards: [] };
        } catch (error) {
            throw new Error(getRoomErrorText(error));
        }
    }

    get label() {
        const { amount } = this.props;
        const { chosen } = this.state;
        if (!chosen) {
            return _t("Choose who pays");
        }
        return chosen.room
            ? _t("Charge %(amount)s to room %(room)s", { amount, room: chosen.room })
            : _t("Charge %(amount)s to %(stay)s", { amount, stay: chosen.text });
    }

    choose(stay) {
        this.state.chosen = stay;
    }

    confirm() {
        this.props.getPayload(this.state.chosen);
        this.props.close();
    }
}
