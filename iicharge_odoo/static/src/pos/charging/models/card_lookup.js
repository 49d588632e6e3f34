// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { Reactive } from "@web/core/utils/reactive";

import { isOpenTo } from "@iicharge_odoo/pos/app/utils/board_rows";
import { getErrorText } from "@iicharge_odoo/common/error_text";

/** Look-up of a tapped card: its holder, and where it may charge at which price. */
export class CardLookup extends Reactive {
    constructor(chargingService) {
        super();
        this.chargingService = chargingService;
        this.uid = "";
        this.isReading = false;
        this.card = null;
        // the card that was lost just now
        this.lost = null;
        this.refusal = null;
        this.error = "";
    }

    /** Looks up a card; the one that was tapped last counts. */
    async read(uid) {
        const asked = uid.trim();
        if (!asked) {
            return;
        }
        Object.assign(this, {
            uid: asked,
            isReading: true,
            card: null,
            lost: null,
            refusal: null,
            error: "",
        });
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

    /** Gives the card that is not known to a guest of a stay. */
    async give(stay, guest) {
        await this._change(async (uid) => {
            const args = [uid, stay.id, guest?.id || false];
            const answer = await this.chargingService.call("give_card", args);
            return answer.refusal ? { refusal: answer.refusal, card: null } : { card: answer };
        });
    }

    /** Blocks the card that was lost, or lets it start again. */
    async setLost(isLost) {
        const lost = isLost ? this.card : this.lost;
        await this._change(async () => {
            await this.chargingService.call("set_card_lost", [lost.token_id, isLost]);
            return isLost ? { card: null, lost } : { card: lost, lost: null };
        });
    }

    async _change(work) {
        Object.assign(this, { isReading: true, error: "", refusal: null });
        let found = {};
        try {
            found = await work(this.uid);
        } catch (error) {
            found = { error: getErrorText(error) };
        }
        Object.assign(this, { isReading: false, ...found });
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
