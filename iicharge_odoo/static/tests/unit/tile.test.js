import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { drawPower } from "@iicharge_odoo/pos/charging/utils/curve";
import { describeTile } from "@iicharge_odoo/common/tile";
import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { currencies } from "@web/core/currency";
import { localization } from "@web/core/l10n/localization";

describe.current.tags("headless");

const { DateTime } = luxon;
const NOW = DateTime.fromISO("2026-03-01T12:00:00Z");
const PRICE = { amount: "0.49 €", unit: "per kWh" };

beforeEach(() => {
    allowTranslations();
    patchWithCleanup(localization, {
        decimalPoint: ".",
        grouping: [3, 0],
        thousandsSep: ",",
        timeFormat: "HH:mm:ss",
    });
    patchWithCleanup(currencies, { 9: { symbol: "€", position: "after", digits: [69, 2] } });
});

function makeConnector(values = {}) {
    return {
        state: "available",
        label: "Free",
        online: true,
        plug: "Type 2",
        rated_power_w: 22000,
        time_zone: "UTC",
        reserved: false,
        pending: false,
        session: false,
        called_at: false,
        ...values,
    };
}

function makeSession(values = {}) {
    return {
        room: "102",
        guest: "Marco Rossi",
        amount: 3.48,
        currency_id: 9,
        energy_wh: 7100,
        power_w: 6400,
        started_at: "2026-03-01T11:00:00Z",
        last_value_at: "2026-03-01T11:59:00Z",
        progress: false,
        ...values,
    };
}

test("a free tile shows its price and starts", () => {
    const tile = describeTile(makeConnector(), PRICE, NOW);
    expect([tile.tone, tile.tap, tile.go]).toEqual(["free", "start", "Start"]);
    expect([tile.amount, tile.unit, tile.who]).toEqual(["0.49 €", "per kWh", "Type 2, 22 kW"]);
    expect(tile.chips).toEqual([]);
    expect(describeTile(makeConnector(), false, NOW).amount).toBe("");
});

test("a tile in use shows who, until when and how much", () => {
    const session = makeSession({ expected_end: "2026-03-01T14:05:00Z", limit_wh: 20000 });
    const tile = describeTile(makeConnector({ state: "charging", session }), PRICE, NOW);
    expect(tile.who).toBe("102 Marco Rossi");
    expect(tile.when).toMatch(/^until 14:05/);
    expect(tile.unit).toBe("7.1 / 20 kWh");
    expect(tile.amount).toInclude("3.48");
    const open = describeTile(
        makeConnector({ state: "charging", session: makeSession() }),
        PRICE,
        NOW,
    );
    expect(open.when).toMatch(/^since .*11:00/);
    expect(open.unit).toBe("7.1 kWh");
});

test("a full car says since when it is full", () => {
    const since = "2026-03-01T11:45:00Z";
    const session = makeSession({ expected_end: "2026-03-01T14:05:00Z" });
    const tile = describeTile(makeConnector({ state: "full", since, session }), PRICE, NOW);
    expect([tile.tone, tile.tap]).toEqual(["full", "session"]);
    expect(tile.when).toMatch(/^since .*11:45/);
});

test("a start that waits for its car shows whose it is and until when", () => {
    const pending = { until: "2026-03-01T12:07:00Z", plate: "B IR 4721", payer: "register" };
    const tile = describeTile(makeConnector({ state: "waiting", pending }), PRICE, NOW);
    expect([tile.tap, tile.who]).toEqual(["pending", "Walk-in, B IR 4721"]);
    expect(tile.when).toMatch(/^until .*12:07/);
    expect(tile.chips.map(({ text }) => text)).toEqual(["Pays here"]);
});

test("two chips at most, and trouble first", () => {
    const session = makeSession({
        payer: "register",
        last_value_at: "2026-03-01T11:00:00Z",
        slow: { code: "shared_power" },
    });
    const values = { state: "charging", session, called_at: "2026-03-01T11:12:00Z" };
    const tile = describeTile(makeConnector(values), PRICE, NOW);
    expect(tile.chips.length).toBe(2);
    expect(tile.chips[0].text).toMatch(/^Technician called .*11:12/);
});

test("a slow car says why in few words", () => {
    const session = makeSession({ slow: { code: "shared_power" } });
    const tile = describeTile(makeConnector({ state: "charging", session }), PRICE, NOW);
    expect(tile.chips.map(({ text }) => text)).toEqual(["Shares power: 6.4 of 22 kW"]);
});

test("a car that is full says from when it costs an idle fee", () => {
    const texts = ["2026-03-01T12:10:00Z", "2026-03-01T11:50:00Z"].map((at) => {
        const session = makeSession({ idle_fee_from: at });
        return describeTile(makeConnector({ state: "full", session }), PRICE, NOW).chips[0].text;
    });
    expect(texts[0]).toMatch(/^Idle fee from .*12:10/);
    expect(texts[1]).toMatch(/^Idle fee since .*11:50/);
});

test("trouble opens help and is said in words", () => {
    const values = { state: "faulted", label: "Out of order", fault: "Off for safety" };
    const tile = describeTile(makeConnector(values), PRICE, NOW);
    expect([tile.tone, tile.go, tile.who]).toEqual(["bad", "Help", "Off for safety"]);
});

test("the power of a session is drawn from its start to now", () => {
    const points = [
        { at: "2026-03-01T11:00:00Z", power_w: 11000 },
        { at: "2026-03-01T11:30:00Z", power_w: 5500 },
    ];
    const curve = drawPower(points, NOW);
    expect(curve.mostW).toBe(11000);
    expect(curve.path).toBe("M0 120L0 4L300 62L300 120Z");
    expect(drawPower(points.slice(1), NOW)).toBe(null);
});
