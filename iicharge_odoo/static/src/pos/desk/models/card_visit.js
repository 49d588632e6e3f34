// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { Reactive } from "@web/core/utils/reactive";

import { isOpenTo } from "@iicharge_odoo/pos/app/utils/board_rows";
import { getErrorText } from "@iicharge_odoo/pos/app/utils/error_text";

/** A card is tapped at the desk: whose it is, and where it may charge at which price. */
export class CardVisit extends Reactive {
    constructor(desk) {
        super();
        this.desk = desk;
        this.uid = "";
        this.isReading = false;
        this.card = null;
        this.refusal = null;
        this.error = "";
    }

    /** The card that was tapped last counts. */
    async read(uid) {
        const asked = uid.trim();
        if (!asked) {
            return;
        }
        Object.assign(this, { uid: asked, isReading: true, card: null, refusal: null, error: "" });
        let found = {};
        try {
            const answer = await this.desk.call("read_card", [asked]);
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

    forget() {
        Object.assign(this, { uid: "", card: null, refusal: null, error: "", isReading: false });
    }

    /**
     * Where it may charge, as the board is now: those kept for it first, then those at which a
     * car is plugged in.
     *
     * @returns {{connector: object, price: string, isKept: boolean}[]}
     */
    get offers() {
        const { offers, kept_ids: keptIds } = this.card;
        const prices = new Map(
            offers.flatMap(({ connector_ids: ids, price }) => ids.map((id) => [id, price])),
        );
        const rank = ({ connector, isKept }) =>
            isKept ? 0 : connector.state === "preparing" ? 1 : 2;
        return this.desk.board.connectors
            .filter(({ id }) => prices.has(id))
            .map((connector) => ({
                connector,
                price: prices.get(connector.id),
                isKept: keptIds.includes(connector.id),
            }))
            .filter(({ connector, isKept }) => isOpenTo(connector, isKept))
            .sort((left, right) => rank(left) - rank(right));
    }
}
