import { AssetsLoadingError, loadBundle } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Deferred } from "@web/core/utils/concurrency";

import { ChargingBoard } from "./charging_board";

const SCREEN_BUNDLE = "iicharge_odoo.assets_charging";
// Long enough for the register to have drawn itself.
const FETCH_AFTER_MS = 1000;

/** The charging side of a register: its board, and what front desk asks of the server. */
export class ChargingService {
    constructor(pos) {
        this.pos = pos;
        this.board = new ChargingBoard(() => this._readBoard());
        this._listens = false;
        this._nextChange = null;
        if (pos.config._iicharge_is_front_desk) {
            browser.setTimeout(() => this._fetchScreen(), FETCH_AFTER_MS);
        }
    }

    /** Gets the charging screen's component, once its bundle is loaded; else null. */
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

    /** Calls the server through the POS, which knows when it is offline; the board does not. */
    call(method, args = [], kwargs = {}) {
        return this.pos.data.call(
            "pos.config",
            `iicharge_${method}`,
            [this.pos.config.id, ...args],
            { ...kwargs, context: this.pos.chargingContext },
        );
    }

    /** Gets which of the register's devices this is. */
    get device() {
        return this.pos.data.device.identifier;
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

    /** @returns {Promise<void>} until the server says that something has changed */
    getNextChange() {
        this._listen();
        this._nextChange ||= new Deferred();
        return this._nextChange;
    }

    _onChanged() {
        this._nextChange?.resolve();
        this._nextChange = null;
        this.board.onChanged();
    }

    /** Listens from when the screen is first shown; a register without it listens to nothing. */
    _listen() {
        if (this._listens) {
            return;
        }
        this._listens = true;
        const { data } = this.pos;
        const onChanged = () => this._onChanged();
        data.connectWebSocket("IICHARGE_CHANGED", onChanged);
        // that the connection is gone is said at once, not with the next silent reading
        data.bus.addEventListener("BUS:DISCONNECT", onChanged);
        browser.addEventListener("offline", onChanged);
        // what came before the register listened, or while it was cut off, was not received
        data.bus.addEventListener("BUS:CONNECT", onChanged);
        data.bus.addEventListener("BUS:RECONNECT", onChanged);
        window.addEventListener("pos-network-online", onChanged);
    }
}

registry.category("services").add("iicharge_charging", {
    dependencies: ["pos"],
    start: (env, { pos }) => new ChargingService(pos),
});
