import { describe, expect, test } from "@odoo/hoot";
import { ConnectionLostError } from "@web/core/network/rpc";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import {
    getRefundedPayment,
    RoomCharge,
    setStay,
    whyNoFurtherPayment,
} from "@iicharge_odoo/pos/app/services/room_charge";
import { getRoomErrorText } from "@iicharge_odoo/common/error_text";

const CARD = { iicharge_room: false };
const ROOM = { iicharge_room: true };

function makeOrder(...methods) {
    const order = { payment_ids: [], lines: [], priceIncl: 9.9, invoice: true };
    order.setToInvoice = (value) => (order.invoice = value);
    order.removePaymentline = (payment) =>
        (order.payment_ids = order.payment_ids.filter((each) => each !== payment));
    order.payment_ids = methods.map((method) => ({
        payment_method_id: method,
        pos_order_id: order,
        getAmount: () => 9.9,
    }));
    return order;
}

function makePos(answers) {
    const shown = [];
    const asked = [];
    const call = async (model, method, args) => {
        asked.push([method, ...args]);
        const answer = answers.shift();
        if (answer instanceof Error) {
            throw answer;
        }
        return answer;
    };
    const dialog = { add: (component, props) => shown.push(props.body) };
    return { data: { call }, config: { id: 7 }, dialog, shown, asked };
}

definePosModels();

describe("room charge", () => {
    test("an order goes to a room whole", async () => {
        await setupPosEnv();
        expect(whyNoFurtherPayment(makeOrder(), ROOM)).toBe("");
        expect(whyNoFurtherPayment(makeOrder(CARD), CARD)).toBe("");
        expect(whyNoFurtherPayment(makeOrder(CARD), ROOM)).not.toBe("");
        expect(whyNoFurtherPayment(makeOrder(ROOM), CARD)).not.toBe("");
    });

    test("an order without a room asks for nothing", async () => {
        const pos = makePos([]);
        expect(await new RoomCharge(pos).confirm(makeOrder(CARD))).toBe(true);
        expect(pos.asked).toEqual([]);
    });

    test("the server's refusal is shown and the stay is asked for again", async () => {
        const pos = makePos(["The stay takes no charges from outside."]);
        const order = makeOrder(ROOM);
        setStay(order.payment_ids[0], { id: 5, text: "101 · Anna Weber" });
        expect(order.invoice).toBe(false);
        await setupPosEnv();
        expect(await new RoomCharge(pos).confirm(order)).toBe(false);
        expect(pos.asked).toEqual([["iicharge_check_room", 7, 5, 9.9]]);
        expect(pos.shown).toEqual(["The stay takes no charges from outside."]);
        expect(order.payment_ids[0].iicharge_stay_number).toBe(false);
    });

    test("a room charge for which no stay is chosen is taken off", async () => {
        await setupPosEnv();
        const order = makeOrder(ROOM);
        const room = new RoomCharge(makePos([]));
        room.choose = async () => undefined;
        expect(await room.confirm(order)).toBe(false);
        expect(order.payment_ids).toEqual([]);
        expect(whyNoFurtherPayment(order, CARD)).toBe("");
    });

    test("without the server nothing goes to a room", async () => {
        await setupPosEnv();
        const lost = new ConnectionLostError("/web");
        const pos = makePos([lost]);
        const order = makeOrder(ROOM);
        setStay(order.payment_ids[0], { id: 5, text: "101" });
        expect(await new RoomCharge(pos).confirm(order)).toBe(false);
        expect(pos.shown).toEqual([getRoomErrorText(lost)]);
    });

    test("what is given back goes to the room it came from", async () => {
        const source = makeOrder(ROOM);
        setStay(source.payment_ids[0], { id: 5, text: "101" });
        const refund = makeOrder(ROOM);
        refund.lines = [{ refunded_orderline_id: { order_id: source } }, {}];
        expect(getRefundedPayment(refund).iicharge_stay_number).toBe(5);
        const pos = makePos([false]);
        expect(await new RoomCharge(pos).confirm(refund)).toBe(true);
        expect(refund.payment_ids[0].iicharge_room_text).toBe("101");
    });
});
