import { AssetsLoadingError, loadBundle } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

import { ChargingBoard } from "./charging_board";

const SCREEN_BUNDLE = "iicharge_odoo.assets_desk";
// Long enough for the register to have drawn itself.
const FETCH_AFTER_MS = 1000;

/** The charging side of a register: its board, and what front desk asks of the server. */
export class ChargingDesk {
    constructor(pos) {
        this.pos = pos;
        this.board = new ChargingBoard(() => this._readBoard());
        this._listens = false;
        if (pos.config._iicharge_desk) {
            browser.setTimeout(() => this._fetchScreen(), FETCH_AFTER_MS);
        }
    }

    /** The charging screen's component, once its bundle is here; else null. */
    findScreen() {
        return registry.category("lazy_components").get("iicharge_odoo.ChargingScreen", null);
    }

    /** Fetches it. :raise AssetsLoadingError: the server is out of reach */
    async loadScreen() {
        await loadBundle(SCREEN_BUNDLE);
        return this.findScreen();
    }

    /** Beforehand, so that it opens at once, also without a network; whoever opens it asks again. */
    async _fetchScreen() {
        try {
            await this.loadScreen();
        } catch (error) {
            if (!(error instanceof AssetsLoadingError)) {
                throw error;
            }
        }
    }

    /** Everything but the board goes by the POS's own way, which knows when it is offline. */
    call(method, args = [], kwargs = {}) {
        return this.pos.data.call(
            "pos.config",
            `iicharge_${method}`,
            [this.pos.config.id, ...args],
            { ...kwargs, context: this.pos.chargingContext },
        );
    }

    /** Silently: the board is read every second, and the POS would show each as loading. */
    async _readBoard() {
        this._listen();
        const { orm } = this.pos.data;
        try {
            return await orm.silent.call("pos.config", "iicharge_read_board", [this.pos.config.id]);
        } catch (error) {
            if (error instanceof ConnectionLostError && !this.pos.data.network.offline) {
                this.pos.data.checkConnectivity();
            }
            throw error;
        }
    }

    /** From the first look on; a register that never shows the screen listens to nothing. */
    _listen() {
        if (this._listens) {
            return;
        }
        this._listens = true;
        const { data } = this.pos;
        data.connectWebSocket("IICHARGE_CHANGED", () => this.board.onChanged());
        // what came while the register was cut off was not heard
        data.bus.addEventListener("BUS:RECONNECT", () => this.board.onChanged());
        window.addEventListener("pos-network-online", () => this.board.onChanged());
    }
}

registry.category("services").add("iicharge_desk", {
    dependencies: ["pos"],
    start: (env, { pos }) => new ChargingDesk(pos),
});
