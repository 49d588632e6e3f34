import { ConnectionLostError } from "@web/core/network/rpc";
import { Reactive } from "@web/core/utils/reactive";
import { uuidv4 } from "@point_of_sale/utils";

import { getErrorText } from "@iicharge_odoo/common/error_text";
import { follow } from "../utils/follow";

/**
 * One thing that front desk wants of a charger, from the question to what came of it. Each kind
 * asks the server by an `ask()` of its own.
 *
 * `phase` is how far it is; of all requests: asking (the server), asked (the charger),
 * refused (by either), lost (not known whether the command was sent).
 */
export class ChargerRequest extends Reactive {
    constructor(chargingService, phase) {
        super();
        this.chargingService = chargingService;
        this.phase = phase;
        this.text = "";
        // what came of it: {done, agreed, text}
        this.answer = null;
        this.isLost = false;
        this.isClosed = false;
        this._renewKey();
    }

    /** Makes another key: the server sends a command once for each, however often it is asked. */
    _renewKey() {
        this.requestKey = uuidv4();
    }

    get isBad() {
        return ["refused", "lost"].includes(this.phase);
    }

    send() {
        return this.attempt(() => this.ask());
    }

    async attempt(work) {
        this.phase = "asking";
        this.text = "";
        try {
            await work();
        } catch (error) {
            this.setError(error);
            this.phase = this.isLost ? "lost" : "refused";
        }
    }

    /**
     * Once more. What the charger said no or nothing to is a request of its own; unanswered by
     * the server it may have been done, so the same key asks for the same thing again.
     */
    again() {
        if (this.phase !== "lost") {
            this._renewKey();
        }
        return this.send();
    }

    setError(error) {
        this.isLost = error instanceof ConnectionLostError;
        this.text = getErrorText(error);
    }

    /** Follows the charger to its answer. @returns {Promise<boolean>} whether it is a yes */
    async isAgreed(commandId) {
        this.isLost = false;
        this.phase = "asked";
        this.answer = await follow(
            this,
            () => this.chargingService.call("read_command", [commandId]),
            ({ done }) => done,
        );
        if (this.answer && !this.answer.agreed) {
            this.phase = "refused";
            this.text = this.answer.text;
        }
        return Boolean(this.answer?.agreed);
    }

    close() {
        this.isClosed = true;
    }
}
