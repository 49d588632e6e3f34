import { describe, expect, test } from "@odoo/hoot";
import { WaitingList } from "@iicharge_odoo/pos/charging/models/waiting_list";
import { ConnectionLostError } from "@web/core/network/rpc";

describe.current.tags("headless");

const GUEST = { id: 3, place: 1, site: "Garage", state: "waiting", who: "Bo" };

/** A charging service with a board, whose server answers with what the test sets. */
function makeList(answers, board = {}) {
    const calls = [];
    const connectors = [
        { id: 7, site: "Garage", state: "available", session: false, reserved: false },
        { id: 8, site: "Garage", state: "charging", session: {}, reserved: false },
        { id: 9, site: "Annex", state: "available", session: false, reserved: false },
    ];
    const list = new WaitingList({
        board: { connectors, waiting: [GUEST], ...board },
        async call(method, args, kwargs) {
            calls.push([method, args, kwargs]);
            const answer = answers.shift();
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
    });
    return { list, calls };
}

test("a guest is added once, although the first answer was lost", async () => {
    const { list, calls } = makeList([new ConnectionLostError(), [GUEST, { ...GUEST, id: 4 }], []]);
    expect(list.canAdd).toBe(false);
    list.name = "Ada";
    await list.add();
    expect(list.error).not.toBe("");
    expect(list.name).toBe("Ada");
    await list.add();
    expect(list.error).toBe("");
    expect(list.guests.length).toBe(2);
    expect(list.name).toBe("");
    list.chooseStay({ id: 12 });
    await list.add();
    const keys = calls.map(([, args]) => args[1]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
    expect(calls[2][2]).toEqual({ folio_id: 12, name: "", email: "" });
});

test("only free chargers of the guest's site are offered", async () => {
    const { list, calls } = makeList([[]]);
    expect(list.getFree(GUEST).map(({ id }) => id)).toEqual([7]);
    await list.offer(GUEST, 7);
    expect(calls).toEqual([["change_waiting", [3, "offer", 7], undefined]]);
    expect(list.guests).toEqual([]);
});

test("the first moves up no more, the last of the site down no more", () => {
    const second = { ...GUEST, id: 4, place: 2 };
    const elsewhere = { ...GUEST, id: 5, place: 3, site: "Annex" };
    const { list } = makeList([], { waiting: [GUEST, second, elsewhere] });
    expect([list.isFirst(GUEST), list.isLast(GUEST)]).toEqual([true, false]);
    expect([list.isFirst(second), list.isLast(second)]).toEqual([false, true]);
});
