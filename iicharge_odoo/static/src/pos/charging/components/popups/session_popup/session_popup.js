import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { parseFloat } from "@web/views/fields/parsers";

import { StayFinder } from "@iicharge_odoo/common/stay_finder/stay_finder";
import { formatTime } from "@iicharge_odoo/common/clock";
import { useFocusRestore } from "../../../hooks/focus_restore";
import { SessionSheet } from "../../../models/session_sheet";
import { StopRequest } from "../../../models/stop_request";
import { drawPower } from "../../../utils/curve";
import { describeTile } from "@iicharge_odoo/common/tile";
import {
    describeGuest,
    describeLimit,
    describeTrouble,
    describeWhom,
    formatEnergy,
    formatPower,
} from "@iicharge_odoo/common/wording";
import { HelpButton } from "../../help_button/help_button";
import { SessionPayment } from "../../session_payment/session_payment";
import { GuidePopup } from "../guide_popup/guide_popup";

const { DateTime } = luxon;

/** A running session: what it is at, where it stops, and all that front desk can do with it. */
export class SessionPopup extends Component {
    static template = "iicharge_odoo.SessionPopup";
    static components = { Dialog, HelpButton, SessionPayment, StayFinder };
    static props = { session: Object, close: Function };

    setup() {
        this.dialog = useService("dialog");
        this.chargingService = useService("iicharge_charging");
        this.board = useState(this.chargingService.board);
        const { session } = this.props;
        this.request = useState(new StopRequest(this.chargingService, { ...session }));
        this.sheet = useState(new SessionSheet(this.chargingService, session.id));
        this.form = useState({ kind: "none", limit: "", noted: {}, message: "" });
        useFocusRestore(() => [this.request.phase, this.sheet.view, this.sheet.stay]);
        onWillStart(() => {
            this.sheet.load();
        });
        onWillUnmount(() => this.request.close());
        this.find = (text) =>
            this.chargingService.call("find_payers", [this.session.connector_id, text]);
        Object.assign(this, { describeGuest, formatEnergy, formatPower, formatTime });
    }

    /** Gets the session as the board has it now; after its end, as it was last. */
    get session() {
        const connector = this.board.getConnector(this.props.session.connector_id);
        const shown = connector?.session;
        return shown?.id === this.props.session.id ? shown : this.request.session;
    }

    get connector() {
        return this.board.getConnector(this.session.connector_id);
    }

    get tile() {
        return this.connector && describeTile(this.connector, false, DateTime.now());
    }

    get trouble() {
        return this.connector ? describeTrouble(this.connector, DateTime.now()) : "";
    }

    get title() {
        return `${describeGuest(this.session)} · ${this.session.connector}`;
    }

    formatAmount(amount) {
        return formatCurrency(amount, this.session.currency_id);
    }

    get amount() {
        return this.formatAmount(this.session.amount);
    }

    get limit() {
        return describeLimit(this.session, (amount) => this.formatAmount(amount));
    }

    get curve() {
        return this.sheet.data && drawPower(this.sheet.data.points, DateTime.now());
    }

    get since() {
        return _t("since %s", formatTime(this.session.started_at, this.session.time_zone));
    }

    get nowText() {
        const { soc_percent: soc } = this.session;
        return soc ? _t("now, battery %s %", Math.round(soc)) : _t("now");
    }

    get restText() {
        return _t("%s to go", formatEnergy(this.session.remaining_wh));
    }

    get mostText() {
        return _t("at most %s", formatPower(this.curve.mostW));
    }

    get stopLabel() {
        const { session, amount } = this;
        if (session.payer === "room") {
            return session.room
                ? _t("Stop, %(amount)s on room %(room)s", { amount, room: session.room })
                : _t("Stop, %s on the bill", amount);
        }
        return session.payer === "register"
            ? _t("Stop and pay, about %s", amount)
            : _t("Stop charging");
    }

    get headline() {
        return {
            asking: _t("Asking the charger…"),
            asked: _t("Asking the charger…"),
            ending: _t("The charger ends the charging. The sum is there in a moment."),
            refused: _t("Charging has not been stopped."),
            lost: _t("No connection to the server."),
        }[this.request.phase];
    }

    // --- views ------------------------------------------------------------------------------
    openLimit() {
        const { limit_wh: wh, limit_amount: amount } = this.session;
        const kind = wh ? "energy" : amount ? "amount" : "none";
        Object.assign(this.form, { kind, limit: String(wh / 1000 || amount || "") });
        this.sheet.show("limit");
    }

    get limitKinds() {
        return [
            ["none", _t("Car is full")],
            ["energy", _t("At kWh")],
            ["amount", _t("At an amount")],
        ];
    }

    get limitValue() {
        try {
            return parseFloat(this.form.limit);
        } catch {
            return 0;
        }
    }

    get canSetLimit() {
        return this.form.kind === "none" || this.limitValue > 0;
    }

    saveLimit() {
        this.sheet.setLimit(this.form.kind, this.limitValue);
    }

    openWrite() {
        this.form.message = this.sheet.data.message.text;
        this.sheet.show("write");
    }

    openNote() {
        const { walk_in_name: name, plate, note } = this.session;
        this.form.noted = { name, plate, note };
        this.sheet.show("note");
    }

    /** Gets to whom it moves: "103 Claire Dubois". */
    get moveTo() {
        const { stay, guest } = this.sheet;
        return describeWhom({ room: stay.room, guest: guest?.name || stay.bill });
    }

    get moveText() {
        return _t("%(amount)s so far and all that follows go to %(whom)s.", {
            amount: this.amount,
            whom: this.moveTo,
        });
    }

    get moveLabel() {
        const { stay, refusal } = this.sheet;
        if (!stay) {
            return _t("Choose the room");
        }
        const whom = this.moveTo;
        return refusal?.waivable ? _t("Move anyway to %s", whom) : _t("Move to %s", whom);
    }

    /** Gets who may confirm a move: the guests of the new stay, and the guest of this one. */
    get confirming() {
        const { stay } = this.sheet;
        const { partner_id: guestId, guest: name, folio_id: folioId } = this.session;
        const isOther = guestId && !stay.guests.some(({ id }) => id === guestId);
        return folioId && isOther ? [...stay.guests, { id: guestId, name }] : stay.guests;
    }

    openHelp() {
        const { connector_id: connectorId } = this.session;
        this.props.close();
        this.dialog.add(GuidePopup, { connectorId });
    }

    print() {
        window.open(this.sheet.data.evidence_url, "_blank");
    }
}
