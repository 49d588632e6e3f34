import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { ChargingBoard } from "@iicharge_odoo/pos/app/services/charging_board";
import {
    groupByPlace,
    isIn,
    matchesConnector,
    mergeRows,
} from "@iicharge_odoo/pos/app/utils/board_rows";
import { formatTime } from "@iicharge_odoo/common/clock";
import {
    describeGuest,
    describeReservation,
    describeStaleReading,
    describeTrouble,
    formatBilledEnergy,
    formatEnergy,
} from "@iicharge_odoo/common/wording";
import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Deferred } from "@web/core/utils/concurrency";

describe.current.tags("headless");

beforeEach(() => {
    allowTranslations();
    patchWithCleanup(localization, {
        decimalPoint: ".",
        grouping: [3, 0],
        thousandsSep: ",",
        timeFormat: "HH:mm:ss",
    });
});

const { DateTime } = luxon;
const NOW = DateTime.fromISO("2026-03-01T12:00:00Z");

function makeConnector(values = {}) {
    return {
        id: 1,
        name: "Garage 1 · 1",
        site: "Hotel Iris",
        state: "available",
        label: "Free",
        online: true,
        fault: "",
        reserved: false,
        session: false,
        ...values,
    };
}

test("a connector belongs to the filters that its state says", () => {
    const session = { room: "101", guest: "Anna Weber" };
    expect(isIn("free", makeConnector())).toBe(true);
    expect(isIn("free", makeConnector({ session }))).toBe(false);
    expect(isIn("free", makeConnector({ reserved: { room: "12" } }))).toBe(false);
    expect(isIn("charging", makeConnector({ session }))).toBe(true);
    expect(isIn("charging", makeConnector({ state: "preparing" }))).toBe(true);
    expect(isIn("trouble", makeConnector({ state: "offline" }))).toBe(true);
    expect(isIn("all", makeConnector({ state: "faulted" }))).toBe(true);
    expect(isIn("unpaid", makeConnector())).toBe(false);
});

test("search finds room, guest and charger, without accents and in any order", () => {
    const connector = makeConnector({ session: { room: "101", guest: "José Núñez" } });
    expect(matchesConnector("nunez 101", connector)).toBe(true);
    expect(matchesConnector("GARAGE", connector)).toBe(true);
    expect(matchesConnector("", connector)).toBe(true);
    expect(matchesConnector("102", connector)).toBe(false);
    const kept = makeConnector({ reserved: { room: "102", guest: "Max Mustermann" } });
    expect(matchesConnector("102 max", kept)).toBe(true);
});

test("connectors are grouped by site in the order they come, and by area where there are two", () => {
    const groups = groupByPlace([
        makeConnector({ id: 1 }),
        makeConnector({ id: 2, site: "Annexe" }),
        makeConnector({ id: 3 }),
    ]);
    expect(groups.map(({ name }) => name)).toEqual(["Hotel Iris", "Annexe"]);
    expect(groups[0].connectors.map(({ id }) => id)).toEqual([1, 3]);
    const areas = groupByPlace([
        makeConnector({ id: 1, area: "Garage" }),
        makeConnector({ id: 2, area: "Court" }),
        makeConnector({ id: 3, area: "Garage" }),
    ]);
    expect(areas.map(({ name }) => name)).toEqual(["Garage", "Court"]);
    const one = groupByPlace([makeConnector({ area: "Garage" })]);
    expect(one.map(({ name }) => name)).toEqual(["Hotel Iris"]);
});

test("a fresh reading changes rows in place and keeps the list where none came or went", () => {
    const shown = [makeConnector({ id: 1 }), makeConnector({ id: 2 })];
    const [first] = shown;
    const same = mergeRows(shown, [
        makeConnector({ id: 1, state: "charging" }),
        makeConnector({ id: 2 }),
    ]);
    expect(same).toBe(shown);
    expect(first.state).toBe("charging");
    const longer = mergeRows(shown, [...shown, makeConnector({ id: 3 })]);
    expect(longer).not.toBe(shown);
    expect(longer[0]).toBe(first);
    expect(mergeRows(shown, [makeConnector({ id: 2 })])).toHaveLength(1);
});

