import { Component, useEffect, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { useFocusRestore } from "../../hooks/focus_restore";
import { isPaidElsewhere, payNow } from "@iicharge_odoo/pos/app/services/register_payment";
import { getErrorText, getRoomErrorText } from "@iicharge_odoo/pos/app/utils/error_text";
import { formatTime } from "@iicharge_odoo/pos/app/utils/clock";
import { describeGuest, describeRegister, formatBilledEnergy } from "../../utils/wording";
import { HelpButton } from "../help_button/help_button";
import { StayFinder } from "../stay_finder/stay_finder";

const WAITS = ["rated", "late"];

/** The final sum of a session, and the ways to pay it that are still open. */
export class SessionPayment extends Component {
    static template = "iicharge_odoo.SessionPayment";
    static components = { HelpButton, StayFinder };
    static props = {
        session: Object,
        isToRoom: { type: Boolean, optional: true },
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.chargingService = useService("iicharge_charging");
        this.board = useState(this.chargingService.board);
        this.state = useState({
            session: this.props.session,
            isToRoom: Boolean(this.props.isToRoom),
            stay: null,
            refusal: null,
            bill: "",
            error: "",
            isBusy: false,
        });
        Object.assign(this, { describeGuest, formatBilledEnergy, formatTime });
        useFocusRestore(() => [this.state.isToRoom, this.state.stay, this.state.bill]);
        // another user may take payment, and a room's charge is posted automatically
        let readAt = this.board.readAt;
        useEffect(
            (boardReadAt) => {
                if (boardReadAt !== readAt) {
                    readAt = boardReadAt;
                    this.reload();
                }
            },
            () => [this.board.readAt],
        );
    }

    get session() {
        return this.state.session;
    }

    get isWaiting() {
        const { session } = this;
        const isAtRegister = this.board.unpaid.some(({ id }) => id === session.id);
        return !this.state.bill && (WAITS.includes(session.billing) || isAtRegister);
    }

    get isPaidElsewhere() {
        return isPaidElsewhere(this.session, this.pos.config.id, this.chargingService.device);
    }

    get elsewhere() {
        return describeRegister(this.session, this.pos.config.id);
    }

    formatAmount(amount) {
        return formatCurrency(amount, this.session.currency_id);
    }

    get total() {
        return this.formatAmount(this.session.total);
    }

    get tax() {
        return this.formatAmount(this.session.tax);
    }

    /** Gets where the money is, where nothing is left to do here. */
    get outcome() {
        const { billing, billing_label: label, room, review_text: review } = this.session;
        if (this.state.bill) {
            return _t("Charged to the room: it is on %s.", this.state.bill);
        }
        switch (billing) {
            case "review":
                return review || _t("A technician looks at the meter readings first.");
            case "free":
                return _t("Nothing to pay.");
            case "paid":
                return _t("Paid.");
            case "posted":
                return room ? _t("On the bill of room %s.", room) : label;
            default:
                return label;
        }
    }

    async reload() {
        try {
            this.state.session = await this.chargingService.call("read_session", [this.session.id]);
        } catch (error) {
            // keep what is shown; the next step reports the error
            console.warn(getErrorText(error));
        }
    }

    async _do(work, describeError = getErrorText) {
        Object.assign(this.state, { isBusy: true, error: "" });
        try {
            await work();
        } catch (error) {
            this.state.error = describeError(error);
        }
        this.state.isBusy = false;
    }

    payNow() {
        return this._do(async () => {
            await payNow(this.pos, this.chargingService, this.session.id);
            this.props.close();
        });
    }

    transferPayment() {
        const { id, register_since: since } = this.session;
        return this._do(async () => {
            await this.chargingService.call("transfer_payment", [id, since], {
                device: this.chargingService.device,
            });
            await this.reload();
        });
    }

    onStay(stay) {
        Object.assign(this.state, { stay, refusal: null });
    }

    chargeToRoom() {
        const { stay, refusal } = this.state;
        const isOverride = Boolean(refusal?.waivable);
        return this._do(async () => {
            const args = [this.session.id, stay.id, isOverride];
            const answer = await this.chargingService.call("charge_to_room", args);
            this.state.refusal = answer.refusal || null;
            this.state.bill = answer.bill || "";
            this.board.load();
        }, getRoomErrorText);
    }
}
