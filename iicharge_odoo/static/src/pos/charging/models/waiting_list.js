import { Reactive } from "@web/core/utils/reactive";
import { uuidv4 } from "@point_of_sale/utils";

import { getErrorText } from "@iicharge_odoo/common/error_text";
import { isFree } from "@iicharge_odoo/pos/app/utils/board_rows";

const NOBODY = { stay: null, name: "", email: "" };

/** The guests who wait for a free connector, in the hands of front desk. */
export class WaitingList extends Reactive {
    constructor(chargingService) {
        super();
        this.chargingService = chargingService;
        this.siteName = chargingService.board.connectors[0]?.site || "";
        this.isBusy = false;
        this.error = "";
        this._clear();
    }

    get board() {
        return this.chargingService.board;
    }

    get guests() {
        return this.board.waiting;
    }

    get siteNames() {
        return [...new Set(this.board.connectors.map((connector) => connector.site))];
    }

    /** Gets a connector of the site at which guests are added; the server finds the site by it. */
    get connectorId() {
        return this.board.connectors.find((connector) => connector.site === this.siteName)?.id;
    }

    get canAdd() {
        const isNamed = this.stay || this.name.trim() || this.email.trim();
        return Boolean(isNamed && this.connectorId && !this.isBusy);
    }

    /** Gets the free connectors that may be kept for a guest. */
    getFree(guest) {
        return this.board.connectors.filter(
            (connector) => isFree(connector) && connector.site === guest.site,
        );
    }

    isFirst(guest) {
        return guest.place === 1;
    }

    isLast(guest) {
        return !this.guests.some((one) => one.site === guest.site && one.place > guest.place);
    }

    chooseStay(stay) {
        this.stay = this.stay?.id === stay.id ? null : stay;
    }

    async add() {
        if (!this.canAdd) {
            return;
        }
        const { stay, name, email, requestKey } = this;
        const isAdded = await this._ask("add_waiting", [this.connectorId, requestKey], {
            folio_id: stay?.id || false,
            name: stay ? "" : name,
            email,
        });
        if (isAdded) {
            this._clear();
        }
    }

    move(guest, direction) {
        return this._ask("change_waiting", [guest.id, direction]);
    }

    offer(guest, connectorId) {
        return this._ask("change_waiting", [guest.id, "offer", connectorId]);
    }

    remove(guest) {
        return this._ask("change_waiting", [guest.id, "remove"]);
    }

    _clear() {
        // sent again after a lost answer, the same guest is added once
        Object.assign(this, { ...NOBODY, requestKey: uuidv4() });
    }

    async _ask(method, args, kwargs) {
        Object.assign(this, { isBusy: true, error: "" });
        try {
            this.board.waiting = await this.chargingService.call(method, args, kwargs);
            return true;
        } catch (error) {
            this.error = getErrorText(error);
            return false;
        } finally {
            this.isBusy = false;
        }
    }
}
