import { ConnectionLostError } from "@web/core/network/rpc";
import { Reactive } from "@web/core/utils/reactive";

import { getErrorText } from "@iicharge_odoo/pos/app/utils/error_text";
import { followCommand } from "../utils/follow";

/** Steps that the server sends to the charger. */
const COMMANDS = ["reset", "unlock"];

/**
 * Somebody looks for help with a connector: the guide, and what comes of its steps.
 *
 * `question` is an action that wants a yes first: unlock, technician, or reset while cars charge.
 */
export class GuideVisit extends Reactive {
    constructor(desk, connectorId, refusalCode = null) {
        super();
        this.desk = desk;
        this.connectorId = connectorId;
        this.refusalCode = refusalCode;
        this.guide = null;
        this.question = null;
        this.running = null;
        this.outcome = null;
        this.error = "";
        this.isLost = false;
        this.isClosed = false;
    }

    async load() {
        await this._try(() => this._read());
    }

    async _read() {
        this.guide = await this.desk.call("read_guide", [this.connectorId, this.refusalCode]);
    }

    /** @returns {object[]} what was tried of a step, the latest first */
    getTried(step) {
        return this.guide.tried.filter((attempt) => attempt.step_id === step.id);
    }

    /** A step's button: asks first where a car may stop charging or somebody is called. */
    async press(action) {
        this.outcome = null;
        if (action === "reset" && !this.guide.busy) {
            await this.send(action);
        } else {
            this.question = action;
        }
    }

    /** Tell the charger. Twice does no harm: it restarts once more, or finds the plug free. */
    async send(action) {
        if (!COMMANDS.includes(action) || this.running) {
            return;
        }
        const isSure = this.question === action;
        await this._run(action, async () => {
            const answer = await this.desk.call(
                action,
                [this.connectorId],
                action === "reset" ? { anyway: isSure } : {},
            );
            if (answer.busy) {
                this.guide.busy = answer.busy;
                this.question = action;
                return;
            }
            const command = await followCommand(this.desk, answer.command_id, {
                isGivenUp: () => this.isClosed,
                onConnection: (isLost) => (this.isLost = isLost),
            });
            if (command) {
                this.outcome = { action, isGood: command.agreed, text: command.text };
                await this._read();
            }
        });
    }

    /** @param {string} text what front desk has to say to the technician */
    async callTechnician(text) {
        if (this.running) {
            return;
        }
        await this._run("technician", async () => {
            const { request } = await this.desk.call("call_technician", [this.connectorId, text]);
            this.guide.request = request;
            this.outcome = { action: "technician", isGood: true, text: request };
        });
    }

    async mark(step, hasHelped) {
        await this._try(async () => {
            this.guide.tried = await this.desk.call("note_tried", [
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
            this.isLost = false;
        } catch (error) {
            this.isLost = error instanceof ConnectionLostError;
            this.error = getErrorText(error);
        }
    }

    close() {
        this.isClosed = true;
    }
}
