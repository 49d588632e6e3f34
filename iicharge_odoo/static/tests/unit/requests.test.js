import { describe, expect, test } from "@odoo/hoot";
import { StartRequest } from "@iicharge_odoo/pos/desk/models/start_request";
import { StopRequest } from "@iicharge_odoo/pos/desk/models/stop_request";
import { ConnectionLostError } from "@web/core/network/rpc";

describe.current.tags("headless");

const QUOTE = { summary: "20 kWh: 10.35", components: [] };
const CONNECTOR = { id: 7, state: "available", session: false };

/** A desk whose server answers with what the test says, method by method. */
function makeDesk(answers) {
    const calls = [];
    return {
        calls,
        board: { getConnector: () => CONNECTOR },
        async call(method, args, kwargs) {
            calls.push([method, args, kwargs]);
            const answer = answers[method]?.shift();
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
    };
}

function getKeys(desk, asked) {
    return desk.calls
        .filter(([method]) => method === asked)
        .map(([, , kwargs]) => kwargs.request_key);
}

test("an unanswered start is asked for again with the same key, a refused one with another", async () => {
    const refused = { done: true, agreed: false, text: "The charger has refused." };
    const desk = makeDesk({
        quote: [QUOTE],
        start: [new ConnectionLostError(), { command_id: 1 }, { command_id: 2 }],
        read_command: [refused, { done: true, agreed: true, text: "" }],
    });
    const request = new StartRequest(desk, CONNECTOR);
    await request.chooseVisitor();
    expect(request.canStart).toBe(true);
    await request.start();
    expect(request.phase).toBe("lost");
    await request.startAgain();
    expect(request.phase).toBe("refused");
    expect(request.text).toBe("The charger has refused.");
    await request.startAgain();
    expect(request.phase).toBe("accepted");
    const [first, again, other] = getKeys(desk, "start");
    expect(again).toBe(first);
    expect(other).not.toBe(first);
});

test("a refusal that may be passed over is passed over only after it was shown", async () => {
    const refusal = { code: "credit_limit", text: "Over the limit.", waivable: true };
    const desk = makeDesk({
        quote: [QUOTE],
        check_start: [false],
        start: [{ refusal }, { command_id: 1 }],
        read_command: [{ done: true, agreed: true, text: "" }],
    });
    const request = new StartRequest(desk, CONNECTOR);
    await request.chooseStay({ id: 3, room: "101" }, null);
    await request.start();
    expect(request.phase).toBe("terms");
    expect(request.refusal.text).toBe("Over the limit.");
    await request.start();
    const anyway = desk.calls
        .filter(([method]) => method === "start")
        .map((call) => call[2].anyway);
    expect(anyway).toEqual([false, true]);
});

test("a refusal that stands, no price and an empty limit let nothing start", async () => {
    const refusal = { code: "no_post", text: "Takes no charges.", waivable: false };
    const desk = makeDesk({
        quote: [QUOTE, QUOTE, new ConnectionLostError()],
        check_start: [refusal],
    });
    const request = new StartRequest(desk, CONNECTOR);
    await request.chooseStay({ id: 3, room: "101" }, null);
    expect(request.canStart).toBe(false);
    request.back();
    await request.chooseVisitor();
    expect(request.canStart).toBe(true);
    await request.setLimit("energy", 0);
    expect(request.canStart).toBe(false);
});

test("a stop ends with the final sum; one that the charger refuses says so", async () => {
    const desk = makeDesk({
        stop: [{ command_id: 1 }, false],
        read_command: [{ done: true, agreed: false, text: "Not now." }],
        read_session: [{ id: 5, is_final: true, total: 5.18 }],
    });
    const request = new StopRequest(desk, { id: 5 });
    await request.stop();
    expect([request.phase, request.text]).toEqual(["refused", "Not now."]);
    await request.stopAgain();
    expect(request.phase).toBe("final");
    expect(request.session.total).toBe(5.18);
    const [first, second] = getKeys(desk, "stop");
    expect(second).not.toBe(first);
});
