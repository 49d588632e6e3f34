import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Reactive } from "@web/core/utils/reactive";
import { uuidv4 } from "@point_of_sale/utils";

import { getErrorText } from "@iicharge_odoo/pos/app/utils/error_text";
import { followCommand } from "../utils/follow";

/**
 * One start at a connector, from the question who pays to the car that charges.
 *
 * `phase`: payer, terms, asking, asked, accepted, refused, lost.
 */
export class StartRequest extends Reactive {
    constructor(desk, connector) {
        super();
        this.desk = desk;
        this.connectorId = connector.id;
        this.sessionBefore = connector.session?.id;
        this.phase = "payer";
        this.stay = null;
        this.guest = null;
        this.limitKind = "none";
        this.limit = 0;
        this.quote = null;
        this.refusal = null;
        this.text = "";
        this.isLost = false;
        this.isClosed = false;
        this._renewKey();
    }

    /** The server tells a charger once for each key, however often it is asked. */
    _renewKey() {
        this._requestKey = uuidv4();
    }

    get isVisitor() {
        return !this.stay;
    }

    get connector() {
        return this.desk.board.getConnector(this.connectorId);
    }

    /** The session that this start has led to, once the charger has reported it. */
    get session() {
        const session = this.connector?.session;
        return session && session.id !== this.sessionBefore ? session : null;
    }

    get isPluggedIn() {
        return this.connector?.state !== "available";
    }

    get energyKwh() {
        return this.limitKind === "energy" && this.limit > 0 ? this.limit : null;
    }

    get canStart() {
        const isLimitGiven = this.limitKind === "none" || this.limit > 0;
        const isRefused = this.refusal && !this.refusal.waivable;
        return Boolean(this.quote) && isLimitGiven && !isRefused;
    }

    // --- who pays, and on what terms -----------------------------------------------------
    chooseStay(stay, guest) {
        Object.assign(this, { stay, guest, phase: "terms" });
        return this.readTerms();
    }

    chooseVisitor() {
        Object.assign(this, { stay: null, guest: null, phase: "terms" });
        return this.readTerms();
    }

    setLimit(kind, limit) {
        Object.assign(this, { limitKind: kind, limit });
        return this.readTerms();
    }

    /** The price, the time, and why the stay may not charge; before anybody plugs in. */
    async readTerms() {
        const { connectorId, energyKwh, stay } = this;
        this.text = "";
        try {
            const [quote, refusal] = await Promise.all([
                this.desk.call("quote", [connectorId], {
                    group: stay ? "guest" : "visitor",
                    energy_kwh: energyKwh,
                }),
                stay && this.desk.call("check_start", [connectorId, stay.id, energyKwh]),
            ]);
            const isStillAsked = energyKwh === this.energyKwh && stay?.id === this.stay?.id;
            if (isStillAsked) {
                Object.assign(this, { quote, refusal: refusal || null, isLost: false });
            }
        } catch (error) {
            this.quote = null;
            this._setError(error);
        }
    }

    _setError(error) {
        this.isLost = error instanceof ConnectionLostError;
        this.text = getErrorText(error);
    }

    back() {
        Object.assign(this, { phase: "payer", quote: null, refusal: null, text: "" });
    }

    // --- the start -------------------------------------------------------------------------
    async start() {
        this.phase = "asking";
        this.text = "";
        let answer = null;
        try {
            answer = await this.desk.call("start", [this.connectorId], this._prepareStart());
        } catch (error) {
            this._setError(error);
            // unanswered, it may have been done: the same key asks for the same start again
            this.phase = this.isLost ? "lost" : "refused";
            return;
        }
        this.isLost = false;
        if (answer.refusal) {
            this.refusal = answer.refusal;
            this.phase = "terms";
            return;
        }
        await this._follow(answer.command_id);
    }

    _prepareStart() {
        return {
            folio_id: this.stay?.id || false,
            guest_id: this.guest?.id || false,
            energy_kwh: this.energyKwh,
            limit_kwh: this.energyKwh || 0,
            limit_amount: this.limitKind === "amount" ? this.limit : 0,
            anyway: Boolean(this.refusal?.waivable),
            request_key: this._requestKey,
        };
    }

    async _follow(commandId) {
        this.phase = "asked";
        try {
            const command = await followCommand(this.desk, commandId, {
                isGivenUp: () => this.isClosed,
                onConnection: (isLost) => (this.isLost = isLost),
            });
            if (command) {
                this.phase = command.agreed ? "accepted" : "refused";
                this.text = command.text;
            }
        } catch (error) {
            this._setError(error);
            this.phase = "refused";
        }
    }

    /** Another start after the charger said no or nothing: a request of its own. */
    startAgain() {
        if (this.phase !== "lost") {
            this._renewKey();
        }
        return this.start();
    }

    close() {
        this.isClosed = true;
    }

    get headline() {
        switch (this.phase) {
            case "asking":
            case "asked":
                return _t("Asking the charger…");
            case "accepted":
                return this.isPluggedIn
                    ? _t("The car is plugged in: charging begins in a moment.")
                    : _t("Plug the car in now.");
            case "lost":
                return _t("No connection to the server.");
            case "refused":
                return _t("Charging has not started.");
            default:
                return "";
        }
    }
}
