import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Reactive } from "@web/core/utils/reactive";

import { mergeRows } from "../utils/board_rows";
import { getErrorText } from "@iicharge_odoo/common/error_text";

const MINIMUM_INTERVAL_MS = 1000;
// A charger that loses its network says nothing; its state is read again anyway.
const SILENT_INTERVAL_MS = 30000;
const RETRY_INTERVAL_MS = 3000;

/**
 * What the charging screen shows, kept true while somebody looks at it: read at once on a
 * message from the server, at most once a second however many come, and without one while
 * none comes.
 */
export class ChargingBoard extends Reactive {
    /** @param {() => Promise<object>} read the server's board */
    constructor(read) {
        super();
        this._read = read;
        this._viewers = 0;
        this._timer = null;
        this._earliestAt = 0;
        this._reading = null;
        // whether something has changed since the reading that is under way began
        this._isStale = false;
        this.connectors = [];
        this.unpaid = [];
        this.waiting = [];
        this.can = {};
        this.readAt = null;
        this.isLost = false;
        this.error = "";
    }

    get isLoaded() {
        return this.readAt !== null;
    }

    getConnector(id) {
        return this.connectors.find((connector) => connector.id === id);
    }

    /** Somebody looks: read now, and on. */
    open() {
        this._viewers++;
        return this.load();
    }

    close() {
        this._viewers--;
        if (!this._viewers) {
            browser.clearTimeout(this._timer);
        }
    }

    /** Reads again after the server has sent that something changed. */
    onChanged() {
        this._isStale = true;
        if (this._viewers && !this._reading) {
            this._schedule(Math.max(this._earliestAt - Date.now(), 0));
        }
    }

    _schedule(delayMs) {
        browser.clearTimeout(this._timer);
        this._timer = browser.setTimeout(() => this.load(), delayMs);
    }

    /**
     * Reads the board. One that is under way counts for requests made in the meantime, and is
     * followed by another, as it may have seen what was before them.
     */
    load() {
        if (this._reading) {
            this._isStale = true;
        } else {
            this._reading = this._load().finally(() => (this._reading = null));
        }
        return this._reading;
    }

    async _load() {
        browser.clearTimeout(this._timer);
        this._earliestAt = Date.now() + MINIMUM_INTERVAL_MS;
        this._isStale = false;
        try {
            this._take(await this._read());
        } catch (error) {
            this.isLost = error instanceof ConnectionLostError;
            this.error = this.isLost ? "" : getErrorText(error);
        }
        if (this._viewers) {
            const soon = Math.max(this._earliestAt - Date.now(), 0);
            const pause = this._isStale ? soon : SILENT_INTERVAL_MS;
            this._schedule(this.isLost ? RETRY_INTERVAL_MS : pause);
        }
    }

    _take({ connectors, unpaid, waiting = [], can }) {
        this.connectors = mergeRows(this.connectors, connectors);
        this.unpaid = mergeRows(this.unpaid, unpaid);
        this.waiting = mergeRows(this.waiting, waiting);
        this.can = can;
        this.readAt = Date.now();
        this.isLost = false;
        this.error = "";
    }
}
