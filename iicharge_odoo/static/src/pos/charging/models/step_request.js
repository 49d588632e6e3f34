import { ChargerRequest } from "./charger_request";

/**
 * A step of a guide that the server sends to the charger: reset or unlock.
 *
 * Phases of its own: busy (cars charge there, and a yes is wanted first), agreed.
 */
export class StepRequest extends ChargerRequest {
    constructor(chargingService, connectorId, action, isSure) {
        super(chargingService, "asking");
        this.connectorId = connectorId;
        this.action = action;
        this.isSure = isSure;
        this.busy = 0;
    }

    async ask() {
        const { action, connectorId, isSure } = this;
        const options = action === "reset" ? { override: isSure } : {};
        const { busy, command_id: commandId } = await this.chargingService.call(
            action,
            [connectorId],
            options,
        );
        if (busy) {
            Object.assign(this, { busy, phase: "busy" });
        } else if (await this.isAgreed(commandId)) {
            this.phase = "agreed";
        }
    }
}
