import { Reactive } from "@web/core/utils/reactive";
import { payOrder } from "@iicharge_odoo/pos/app/services/register_payment";
import { getErrorText } from "@iicharge_odoo/pos/app/utils/error_text";

/** A card on the reader: its holder, and the balance that it charges on. */
export class PrepaidCard extends Reactive {
    constructor(chargingService) {
        super();
        this.chargingService = chargingService;
        this.text = "";
        this.giftCode = "";
        this.found = null;
        this.customer = null;
        this.wallets = null;
        this.error = "";
        this.isBusy = false;
    }

    get card() {
        return this.found?.card || null;
    }

    get token() {
        return this.found?.token || null;
    }

    async find() {
        const text = this.text.trim();
        if (text) {
            await this._do(async () =>
                this._show(await this.chargingService.call("find_prepaid", [text])),
            );
        }
    }

    async chooseCustomer(partner) {
        await this._do(async () => {
            const wallets = await this.chargingService.call("find_wallets", [partner.id]);
            Object.assign(this, { customer: { id: partner.id, name: partner.name }, wallets });
        });
    }

    async link(cardId) {
        await this._do(async () => {
            this._show(await this.chargingService.call("link_prepaid", [this.found.uid, cardId]));
        });
    }

    /** Links a gift card, which has no partner, by its code. */
    async linkByCode() {
        const code = this.giftCode.trim();
        if (code) {
            await this._do(async () => {
                this._show(await this.chargingService.call("link_by_code", [this.found.uid, code]));
            });
        }
    }

    async unlink() {
        await this._do(async () => {
            this._show(await this.chargingService.call("unlink_prepaid", [this.token.uid]));
        });
    }

    /** @returns {Promise<boolean>} whether the register pays it out now */
    async refundRest(pos) {
        let isLoaded = false;
        await this._do(async () => {
            const args = [this.card.id];
            const { order_id: orderId } = await this.chargingService.call("refund_rest", args);
            await payOrder(pos, orderId);
            isLoaded = true;
        });
        return isLoaded;
    }

    _show(found) {
        Object.assign(this, { found, text: "", giftCode: "", customer: null, wallets: null });
    }

    async _do(work) {
        if (this.isBusy) {
            return;
        }
        Object.assign(this, { isBusy: true, error: "" });
        try {
            await work();
        } catch (error) {
            this.error = getErrorText(error);
        }
        this.isBusy = false;
    }
}
