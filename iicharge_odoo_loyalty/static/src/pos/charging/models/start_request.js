import { payOrder } from "@iicharge_odoo/pos/app/services/register_payment";
import { StartRequest } from "@iicharge_odoo/pos/charging/models/start_request";
import { patch } from "@web/core/utils/patch";

/** A walk-in who prepays first gets a card of its own; charging starts when it is paid. */
patch(StartRequest.prototype, {
    choosePrepaid() {
        return this._choose({
            isVisitor: true,
            isPrepaid: true,
            limitKind: "amount",
            limit: 0,
        });
    },

    _choose(payer) {
        return super._choose({ isPrepaid: false, ...payer });
    },

    back() {
        if (this.isPrepaid) {
            Object.assign(this, { isPrepaid: false, limitKind: "none", limit: 0 });
        }
        return super.back();
    },

    /** Drops the quote of another sum. */
    setLimit() {
        if (this.isPrepaid) {
            this.quote = null;
        }
        return super.setLimit(...arguments);
    },

    /** Gets what is to be prepaid and how far it goes; null while that is not known. */
    get prepay() {
        return (this.isPrepaid && this.quote?.prepay) || null;
    },

    async _askTerms() {
        if (!this.isPrepaid || !(this.limit > 0)) {
            return super._askTerms();
        }
        const quote = await this.chargingService.call("quote_prepaid", [this.connectorId], {
            energy_kwh: this.energyKwh,
            amount: this.limitKind === "amount" ? this.limit : 0,
        });
        return { quote, refusal: null };
    },

    /** @returns {Promise<boolean>} whether the register asks for the payment now */
    async payAhead(pos) {
        Object.assign(this, { isPaying: true, text: "" });
        try {
            const args = [this.connectorId, this.prepay.amount];
            const { order_id: orderId } = await this.chargingService.call("prepay", args);
            await payOrder(pos, orderId);
            return true;
        } catch (error) {
            this.setError(error);
            return false;
        } finally {
            this.isPaying = false;
        }
    },
});
