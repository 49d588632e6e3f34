// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { Reactive } from "@web/core/utils/reactive";

import { isOpenTo } from "@iicharge_odoo/pos/app/utils/board_rows";
import { getErrorText } from "@iicharge_odoo/pos/app/utils/error_text";

/** Look-up of a tapped card: its holder, and where it may charge at which price. */
export class CardLookup extends Reactive {
    constructor(chargingService) {
        super();
        this.chargingService = chargingService;
        this.uid = "";
        this.isReading = false;
        this.card = null;
        this.refusal = null;
        this.error = "";
    }

    /** Looks up a card; the one that was tapped last counts. */
    async read(uid) {
        const asked = uid.trim();
        if (!asked) {
            return;
        }
        Object.assign(this, { uid: asked, isReading: true, card: null, refusal: null, error: "" });
        let found = {};
        try {
            const answer = await this.chargingService.call("read_card", [asked]);
            found = answer.refusal ? { refusal: answer.refusal } : { card: answer };
        } catch (error) {
            found = { error: getErrorText(error) };
        }
        if (asked === this.uid) {
            Object.assign(this, { isReading: false, ...found });
        }
    }

    again() {
        return this.read(this.uid);
    }

    clear() {
        Object.assign(this, { uid: "", card: null, refusal: null, error: "", isReading: false });
    }

    /**
     * Gets where it may charge, as the board is now: those kept for it first, then those at which a
     * car is plugged in.
     *
     * @returns {{connector: object, price: string, isReserved: boolean}[]}
     */
    get offers() {
        const { offers, reserved_ids: reservedIds } = this.card;
        const prices = new Map(
            offers.flatMap(({ connector_ids: ids, price }) => ids.map((id) => [id, price])),
        );
        const rank = ({ connector, isReserved }) =>
            isReserved ? 0 : connector.state === "preparing" ? 1 : 2;
        return this.chargingService.board.connectors
            .filter(({ id }) => prices.has(id))
            .map((connector) => ({
                connector,
                price: prices.get(connector.id),
                isReserved: reservedIds.includes(connector.id),
            }))
            .filter(({ connector, isReserved }) => isOpenTo(connector, isReserved))
            .sort((left, right) => rank(left) - rank(right));
    }
}
