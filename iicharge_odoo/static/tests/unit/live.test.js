import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { getSections } from "@iicharge_odoo/backend/live/live_sections";
import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";

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
