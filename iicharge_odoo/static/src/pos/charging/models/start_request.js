import { _t } from "@web/core/l10n/translation";

import { ChargerRequest } from "./charger_request";

const { DateTime } = luxon;
const RESERVED_MINUTES = 30;

/**
 * One start at a connector, from the question who pays to the car that charges; or a reservation.
 *
 * Phases of its own: terms, accepted, reserved.
 */
export class StartRequest extends ChargerRequest {
    constructor(chargingService, connector) {
        super(chargingService, "terms");
        this.connectorId = connector.id;
        this.sessionBefore = connector.session?.id;
        this.stay = null;
        this.guest = null;
        this.card = null;
        this.isVisitor = false;
        this.noted = { name: "", plate: "", note: "" };
        this.limitKind = "none";
        this.limit = 0;
        this.quote = null;
        this.refusal = null;
        this.isReserving = false;
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
        return ["preparing", "finishing"].includes(this.connector?.state);
    }

    get hasPayer() {
        return Boolean(this.stay || this.card || this.isVisitor);
    }

    /** Whether somebody else has reserved the connector: only they can start there. */
    get isBlocked() {
        const reserved = this.connector?.reserved;
        if (!reserved || !this.hasPayer) {
            return false;
        }
        if (this.isVisitor && reserved.is_walk_in) {
            return false;
        }
        const isOwnCard = this.card?.reserved_ids?.includes(this.connectorId);
        return reserved.folio_id !== this.stay?.id && !isOwnCard;
    }

    get energyKwh() {
        return this.limitKind === "energy" && this.limit > 0 ? this.limit : null;
    }

    get amount() {
        return this.limitKind === "amount" && this.limit > 0 ? this.limit : 0;
    }

    get canStart() {
        const isLimitGiven = this.limitKind === "none" || this.limit > 0;
        const isRefused = this.isBlocked || (this.refusal && !this.refusal.waivable);
        return this.hasPayer && Boolean(this.quote) && isLimitGiven && !isRefused;
    }

    /** Whether it may be kept for the stay: OCPP 1.6 reserves from now on. */
    get canReserve() {
        const isComing = this.stay?.is_arrival && this.refusal?.code === "not_in_house";
        const isRefused = this.refusal && !this.refusal.waivable && !isComing;
        const isFree = this.connector?.state === "available" && !this.connector.reserved;
        return Boolean(this.stay) && isFree && !isRefused;
    }

    // --- who pays, and on what terms -----------------------------------------------------
    /** Chooses a stay; with several guests, the one who charges. */
    chooseStay(stay, guest = stay.guests?.[0]) {
        return this._choose({ stay, guest: guest || null });
    }

    chooseGuest(guest) {
        this.guest = guest;
    }

    chooseVisitor() {
        return this._choose({ isVisitor: true });
    }

    /** Sets the card, which determines payer and limit. */
    chooseCard(card) {
        return this._choose({ card, limitKind: "none", limit: 0 });
    }

    _choose(payer) {
        const none = { stay: null, guest: null, card: null, isVisitor: false };
        Object.assign(this, { ...none, ...payer });
        Object.assign(this, { phase: "terms", quote: null, refusal: null });
        return this.readTerms();
    }

    setLimit(kind, limit) {
        Object.assign(this, { limitKind: kind, limit });
        return this.readTerms();
    }

    async _askTerms() {
        const { connectorId, energyKwh, amount, stay, card } = this;
        if (card) {
            return this.chargingService.call("read_card_terms", [connectorId, card.token_id]);
        }
        const asked = this.chargingService.call("quote", [connectorId], {
            group: this.isVisitor ? "visitor" : "guest",
            ...(amount ? { amount } : { energy_kwh: energyKwh }),
        });
        // how much an amount is in energy is known from its quote
        const energy = amount ? Number((await asked).energy_kwh.to) : energyKwh;
        const [quote, refusal] = await Promise.all([
            asked,
            stay && this.chargingService.call("check_start", [connectorId, stay.id, energy]),
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

    /** Asks again who pays. */
    back() {
        return this._choose({});
    }

    // --- the start -------------------------------------------------------------------------
    async ask() {
        const answer = await this.chargingService.call(
            "start",
            [this.connectorId],
            this._prepareStart(),
        );
        await this._follow(answer, "accepted");
    }

    async _follow(answer, phase) {
        if (answer.refusal) {
            Object.assign(this, { refusal: answer.refusal, phase: "terms", isLost: false });
        } else if (await this.isAgreed(answer.command_id)) {
            this.phase = phase;
        }
    }

    _prepareStart() {
        return {
            folio_id: this.stay?.id || false,
            guest_id: this.guest?.id || false,
            token_id: this.card?.token_id || false,
            energy_kwh: this.amount ? Number(this.quote.energy_kwh.to) : this.energyKwh,
            limit_kwh: this.energyKwh || 0,
            limit_amount: this.amount,
            override: Boolean(this.refusal?.waivable),
            request_key: this.requestKey,
            ...(this.isVisitor ? { noted: { ...this.noted } } : {}),
        };
    }

    // --- a reservation -----------------------------------------------------------------------
    /** For a guest who is still to arrive it is kept until a while after the check-in. */
    get reservedMinutes() {
        if (!this.stay?.is_arrival) {
            return RESERVED_MINUTES;
        }
        const left = DateTime.fromISO(this.stay.checkin).diffNow("minutes").minutes;
        return Math.ceil(Math.max(left, 0)) + RESERVED_MINUTES;
    }

    reserve() {
        this.isReserving = true;
        const { connectorId, stay, guest, refusal } = this;
        return this.attempt(async () => {
            const answer = await this.chargingService.call("reserve", [connectorId, stay.id], {
                guest_id: guest?.id || false,
                minutes: this.reservedMinutes,
                override: Boolean(refusal?.waivable),
            });
            await this._follow(answer, "reserved");
        });
    }

    async cancelReservation() {
        this.text = "";
        try {
            await this.chargingService.call("cancel_reservation", [this.connectorId]);
            await this.chargingService.board.load();
            await this.readTerms();
        } catch (error) {
            this.setError(error);
        }
    }

    again() {
        return this.isReserving ? this.reserve() : super.again();
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
            case "reserved":
                return _t("Reserved for %s minutes.", this.reservedMinutes);
            case "lost":
                return _t("No connection to the server.");
            case "refused":
                return this.isReserving
                    ? _t("It is not reserved.")
                    : _t("Charging has not started.");
            default:
                return "";
        }
    }
}
