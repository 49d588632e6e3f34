import { follow } from "../utils/follow";
import { ChargerRequest } from "./charger_request";

/**
 * One stop of a running session, from the question to the final sum.
 *
 * Phases of its own: sure, ending, final.
 */
export class StopRequest extends ChargerRequest {
    constructor(chargingService, session) {
        super(chargingService, "sure");
        this.sessionId = session.id;
        this.session = session;
    }

    async ask() {
        const answer = await this.chargingService.call("stop", [this.sessionId], {
            request_key: this.requestKey,
        });
        if (!answer || (await this.isAgreed(answer.command_id))) {
            await this._waitForSum();
        }
    }

    /** Ends it at its last reading; for a charger that does not stop, or is not there. */
    endWithoutCharger() {
        return this.attempt(async () => {
            await this.chargingService.call("end_session", [this.sessionId]);
            await this._waitForSum();
        });
    }

    async _waitForSum() {
        this.phase = "ending";
        const session = await follow(
            this,
            () => this.chargingService.call("read_session", [this.sessionId]),
            (read) => read.is_final,
        );
        if (session) {
            this.session = session;
            this.phase = "final";
        }
    }
}
