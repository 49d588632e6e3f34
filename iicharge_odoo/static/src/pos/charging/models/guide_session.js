import { Reactive } from "@web/core/utils/reactive";

import { getErrorText } from "@iicharge_odoo/common/error_text";
import { isIn } from "@iicharge_odoo/pos/app/utils/board_rows";
import { StepRequest } from "./step_request";

/** Steps that the server sends to the charger. */
const COMMANDS = ["reset", "unlock"];

/**
 * Somebody looks for help with a connector: the guide, and what comes of its steps.
 *
 * `question` is an action that wants a yes first: unlock, or reset while cars charge.
 */
export class GuideSession extends Reactive {
    constructor(chargingService, connectorId, refusalCode = null) {
        super();
        this.chargingService = chargingService;
        this.connectorId = connectorId;
        this.refusalCode = refusalCode;
        this.guide = null;
        this.question = null;
        this.running = null;
        this.outcome = null;
        this.error = "";
        // the step that the charger is asked for
        this.request = null;
        this.wasTrouble = false;
        this.isSolved = false;
    }

    /** Follow the connector's state on the board: the fault may be gone. */
    watch(connector) {
        const isTrouble = Boolean(connector) && isIn("trouble", connector);
        this.isSolved = this.wasTrouble && !isTrouble;
        this.wasTrouble ||= isTrouble;
    }

    async load() {
        await this._try(() => this._read());
    }

    async _read() {
        this.guide = await this.chargingService.call("read_guide", [
            this.connectorId,
            this.refusalCode,
        ]);
    }

    /** @returns {object[]} what was tried of a step, the latest first */
    getAttempts(step) {
        return this.guide.attempts.filter((attempt) => attempt.step_id === step.id);
    }

    /** Runs a step's button; asks first where a car may stop charging. */
    async press(action) {
        this.outcome = null;
        if (action === "technician") {
            await this.callTechnician("");
        } else if (action === "reset" && !this.guide.busy) {
            await this.send(action);
        } else {
            this.question = action;
        }
    }

    /** Send a command. Twice does no harm: it restarts once more, or finds the plug free. */
    async send(action) {
        if (!COMMANDS.includes(action) || this.running) {
            return;
        }
        const isSure = this.question === action;
        await this._run(action, async () => {
            this.request = new StepRequest(this.chargingService, this.connectorId, action, isSure);
            await this.request.ask();
            const { busy, answer } = this.request;
            if (busy) {
                this.guide.busy = busy;
                this.question = action;
            } else if (answer) {
                this.outcome = { action, isGood: answer.agreed, text: answer.text };
                await this._read();
            }
        });
    }

    /**
     * Calls a technician, or adds to the call that is open.
     *
     * @param {string} text front desk's note; may be empty
     */
    async callTechnician(text) {
        if (this.running) {
            return;
        }
        await this._run("technician", async () => {
            const { request } = await this.chargingService.call("call_technician", [
                this.connectorId,
                text,
            ]);
            this.guide.request = request;
            this.outcome = { action: "technician", isGood: true, text: request, isNoted: !!text };
        });
    }

    async mark(step, hasHelped) {
        await this._try(async () => {
            this.guide.attempts = await this.chargingService.call("record_attempt", [
                this.connectorId,
                step.id,
                hasHelped,
                this.refusalCode,
            ]);
        });
    }

    async _run(action, work) {
        this.question = null;
        this.running = action;
        await this._try(work);
        this.running = null;
    }

    async _try(work) {
        this.error = "";
        try {
            await work();
        } catch (error) {
            this.error = getErrorText(error);
        }
    }

    close() {
        this.request?.close();
    }
}
