import { ServerWork } from "./server_work";

/**
 * What front desk does with one session besides stopping and paying it: look at its curve, change
 * where it stops, note whose car it is, move it to another room, write down that the guest disagrees.
 *
 * `view` is what is shown: sheet, limit, note, move, write, dispute.
 */
export class SessionSheet extends ServerWork {
    constructor(chargingService, sessionId) {
        super(chargingService);
        this.sessionId = sessionId;
        this.view = "sheet";
        this.data = null;
        this.done = "";
        this.isSent = false;
        this._openMove();
    }

    async load() {
        await this.do(async () => {
            this.data = await this.chargingService.call("read_sheet", [this.sessionId]);
        });
    }

    show(view) {
        Object.assign(this, { view, error: "", done: "" });
        this._openMove();
    }

    // --- where it stops, and whose car it is --------------------------------------------------
    setLimit(kind, limit) {
        const values = {
            limit_kwh: kind === "energy" ? limit : 0,
            limit_amount: kind === "amount" ? limit : 0,
        };
        return this._change("set_limit", [this.sessionId], values);
    }

    /** Sends an e-mail to the guest. */
    async writeToGuest(text) {
        await this.do(async () => {
            await this.chargingService.call("write_to_guest", [this.sessionId, text]);
            this.show("sheet");
            this.isSent = true;
        });
    }

    setNote(noted) {
        return this._change("note_session", [this.sessionId, noted]);
    }

    // --- another room -------------------------------------------------------------------------
    _openMove() {
        Object.assign(this, { stay: null, guest: null, confirmedBy: null, refusal: null });
    }

    chooseStay(stay) {
        const [guest] = stay.guests;
        Object.assign(this, { stay, guest, confirmedBy: guest, refusal: null, error: "" });
    }

    async move() {
        const isOverride = Boolean(this.refusal?.waivable);
        await this.do(async () => {
            const answer = await this.chargingService.call(
                "move_session",
                [this.sessionId, this.stay.id],
                {
                    guest_id: this.guest?.id || false,
                    confirmed_by_id: this.confirmedBy?.id || false,
                    override: isOverride,
                },
            );
            this.refusal = answer.refusal || null;
            if (!answer.refusal) {
                await this.chargingService.board.load();
                this.show("sheet");
            }
        });
    }

    // --- the guest disagrees ------------------------------------------------------------------
    /** Opens a dispute; `done` is then until when an answer is promised. */
    async dispute(reason, statement) {
        await this.do(async () => {
            const args = [this.sessionId, reason, statement];
            const { deadline } = await this.chargingService.call("dispute_session", args);
            this.show("sheet");
            this.done = deadline;
        });
    }

    async _change(method, args, kwargs = {}) {
        await this.do(async () => {
            await this.chargingService.call(method, args, kwargs);
            await this.chargingService.board.load();
            this.show("sheet");
        });
    }
}
