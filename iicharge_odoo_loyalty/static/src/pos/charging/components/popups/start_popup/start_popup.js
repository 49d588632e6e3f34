import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { StartPopup } from "@iicharge_odoo/pos/charging/components/popups/start_popup/start_popup";
import { formatFloat } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(StartPopup.prototype, {
    setup() {
        super.setup(...arguments);
        this.pos = usePos();
    },

    get payer() {
        return this.request.isPrepaid ? _t("Walk-in, prepays") : super.payer;
    },

    get limitKinds() {
        return this.request.isPrepaid
            ? [
                  ["amount", _t("At an amount")],
                  ["energy", _t("At kWh")],
              ]
            : super.limitKinds;
    },

    get priceNote() {
        return this.request.isPrepaid ? "" : super.priceNote;
    },

    get prepaySum() {
        const { amount, energy_kwh: kwh } = this.request.prepay;
        return _t("%(amount)s for about %(energy)s kWh", {
            amount: this.env.utils.formatCurrency(amount),
            energy: formatFloat(kwh, { digits: [16, 1], trailingZeros: false }),
        });
    },

    async toPayment() {
        if (await this.request.payAhead(this.pos)) {
            this.props.close();
        }
    },
});
