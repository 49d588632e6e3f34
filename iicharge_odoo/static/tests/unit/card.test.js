// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { CardLookup } from "@iicharge_odoo/pos/charging/models/card_lookup";
import { StartRequest } from "@iicharge_odoo/pos/charging/models/start_request";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";

describe.current.tags("headless");

beforeEach(() => allowTranslations());

const CARD = {
    refusal: false,
    token_id: 5,
    who: "Room 101 · Anna Weber",
    stay: { id: 3, room: "101" },
    reserved_ids: [4],
    offers: [
        { connector_ids: [1, 2, 3], price: "0.50 per kWh" },
        { connector_ids: [4], price: "0.70 per kWh" },
    ],
};
const CONNECTORS = [
    { id: 1, state: "available", session: false, reserved: false },
    { id: 2, state: "preparing", session: false, reserved: false },
    { id: 3, state: "charging", session: { id: 9 }, reserved: false },
    { id: 4, state: "reserved", session: false, reserved: { room: "101" } },
    { id: 5, state: "available", session: false, reserved: false },
];

function makeChargingService(answers) {
    const calls = [];
    return {
        calls,
        board: {
            connectors: CONNECTORS,
            getConnector: (id) => CONNECTORS.find((each) => each.id === id),
        },
        async call(method, args, kwargs) {
            calls.push([method, args, kwargs]);
            const answer = await answers[method].shift();
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
    };
}

test("a known card is offered what is free now, its own place and a plugged-in car first", async () => {
    const lookup = new CardLookup(makeChargingService({ read_card: [CARD] }));
    await lookup.read(" 04A1B2C3 ");
    expect(lookup.card.who).toBe("Room 101 · Anna Weber");
    expect(lookup.offers.map(({ connector }) => connector.id)).toEqual([4, 2, 1]);
    expect(lookup.offers.map(({ price }) => price)).toEqual([
        "0.70 per kWh",
        "0.50 per kWh",
        "0.50 per kWh",
    ]);
});

test("a refused card shows why, a lost connection says so, and neither offers a start", async () => {
    const refusal = { code: "card_blocked", text: "Blocked.", waivable: false };
    const lookup = new CardLookup(
        makeChargingService({ read_card: [{ refusal }, new ConnectionLostError()] }),
    );
    await lookup.read("LOST");
    expect([lookup.refusal.text, lookup.card]).toEqual(["Blocked.", null]);
    await lookup.again();
    expect(lookup.refusal).toBe(null);
    expect(lookup.error).toInclude("No connection");
    await lookup.read("  ");
    expect(lookup.error).toInclude("No connection");
});

test("of two cards tapped in a row the last one counts, whichever is answered first", async () => {
    let answerFirst;
    const first = new Promise((resolve) => (answerFirst = resolve));
    const lookup = new CardLookup(
        makeChargingService({ read_card: [first, { ...CARD, who: "Second" }] }),
    );
    const reading = lookup.read("FIRST");
    await lookup.read("SECOND");
    answerFirst(CARD);
    await reading;
    expect(lookup.card.who).toBe("Second");
});

test("a start with a card asks for its own terms and names it, without a limit", async () => {
    const chargingService = makeChargingService({
        quote: [null],
        read_card_terms: [{ quote: { summary: "", components: [] }, refusal: false }],
    });
    const request = new StartRequest(chargingService, CONNECTORS[1]);
    request.setLimit("energy", 0);
    await request.chooseCard(CARD);
    expect(request.canStart).toBe(true);
    expect(chargingService.calls.at(-1).slice(0, 2)).toEqual(["read_card_terms", [2, 5]]);
    const start = request._prepareStart();
    expect([start.token_id, start.folio_id, start.limit_kwh]).toEqual([5, false, 0]);
});

test("a card that is refused starts for its stay instead", async () => {
    const refusal = { code: "credit_limit", text: "Over the limit.", waivable: false };
    const quote = { summary: "", components: [] };
    const chargingService = makeChargingService({
        read_card_terms: [{ quote, refusal }],
        quote: [quote],
        check_start: [{ ...refusal, waivable: true }],
    });
    const request = new StartRequest(chargingService, CONNECTORS[0]);
    await request.chooseCard(CARD);
    expect(request.canStart).toBe(false);
    await request.chooseStay(CARD.stay, null);
    expect(request.card).toBe(null);
    expect(request.canStart).toBe(true);
});
