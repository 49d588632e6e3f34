import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";

import { getErrorText } from "@iicharge_odoo/common/error_text";
import { getSessionId } from "./register_payment";

/**
 * Checks with the server, before money is taken, whether charging still waits for it: a colleague
 * may have taken the session over. Without the server no money is taken, as the state is not known.
 */
export class ChargingPayment {
    constructor(pos) {
        this.pos = pos;
    }

    /** Checks whether a line pays for what the server has ordered; other modules add theirs. */
    isOrdered(line) {
        return Boolean(getSessionId(line));
    }

    /** Gets the lines of charging that an order pays, and those that it gives back. */
    getLines({ lines }) {
        const refunded = lines.map((line) => line.refunded_orderline_id);
        return {
            paid: lines.filter((line) => this.isOrdered(line) && !line.refunded_orderline_id),
            refunded: refunded.filter((line) => line?.iicharge_text),
        };
    }

    /** @returns {Promise<boolean>} whether money may be taken or given back for the order */
    async confirm(order) {
        const { paid, refunded } = this.getLines(order);
        if (!paid.length && !refunded.length) {
            return true;
        }
        // an order that is on the server is the same one on all devices of the register
        const device = order.isSynced ? false : this.pos.data.device.identifier;
        const reason = await this.getRefusal(paid, refunded, device);
        if (reason) {
            this.pos.dialog.add(AlertDialog, { title: _t("No money is taken yet"), body: reason });
        }
        return !reason;
    }

    async getRefusal(paid, refunded, device) {
        try {
            return await this.pos.data.call(
                "pos.config",
                "iicharge_check_payment",
                [
                    this.pos.config.id,
                    paid.map((line) => line.sale_order_line_id.id),
                    refunded.map((line) => line.id),
                ],
                { device },
            );
        } catch (error) {
            return getErrorText(
                error,
                _t(
                    "There is no connection to the server, so it is not known whether the charging on this order is still open. The order stays as it is: go on when the connection is back.",
                ),
            );
        }
    }
}
