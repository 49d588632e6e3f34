import { Component, onWillStart, useEffect, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { useFocusRestore } from "../../hooks/focus_restore";
import { isPaidElsewhere, payNow } from "@iicharge_odoo/pos/app/services/register_payment";
import { StayFinder } from "@iicharge_odoo/common/stay_finder/stay_finder";
import { getErrorText, getRoomErrorText } from "@iicharge_odoo/common/error_text";
import { formatTime } from "@iicharge_odoo/common/clock";
import { describeGuest, describeRegister, formatBilledEnergy } from "@iicharge_odoo/common/wording";
import { SessionSheet } from "../../models/session_sheet";
import { HelpButton } from "../help_button/help_button";

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
        this.sheet = useState(new SessionSheet(this.chargingService, this.props.session.id));
        this.form = useState({ reason: "", statement: "" });
        this.find = (text) =>
            this.chargingService.call("find_payers", [this.session.connector_id, text]);
        Object.assign(this, { describeGuest, formatBilledEnergy, formatTime });
        useFocusRestore(() => [
            this.state.isToRoom,
            this.state.stay,
            this.state.bill,
            this.sheet.view,
        ]);
        onWillStart(() => {
            this.sheet.load();
        });
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

    /** Gets the usual ways to pay here: by card and in cash, as far as the register has them. */
    get methods() {
        const methods = this.pos.config.payment_method_ids.filter(
            (method) => !method.iicharge_room && method.type !== "pay_later",
        );
        const byType = ["bank", "cash"].map((type) =>
            methods.find((method) => method.type === type),
        );
        return byType.filter(Boolean);
    }

    getMethodIcon({ type }) {
        return type === "cash" ? "fa-money" : "fa-credit-card";
    }

    /** @param {object} [method] by which it is paid; without one the payment screen asks */
    payNow(method) {
        return this._do(async () => {
            await payNow(this.pos, this.chargingService, this.session.id, method);
            this.props.close();
        });
    }

    get disputeText() {
        return _t("A manager decides until %s.", formatDate(deserializeDate(this.sheet.done)));
    }

    print() {
        window.open(this.sheet.data.evidence_url, "_blank");
    }

    async dispute() {
        await this.sheet.dispute(this.form.reason, this.form.statement);
        if (this.sheet.done) {
            await this.reload();
            this.board.load();
        }
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
