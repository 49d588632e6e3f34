import { describe, expect, test } from "@odoo/hoot";
import { PrepaidCard } from "@iicharge_odoo_loyalty/pos/charging/models/prepaid_card";
import { ConnectionLostError } from "@web/core/network/rpc";

describe.current.tags("headless");

const CARD = { id: 5, balance: "20.00", tokens: ["04CAFE01"], running: [] };
const NEW = { uid: "04CAFE01", token: false, card: false };

/** A charging service whose server answers with what the test sets, in that order. */
function makeCard(...answers) {
    const calls = [];
    const chargingService = {
        async call(method, args) {
            calls.push([method, ...args]);
            const answer = answers.shift();
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
    };
    const card = new PrepaidCard(chargingService);
    card.text = " 04CAFE01 ";
    return { card, calls };
}

test("what was read is shown, and the field is free for the next card", async () => {
    const { card, calls } = makeCard({ uid: "04CAFE01", token: { uid: "04CAFE01" }, card: CARD });
    await card.find();
    expect(calls).toEqual([["find_prepaid", "04CAFE01"]]);
    expect(card.card).toEqual(CARD);
    expect(card.text).toBe("");
});

test("nothing is asked for nothing", async () => {
    const { card, calls } = makeCard();
    card.text = "  ";
    await card.find();
    await card.linkByCode();
    expect(calls).toEqual([]);
});

test("a new card is linked to a wallet of the customer", async () => {
    const linked = { uid: "04CAFE01", token: { uid: "04CAFE01" }, card: CARD };
    const { card, calls } = makeCard(NEW, [CARD], linked);
    await card.find();
    await card.chooseCustomer({ id: 7, name: "Pia Prepaid" });
    expect(card.customer.name).toBe("Pia Prepaid");
    await card.link(5);
    expect(calls.slice(1)).toEqual([
        ["find_wallets", 7],
        ["link_prepaid", "04CAFE01", 5],
    ]);
    expect(card.card).toEqual(CARD);
    expect(card.wallets).toBe(null);
});

test("a lost connection is said, and what was typed stays", async () => {
    const { card } = makeCard(new ConnectionLostError("/web"), NEW);
    await card.find();
    expect(Boolean(card.error)).toBe(true);
    expect(card.text).toBe(" 04CAFE01 ");
    await card.find();
    expect(card.error).toBe("");
    expect(card.found).toEqual(NEW);
});

test("pressed twice it is asked once", async () => {
    const { card, calls } = makeCard(NEW, NEW);
    await Promise.all([card.find(), card.find()]);
    expect(calls.length).toBe(1);
});
