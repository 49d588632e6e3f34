import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { Deferred, tick } from "@odoo/hoot-dom";
import { advanceTime } from "@odoo/hoot-mock";
import { Component, xml } from "@odoo/owl";
import { useLiveReload } from "@iicharge_odoo/backend/live/live_reload";
import { mayShow, readChanged } from "@iicharge_odoo/backend/live/live_rows";
import { getSections } from "@iicharge_odoo/backend/live/live_sections";
import {
    allowTranslations,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { user } from "@web/core/user";

describe.current.tags("headless");

beforeEach(() => {
    allowTranslations();
    patchWithCleanup(localization, { decimalPoint: ".", grouping: [3, 0], thousandsSep: "," });
});

function makeRecord(site, state, powerW = 0) {
    return {
        data: {
            site_id: { id: site.length, display_name: site },
            live_state: state,
            live_row: { label: state, session: powerW && { power_w: powerW } },
        },
    };
}

const RECORDS = [
    makeRecord("Hotel Iris", "charging", 11000),
    makeRecord("Hotel Iris", "available"),
    makeRecord("Annex", "faulted"),
    makeRecord("Hotel Iris", "full", 0),
];

function getTitles(sectionBy) {
    return getSections({ isGrouped: false, records: RECORDS }, sectionBy);
}

test("sections by site count what is free, in use and in trouble", () => {
    const [iris, annex] = getTitles("site");
    expect([iris.title, iris.free, iris.inUse, iris.trouble]).toEqual(["Hotel Iris", 1, 2, 0]);
    expect(iris.power).toBe("11 kW");
    expect([annex.title, annex.trouble, annex.power]).toEqual(["Annex", 1, ""]);
});

test("sections by state begin with what needs somebody", () => {
    const titles = getTitles("state").map(({ title }) => title);
    expect(titles).toEqual(["faulted", "full", "charging", "available"]);
});

// --- which screens a change concerns, and what they read -----------------------------------------
const CHANGED = { chargerIds: [7, 8], siteIds: [1] };

function mayShowSessions(domain, changed = CHANGED) {
    return mayShow({ resModel: "iicharge.session", domain }, changed);
}

test("a screen of another site or charger is not concerned", () => {
    expect(mayShowSessions([["site_id", "=", 2]])).toBe(false);
    expect(mayShowSessions([["charger_id", "in", [4, 5]]])).toBe(false);
    expect(mayShowSessions(["!", ["site_id", "=", 1]])).toBe(false);
    expect(mayShowSessions(["|", ["site_id", "=", 2], ["site_id", "in", [3]]])).toBe(false);
    const state = ["state", "=", "charging"];
    expect(mayShowSessions([["site_id", "=", 2], state])).toBe(false);
    expect(mayShowSessions([["site_id", "=", 1]], { chargerIds: [9], siteIds: [] })).toBe(false);
    const chargers = { resModel: "iicharge.charger", domain: [["id", "in", [4, 5]]] };
    expect(mayShow(chargers, CHANGED)).toBe(false);
});

test("a screen that shows one of them, or may do so now, is concerned", () => {
    const state = ["state", "=", "charging"];
    for (const domain of [
        [],
        [state],
        ["!", state],
        [["site_id", "=", 1], state],
        ["!", ["site_id", "=", 2]],
        ["!", ["charger_id", "=", 7]],
        ["|", ["site_id", "=", 2], state],
        ["!", "&", ["site_id", "=", 1], state],
        [["site_id", "ilike", "Iris"]],
        [["site_id", "=", false]],
        [["charger_id", "in", [8, 9]]],
    ]) {
        expect(mayShowSessions(domain)).toBe(true, { message: JSON.stringify(domain) });
    }
});

/** A list of sessions, by its rows [id, charger]; the server has others meanwhile. */
function makeModel(rows, server, root = {}) {
    const reads = [];
    const records = rows.map(([resId, chargerId]) => ({
        resId,
        data: { charger_id: { id: chargerId } },
        _setData: (data) => reads.push(`row ${data.id}`),
    }));
    return {
        reads,
        root: {
            resModel: "iicharge.session",
            domain: [["state", "!=", "stopped"]],
            activeFields: {},
            fields: {},
            context: {},
            orderBy: [],
            offset: 0,
            limit: 80,
            count: rows.length,
            records,
            ...root,
        },
        mutex: { exec: (work) => work() },
        load: () => reads.push("all"),
        orm: {
            async webSearchRead(resModel, domain, { limit }) {
                expect(domain).toEqual([
                    "&",
                    ["state", "!=", "stopped"],
                    ["charger_id", "in", [7]],
                ]);
                return { records: server.slice(0, limit).map((id) => ({ id })) };
            },
        },
    };
}

const SHOWN = [
    [31, 7],
    [30, 6],
    [29, 7],
];

test("rows of the chargers that have changed are read, and no others", async () => {
    const model = makeModel(SHOWN, [31, 29]);
    await readChanged(model, [7]);
    expect(model.reads).toEqual(["row 31", "row 29"]);
});

test("nothing is drawn where a charger has no row before or after", async () => {
    const model = makeModel([[30, 6]], []);
    await readChanged(model, [7]);
    expect(model.reads).toEqual([]);
});

test("a row that comes or goes has the whole list read", async () => {
    for (const [rows, server, root] of [
        [SHOWN, [32, 31, 29]],
        [SHOWN, [31, 29, 28]],
        [SHOWN, [31]],
        [[[30, 6]], [31]],
        [[[30, 6]], [31], { count: 200 }],
        [SHOWN, [31, 29], { isGrouped: true }],
        [SHOWN, [31, 29], { offset: 80 }],
    ]) {
        const model = makeModel(rows, server, root);
        await readChanged(model, [7]);
        expect(model.reads).toEqual(["all"]);
    }
});

test("a row of a later page is no reason to read this one again", async () => {
    const model = makeModel(SHOWN, [31, 29, 12], { count: 200 });
    await readChanged(model, [7]);
    expect(model.reads).toEqual(["row 31", "row 29"]);
});

test("changes are gathered for a second, and once a minute all is read", async () => {
    const reads = [];
    let hear = null;
    class Screen extends Component {
        static template = xml`<div/>`;
        static props = ["*"];
        setup() {
            useLiveReload(
                (chargerIds) => reads.push(chargerIds),
                ({ siteIds }) => siteIds.includes(1),
            );
        }
    }
    patchWithCleanup(user, { activeCompanies: [{ id: 3 }] });
    const bus = { subscribe: (name, callback) => (hear = callback), unsubscribe() {}, start() {} };
    await mountWithCleanup(Screen, {
        env: { services: { bus_service: bus } },
        noMainContainer: true,
    });
    const change = (chargerId, siteId = 1, companyId = 3) =>
        hear({ charger_ids: [chargerId], site_ids: [siteId], company_id: companyId });
    change(7);
    await advanceTime(1);
    change(8);
    change(9);
    change(4, 2);
    change(5, 1, 6);
    await advanceTime(500);
    expect(reads).toEqual([[7]]);
    await advanceTime(600);
    expect(reads).toEqual([[7], [8, 9]]);
    for (let second = 0; second < 60; second++) {
        change(7);
        await advanceTime(1100);
    }
    expect(reads.filter((chargerIds) => chargerIds === null)).toEqual([null]);
});

test("a change that comes before the first reading waits for it, which it would drop", async () => {
    const model = makeModel([], []);
    model.whenReady = new Deferred();
    const reading = readChanged(model, null);
    await tick();
    expect(model.reads).toEqual([]);
    model.whenReady.resolve();
    await reading;
    expect(model.reads).toEqual(["all"]);
});