test("trouble is said in words", () => {
    expect(describeTrouble(makeConnector(), NOW)).toBe("");
    const away = makeConnector({ online: false, last_seen: "2026-03-01T11:30:00Z" });
    expect(describeTrouble({ ...away, time_zone: "UTC" }, NOW)).toMatch(/^Last heard .*11:30/);
    const charges = makeConnector({ state: "charging", trouble: "It does not stop" });
    expect(describeTrouble(charges, NOW)).toBe("It does not stop");
    expect(isIn("trouble", charges)).toBe(true);
    expect(describeTrouble(makeConnector({ online: false, last_seen: false }), NOW)).toBe(
        "The charger has never connected",
    );
    const faulted = { state: "faulted", fault: "The charger is too hot", fault_code: "E17" };
    expect(describeTrouble(makeConnector(faulted), NOW)).toBe("The charger is too hot");
    expect(describeTrouble(makeConnector({ state: "faulted" }), NOW)).toBe(
        "The charger reports a fault",
    );
});

test("a reservation shows until when and for whom, by the site's clock", () => {
    const time_zone = "Europe/Amsterdam";
    const reserved = { until: "2026-03-01T17:00:00Z", room: "12", guest: "" };
    const text = describeReservation(makeConnector({ time_zone, reserved }), NOW);
    expect(text).toInclude("18:00");
    expect(text).toInclude("12");
    expect(describeReservation(makeConnector(), NOW)).toBe("");
});

test("figures, ages and guests are worded", () => {
    expect(formatEnergy(17100)).toBe("17.10 kWh");
    // as the server writes the line below it
    expect(formatBilledEnergy(1625)).toBe("1.625 kWh");
    expect(formatBilledEnergy(20000)).toBe("20 kWh");
    expect(formatTime("2026-03-01T11:00:00Z", "Europe/Amsterdam", NOW)).toInclude("12:00");
    expect(formatTime(false, "Europe/Amsterdam", NOW)).toBe("");
    // one clock, that of the language: 24 hours, or AM and PM
    for (const [timeFormat, shown] of [
        ["HH:mm:ss", "18:05"],
        ["hh:mm:ss a", "06:05 PM"],
    ]) {
        patchWithCleanup(localization, { timeFormat });
        expect(formatTime("2026-03-01T17:05:30Z", "Europe/Amsterdam", NOW)).toBe(shown);
    }
    expect(describeGuest({ room: "101", guest: "Anna Weber" })).toBe("101 Anna Weber");
    expect(describeGuest({ room: "", guest: "" })).toBe("Walk-in");
    expect(describeGuest({ walk_in_name: "Zoe", plate: "B IR 1", note: "bar" })).toBe(
        "Walk-in, Zoe, B IR 1",
    );
    expect(describeGuest({ note: "blue van" })).toBe("Walk-in, blue van");
    expect(describeGuest({ kind: "staff", guest: "Jan" })).toBe("Staff · Jan");
    expect(describeGuest({ kind: "staff" })).toBe("Staff");
    expect(describeGuest({ kind: "unknown" })).toBe("Unknown card");
    const session = { last_value_at: "2026-03-01T11:52:00Z" };
    expect(describeStaleReading(session, NOW)).toBe("Last reading 8 min ago");
    expect(describeStaleReading({ last_value_at: "2026-03-01T11:58:00Z" }, NOW)).toBe("");
});

test("a lost connection is said, and what was read stays", async () => {
    const answers = [{ connectors: [makeConnector()], unpaid: [], can: {} }];
    const board = new ChargingBoard(async () => {
        if (!answers.length) {
            throw new ConnectionLostError();
        }
        return answers.pop();
    });
    await board.load();
    expect(board.isLoaded).toBe(true);
    expect(board.isLost).toBe(false);
    await board.load();
    expect(board.isLost).toBe(true);
    expect(board.getConnector(1).name).toBe("Garage 1 · 1");
    answers.push({ connectors: [], unpaid: [], can: {} });
    await board.load();
    expect(board.isLost).toBe(false);
    expect(board.connectors).toHaveLength(0);
});

test("who asks while the board is being read waits for that reading", async () => {
    let calls = 0;
    const board = new ChargingBoard(async () => {
        calls++;
        return { connectors: [], unpaid: [], can: {} };
    });
    await Promise.all([board.load(), board.load()]);
    expect(calls).toBe(1);
});

test("a change that comes while the board is being read is read a second later", async () => {
    const readings = [];
    const board = new ChargingBoard(() => {
        readings.push(new Deferred());
        return readings.at(-1);
    });
    const opened = board.open();
    board.onChanged();
    readings[0].resolve({ connectors: [], unpaid: [], can: {} });
    await opened;
    await advanceTime(1000);
    expect(readings).toHaveLength(2);
    readings[1].resolve({ connectors: [], unpaid: [], can: {} });
    await advanceTime(10000);
    // nothing has changed since
    expect(readings).toHaveLength(2);
    board.close();
});
