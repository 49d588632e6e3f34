// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { StartRequest } from "@iicharge_odoo/pos/charging/models/start_request";
import "@iicharge_odoo_loyalty/pos/charging/models/start_request";
import { getPrepaidStarts } from "@iicharge_odoo_loyalty/pos/app/services/top_up";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";

describe.current.tags("headless");

beforeEach(() => allowTranslations());

/** A start at a connector; the server answers with what the test says, in that order. */
function makeStart(...answers) {
    const calls = [];
    const chargingService = {
        board: { getConnector: () => null },
        async call(method, args, kwargs) {
            calls.push([method, kwargs || args]);
            const answer = await answers.shift();
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
    };
    return { request: new StartRequest(chargingService, { id: 4 }), calls };
}

function makeQuote(amount, energy_kwh) {
    return { summary: "", components: [], prepay: { amount, energy_kwh } };
}

test("a sum or an energy is quoted before it is prepaid", async () => {
    const { request, calls } = makeStart({}, makeQuote(5, 9.6), makeQuote(6.21, 12));
    await request.choosePrepaid();
    expect(request.prepay).toBe(null);
    await request.setLimit("amount", 5);
    expect(request.prepay.energy_kwh).toBe(9.6);
    await request.setLimit("energy", 12);
    expect(request.prepay.amount).toBe(6.21);
    expect(calls.slice(1)).toEqual([
        ["quote_prepaid", { energy_kwh: null, amount: 5 }],
        ["quote_prepaid", { energy_kwh: 12, amount: 0 }],
    ]);
});

test("what was quoted for another sum is not paid for this one", async () => {
    const late = Promise.withResolvers();
    const { request } = makeStart({}, late.promise, makeQuote(20, 38.6));
    await request.choosePrepaid();
    const first = request.setLimit("amount", 2);
    const second = request.setLimit("amount", 20);
    expect(request.prepay).toBe(null);
    await second;
    late.resolve(makeQuote(2, 3.8));
    await first;
    expect(request.prepay.amount).toBe(20);
});

test("a lost connection says so, and nothing is loaded", async () => {
    const { request } = makeStart({}, makeQuote(5, 9.6), new ConnectionLostError("/web"));
    await request.choosePrepaid();
    await request.setLimit("amount", 5);
    expect(await request.payAhead({})).toBe(false);
    expect(Boolean(request.text)).toBe(true);
    expect(request.prepay.amount).toBe(5);
});

test("who goes back and pays afterwards is asked for no sum", async () => {
    const { request } = makeStart({}, makeQuote(5, 9.6), {}, { summary: "" });
    await request.choosePrepaid();
    await request.setLimit("amount", 5);
    request.back();
    await request.chooseVisitor();
    expect(request.prepay).toBe(null);
    expect(request.limitKind).toBe("none");
    expect(request.canStart).toBe(true);
});

test("a receipt offers a start for each card that was topped up", () => {
    const sold = (code, price_unit) => ({
        price_unit,
        sale_order_line_id: {
            iicharge_topup_code: code,
            iicharge_topup_connector_name: "Garage 2 · 1",
            raw: { iicharge_topup_connector_id: 4 },
        },
    });
    const order = { lines: [sold("044a", 5), sold("044b", -2), { price_unit: 3 }] };
    expect(getPrepaidStarts(order)).toEqual([
        { code: "044a", connectorId: 4, connectorName: "Garage 2 · 1" },
    ]);
});
