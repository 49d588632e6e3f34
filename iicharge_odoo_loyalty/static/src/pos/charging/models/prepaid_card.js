import { payOrder } from "@iicharge_odoo/pos/app/services/register_payment";
import { ServerWork } from "@iicharge_odoo/pos/charging/models/server_work";

/** A card on the reader: its holder, and the balance that it charges on. */
export class PrepaidCard extends ServerWork {
    constructor(chargingService) {
        super(chargingService);
        this.text = "";
        this.giftCode = "";
        this.found = null;
        this.customer = null;
        this.wallets = null;
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
            await this.do(async () =>
                this._show(await this.chargingService.call("find_prepaid", [text])),
            );
        }
    }

    async chooseCustomer(partner) {
        await this.do(async () => {
            const wallets = await this.chargingService.call("find_wallets", [partner.id]);
            Object.assign(this, { customer: { id: partner.id, name: partner.name }, wallets });
        });
    }

    async link(cardId) {
        await this.do(async () => {
            this._show(await this.chargingService.call("link_prepaid", [this.found.uid, cardId]));
        });
    }

    /** Links a gift card, which has no partner, by its code. */
    async linkByCode() {
        const code = this.giftCode.trim();
        if (code) {
            await this.do(async () => {
                this._show(await this.chargingService.call("link_by_code", [this.found.uid, code]));
            });
        }
    }

    async unlink() {
        await this.do(async () => {
            this._show(await this.chargingService.call("unlink_prepaid", [this.token.uid]));
        });
    }

    /** @returns {Promise<boolean>} whether the register pays it out now */
    async refundRest(pos) {
        return this._pay(pos, "refund_rest", [this.card.id]);
    }

    /** @returns {Promise<boolean>} whether the register takes the money now, by card if it can */
    async topUp(pos, amount) {
        const method = pos.config.payment_method_ids.find(
            ({ type, iicharge_room: isRoom }) => type === "bank" && !isRoom,
        );
        return this._pay(pos, "top_up", [this.card.id, amount], method);
    }

    async _pay(pos, call, args, method) {
        let isLoaded = false;
        await this.do(async () => {
            const { order_id: orderId } = await this.chargingService.call(call, args);
            await payOrder(pos, orderId, method);
            isLoaded = true;
        });
        return isLoaded;
    }

    _show(found) {
        Object.assign(this, { found, text: "", giftCode: "", customer: null, wallets: null });
    }
}
