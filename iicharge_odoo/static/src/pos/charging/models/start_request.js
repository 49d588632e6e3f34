import { _t } from "@web/core/l10n/translation";

import { ChargerRequest } from "./charger_request";

/**
 * One start at a connector, from the question who pays to the car that charges.
 *
 * Phases of its own: payer, terms, accepted.
 */
export class StartRequest extends ChargerRequest {
    constructor(chargingService, connector) {
        super(chargingService, "payer");
        this.connectorId = connector.id;
        this.sessionBefore = connector.session?.id;
        this.stay = null;
        this.guest = null;
        this.card = null;
        this.limitKind = "none";
        this.limit = 0;
        this.quote = null;
        this.refusal = null;
        // the answer to what was asked last counts
        this._asked = 0;
    }

    get connector() {
        return this.chargingService.board.getConnector(this.connectorId);
    }

    /** Gets the session that this start has led to, once the charger has reported it. */
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
        return this._choose({ stay, guest });
    }

    chooseVisitor() {
        return this._choose({});
    }

    /** Sets the card, which determines payer and limit. */
    chooseCard(card) {
        return this._choose({ card, limitKind: "none", limit: 0 });
    }

    _choose(payer) {
        Object.assign(this, { stay: null, guest: null, card: null, ...payer });
        Object.assign(this, { phase: "terms", quote: null, refusal: null });
        return this.readTerms();
    }

    setLimit(kind, limit) {
        Object.assign(this, { limitKind: kind, limit });
        return this.readTerms();
    }

    async _askTerms() {
        const { connectorId, energyKwh, stay, card } = this;
        if (card) {
            return this.chargingService.call("read_card_terms", [connectorId, card.token_id]);
        }
        const [quote, refusal] = await Promise.all([
            this.chargingService.call("quote", [connectorId], {
                group: stay ? "guest" : "visitor",
                energy_kwh: energyKwh,
            }),
            stay && this.chargingService.call("check_start", [connectorId, stay.id, energyKwh]),
        ]);
        return { quote, refusal };
    }

    /** Reads the price, the time, and why the stay may not charge, before a car is plugged in. */
    async readTerms() {
        const asked = ++this._asked;
        this.text = "";
        try {
            const { quote, refusal } = await this._askTerms();
            if (asked === this._asked) {
                Object.assign(this, { quote, refusal: refusal || null, isLost: false });
            }
        } catch (error) {
            if (asked === this._asked) {
                this.quote = null;
                this.setError(error);
            }
        }
    }

    back() {
        Object.assign(this, { card: null, phase: "payer", quote: null, refusal: null, text: "" });
    }

    // --- the start -------------------------------------------------------------------------
    async ask() {
        const answer = await this.chargingService.call(
            "start",
            [this.connectorId],
            this._prepareStart(),
        );
        if (answer.refusal) {
            Object.assign(this, { refusal: answer.refusal, phase: "terms", isLost: false });
        } else if (await this.isAgreed(answer.command_id)) {
            this.phase = "accepted";
        }
    }

    _prepareStart() {
        return {
            folio_id: this.stay?.id || false,
            guest_id: this.guest?.id || false,
            token_id: this.card?.token_id || false,
            energy_kwh: this.energyKwh,
            limit_kwh: this.energyKwh || 0,
            limit_amount: this.limitKind === "amount" ? this.limit : 0,
            override: Boolean(this.refusal?.waivable),
            request_key: this.requestKey,
        };
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
