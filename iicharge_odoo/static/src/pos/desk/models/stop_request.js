import { ConnectionLostError } from "@web/core/network/rpc";
import { Reactive } from "@web/core/utils/reactive";
import { uuidv4 } from "@point_of_sale/utils";

import { getErrorText } from "@iicharge_odoo/pos/app/utils/error_text";
import { follow, followCommand } from "../utils/follow";

/**
 * One stop of a running session, from the question to the final sum.
 *
 * `phase`: sure, asking, asked, ending, final, refused, lost.
 */
export class StopRequest extends Reactive {
    constructor(desk, session) {
        super();
        this.desk = desk;
        this.sessionId = session.id;
        this.session = session;
        this.phase = "sure";
        this.text = "";
        this.isLost = false;
        this.isClosed = false;
        this._renewKey();
    }

    /** The server tells a charger once for each key, however often it is asked. */
    _renewKey() {
        this._requestKey = uuidv4();
    }

    get _options() {
        return {
            isGivenUp: () => this.isClosed,
            onConnection: (isLost) => (this.isLost = isLost),
        };
    }

    /** Another stop after the charger said no or nothing: a request of its own. */
    stopAgain() {
        if (this.phase !== "lost") {
            this._renewKey();
        }
        return this.stop();
    }

    async stop() {
        this.phase = "asking";
        this.text = "";
        try {
            const answer = await this.desk.call("stop", [this.sessionId], {
                request_key: this._requestKey,
            });
            this.isLost = false;
            if (answer && !(await this._isAgreed(answer.command_id))) {
                return;
            }
            await this._waitForSum();
        } catch (error) {
            this.isLost = error instanceof ConnectionLostError;
            this.phase = this.isLost ? "lost" : "refused";
            this.text = getErrorText(error);
        }
    }

    async _isAgreed(commandId) {
        this.phase = "asked";
        const command = await followCommand(this.desk, commandId, this._options);
        if (command && !command.agreed) {
            this.phase = "refused";
            this.text = command.text;
        }
        return Boolean(command?.agreed);
    }

    async _waitForSum() {
        this.phase = "ending";
        const session = await follow(
            () => this.desk.call("read_session", [this.sessionId]),
            (read) => read.is_final,
            this._options,
        );
        if (session) {
            this.session = session;
            this.phase = "final";
        }
    }

    close() {
        this.isClosed = true;
    }
}
