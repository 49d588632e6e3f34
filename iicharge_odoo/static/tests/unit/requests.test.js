import { describe, expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { StartRequest } from "@iicharge_odoo/pos/charging/models/start_request";
import { StopRequest } from "@iicharge_odoo/pos/charging/models/stop_request";
import { GuideSession } from "@iicharge_odoo/pos/charging/models/guide_session";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Deferred } from "@web/core/utils/concurrency";

describe.current.tags("headless");

const QUOTE = { summary: "20 kWh: 10.35", components: [] };
const CONNECTOR = { id: 7, state: "available", session: false };

/** A charging service whose server answers with what the test sets, method by method. */
function makeChargingService(answers) {
    const calls = [];
    let nextChange = new Deferred();
    return {
        calls,
        getNextChange: () => nextChange,
        /** The server says that something has changed. */
        async change() {
            const changed = nextChange;
            nextChange = new Deferred();
            changed.resolve();
            await advanceTime(1000);
        },
        count: (method) => calls.filter(([called]) => called === method).length,
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

function getKeys(chargingService, asked) {
    return chargingService.calls
        .filter(([method]) => method === asked)
        .map(([, , kwargs]) => kwargs.request_key);
}

test("an unanswered start is asked for again with the same key, a refused one with another", async () => {
    const refused = { done: true, agreed: false, text: "The charger has refused." };
    const chargingService = makeChargingService({
        quote: [QUOTE],
        start: [new ConnectionLostError(), { command_id: 1 }, { command_id: 2 }],
        read_command: [refused, { done: true, agreed: true, text: "" }],
    });
    const request = new StartRequest(chargingService, CONNECTOR);
    await request.chooseVisitor();
    expect(request.canStart).toBe(true);
    await request.send();
    expect(request.phase).toBe("lost");
    await request.again();
    expect(request.phase).toBe("refused");
    expect(request.text).toBe("The charger has refused.");
    await request.again();
    expect(request.phase).toBe("accepted");
    const [first, again, other] = getKeys(chargingService, "start");
    expect(again).toBe(first);
    expect(other).not.toBe(first);
});

test("a connector is kept for a guest who is still to arrive until after the check-in", async () => {
    const chargingService = makeChargingService({
        quote: [QUOTE, QUOTE],
        check_start: [{ code: "not_in_house", text: "Not yet.", waivable: false }],
        reserve: [{ command_id: 1 }],
        read_command: [{ done: true, agreed: true, text: "" }],
    });
    const request = new StartRequest(chargingService, CONNECTOR);
    const checkin = luxon.DateTime.now().plus({ minutes: 60 }).toISO();
    await request.chooseStay({ id: 3, guests: [], is_arrival: true, checkin });
    expect([request.canStart, request.canReserve]).toEqual([false, true]);
    await request.reserve();
    const [, , { minutes }] = chargingService.calls.find(([method]) => method === "reserve");
    expect(minutes).toBe(90);
});

test("a refusal that may be passed over is passed over only after it was shown", async () => {
    const refusal = { code: "credit_limit", text: "Over the limit.", waivable: true };
    const chargingService = makeChargingService({
        quote: [QUOTE],
        check_start: [false],
        start: [{ refusal }, { command_id: 1 }],
        read_command: [{ done: true, agreed: true, text: "" }],
    });
    const request = new StartRequest(chargingService, CONNECTOR);
    await request.chooseStay({ id: 3, room: "101" }, null);
    await request.send();
    expect(request.phase).toBe("terms");
    expect(request.refusal.text).toBe("Over the limit.");
    await request.send();
    const override = chargingService.calls
        .filter(([method]) => method === "start")
        .map((call) => call[2].override);
    expect(override).toEqual([false, true]);
});

test("a refusal that stands, no price and an empty limit let nothing start", async () => {
    const refusal = { code: "no_post", text: "Takes no charges.", waivable: false };
    const chargingService = makeChargingService({
        quote: [QUOTE, QUOTE, QUOTE, new ConnectionLostError()],
        check_start: [refusal],
    });
    const request = new StartRequest(chargingService, CONNECTOR);
    await request.chooseStay({ id: 3, room: "101" }, null);
    expect(request.canStart).toBe(false);
    await request.back();
    await request.chooseVisitor();
    expect(request.canStart).toBe(true);
    await request.setLimit("energy", 0);
    expect(request.canStart).toBe(false);
});

test("a stop ends with the final sum; one that the charger refuses says so", async () => {
    const chargingService = makeChargingService({
        stop: [{ command_id: 1 }, false],
        read_command: [{ done: true, agreed: false, text: "Not now." }],
        read_session: [{ id: 5, is_final: true, total: 5.18 }],
    });
    const request = new StopRequest(chargingService, { id: 5 });
    await request.send();
    expect([request.phase, request.text]).toEqual(["refused", "Not now."]);
    await request.again();
    expect(request.phase).toBe("final");
    expect(request.session.total).toBe(5.18);
    const [first, second] = getKeys(chargingService, "stop");
    expect(second).not.toBe(first);
});

test("a session that the charger does not stop is ended without it", async () => {
    const chargingService = makeChargingService({
        stop: [{ command_id: 1 }],
        read_command: [{ done: true, agreed: false, text: "Not now." }],
        end_session: [null],
        read_session: [{ id: 5, is_final: true, total: 2.07 }],
    });
    const request = new StopRequest(chargingService, { id: 5 });
    await request.send();
    expect(request.phase).toBe("refused");
    await request.endWithoutCharger();
    expect([request.phase, request.session.total]).toEqual(["final", 2.07]);
    expect(chargingService.count("end_session")).toBe(1);
});

test("a connection that is lost while the charger is asked is waited for", async () => {
    const chargingService = makeChargingService({
        quote: [QUOTE],
        start: [{ command_id: 1 }],
        read_command: [
            new ConnectionLostError(),
            { done: false },
            { done: true, agreed: true, text: "" },
        ],
    });
    const request = new StartRequest(chargingService, CONNECTOR);
    await request.chooseVisitor();
    const sent = request.send();
    await advanceTime(100);
    expect([request.phase, request.isLost]).toEqual(["asked", true]);
    await advanceTime(3000);
    expect([request.phase, request.isLost]).toEqual(["asked", false]);
    await chargingService.change();
    await sent;
    expect(request.phase).toBe("accepted");
    expect(getKeys(chargingService, "start").length).toBe(1);
});

test("the charger's answer is read when the server says that something has changed", async () => {
    const chargingService = makeChargingService({
        stop: [{ command_id: 1 }],
        read_command: [{ done: false }, { done: true, agreed: true, text: "" }],
        read_session: [
            { id: 5, is_final: false },
            { id: 5, is_final: true },
        ],
    });
    const request = new StopRequest(chargingService, { id: 5 });
    const sent = request.send();
    await advanceTime(5000);
    expect(chargingService.count("read_command")).toBe(1);
    await chargingService.change();
    expect([chargingService.count("read_command"), request.phase]).toEqual([2, "ending"]);
    await chargingService.change();
    await sent;
    expect([chargingService.count("read_session"), request.phase]).toEqual([2, "final"]);
});

test("an answer whose message was lost on its way is read all the same", async () => {
    const chargingService = makeChargingService({
        stop: [{ command_id: 1 }],
        read_command: [{ done: false }, { done: true, agreed: false, text: "Not now." }],
    });
    const request = new StopRequest(chargingService, { id: 5 });
    const sent = request.send();
    await advanceTime(11000);
    await sent;
    expect(request.phase).toBe("refused");
});

test("a guide's step is asked of the charger as a start and a stop are", async () => {
    const guide = { busy: 0, steps: [], tried: [] };
    const answer = { done: true, agreed: false, text: "The charger has refused." };
    const chargingService = makeChargingService({
        read_guide: [guide, guide],
        reset: [{ busy: 2 }, { command_id: 1 }],
        read_command: [{ done: false }, answer],
    });
    const visit = new GuideSession(chargingService, 7);
    await visit.load();
    await visit.press("reset");
    expect([visit.question, visit.guide.busy]).toEqual(["reset", 2]);
    const sent = visit.send("reset");
    await advanceTime(100);
    expect(visit.running).toBe("reset");
    await chargingService.change();
    await sent;
    expect(visit.outcome).toEqual({ action: "reset", isGood: false, text: answer.text });
    expect(visit.running).toBe(null);
});

test("a request whose dialog is closed follows no further", async () => {
    const answer = { done: false };
    const chargingService = makeChargingService({
        stop: [{ command_id: 1 }],
        read_command: [answer, answer, answer],
    });
    const request = new StopRequest(chargingService, { id: 5 });
    const sent = request.send();
    await advanceTime(100);
    request.close();
    await chargingService.change();
    await sent;
    expect(chargingService.count("read_command")).toBe(1);
    expect(request.phase).toBe("asked");
});
