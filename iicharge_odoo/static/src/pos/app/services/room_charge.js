import { _t } from "@web/core/l10n/translation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";

import { RoomPopup } from "../components/popups/room_popup/room_popup";
import { getRoomErrorText } from "@iicharge_odoo/common/error_text";

/** Gets the payment that sends an order to a room, if there is one. */
export function getRoomPayment(order) {
    return order.payment_ids.find((payment) => payment.payment_method_id.iicharge_room);
}

/** Gets why an order may not be paid by a further method, in words; "" if it may. */
export function whyNoFurtherPayment(order, method) {
    const others = order.payment_ids.filter((payment) => payment.getAmount());
    if (!others.length || (!method.iicharge_room && !getRoomPayment(order))) {
        return "";
    }
    return _t(
        "An order goes to a room whole. Take the other payment off, or split the order and pay one part of it.",
    );
}

/** Gets the payment by which the order that is given back went to a room, or null. */
export function getRefundedPayment(order) {
    const refunded = order.lines.map((line) => line.refunded_orderline_id?.order_id);
    const payments = refunded.filter(Boolean).map(getRoomPayment);
    return payments.find(Boolean) || null;
}

export function setStay(payment, stay) {
    payment.iicharge_stay_number = stay.id;
    payment.iicharge_room_text = stay.text;
    payment.pos_order_id.setToInvoice(false);
}

/** Sends an order to the bill of a stay; the server decides on each room charge. */
export class RoomCharge {
    constructor(pos) {
        this.pos = pos;
    }

    async call(method, args) {
        return this.pos.data.call("pos.config", method, [this.pos.config.id, ...args]);
    }

    /** Lets the cashier find and confirm a stay. :return: the stay, or undefined */
    async choose(order) {
        return makeAwaitable(this.pos.dialog, RoomPopup, {
            find: (text) => this.call("iicharge_find_room_stays", [text]),
            amount: this.pos.env.utils.formatCurrency(order.priceIncl),
        });
    }

    /** Checks whether the order may be validated: front desk chooses the stay, the server decides. */
    async confirm(order) {
        const payment = getRoomPayment(order);
        if (!payment) {
            return true;
        }
        if (!payment.iicharge_stay_number) {
            const refunded = getRefundedPayment(order);
            const stay = refunded
                ? { id: refunded.iicharge_stay_number, text: refunded.iicharge_room_text }
                : await this.choose(order);
            if (!stay) {
                // paid at one touch, it had no stay yet: another way takes the order whole
                order.removePaymentline(payment);
                return false;
            }
            setStay(payment, stay);
        }
        const reason = await this.getRefusal(payment);
        if (reason) {
            // another stay may take it
            payment.iicharge_stay_number = false;
            this.showRefusal(_t("Not to this room"), reason);
        }
        return !reason;
    }

    async getRefusal(payment) {
        try {
            const args = [payment.iicharge_stay_number, payment.getAmount()];
            return await this.call("iicharge_check_room", args);
        } catch (error) {
            return getRoomErrorText(error);
        }
    }

    showRefusal(title, body) {
        this.pos.dialog.add(AlertDialog, { title, body });
    }
}
