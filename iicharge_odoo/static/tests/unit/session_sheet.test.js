import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { SessionSheet } from "@iicharge_odoo/pos/charging/models/session_sheet";
import { allowTranslations } from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

beforeEach(() => allowTranslations());

const STAY = { id: 3, room: "103", guests: [{ id: 8, name: "Claire Dubois" }] };

function makeSheet(...answers) {
    const calls = [];
    const chargingService = {
        board: { load: async () => calls.push(["board"]) },
        async call(...asked) {
            calls.push(asked);
            const answer = answers.shift();
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
    };
    return { sheet: new SessionSheet(chargingService, 5), calls };
}

test("a move names the guest who confirms, and is overridden only after its refusal was shown", async () => {
    const refusal = { code: "credit_limit", text: "Over the limit.", waivable: true };
    const { sheet, calls } = makeSheet({ refusal }, {});
    sheet.show("move");
    sheet.chooseStay(STAY);
    await sheet.move();
    expect([sheet.view, sheet.refusal.text]).toEqual(["move", "Over the limit."]);
    await sheet.move();
    expect([sheet.view, sheet.stay]).toEqual(["sheet", null]);
    const moves = calls.filter(([method]) => method === "move_session");
    expect(moves.map(([, args]) => args)).toEqual([
        [5, 3],
        [5, 3],
    ]);
    expect(moves.map(([, , options]) => options.override)).toEqual([false, true]);
    expect(moves[0][2].confirmed_by_id).toBe(8);
});

test("what was overridden for one stay is not for another", async () => {
    const refusal = { code: "credit_limit", text: "Over the limit.", waivable: true };
    const { sheet, calls } = makeSheet({ refusal }, {});
    sheet.chooseStay(STAY);
    await sheet.move();
    sheet.chooseStay({ ...STAY, id: 4 });
    await sheet.move();
    expect(calls.at(-2)[2].override).toBe(false);
});

test("a limit is one of energy or of money", async () => {
    const { sheet, calls } = makeSheet(true, true);
    await sheet.setLimit("energy", 20);
    await sheet.setLimit("amount", 5);
    const limits = calls.filter(([method]) => method === "set_limit").map(([, , limit]) => limit);
    expect(limits).toEqual([
        { limit_kwh: 20, limit_amount: 0 },
        { limit_kwh: 0, limit_amount: 5 },
    ]);
});

test("what the server refuses is said, and the view stays", async () => {
    const { sheet } = makeSheet(new Error("It has stopped."));
    sheet.show("note");
    await sheet.setNote({ plate: "B IR 1" });
    expect([sheet.view, sheet.error]).toEqual(["note", "It has stopped."]);
});
