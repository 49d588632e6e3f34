import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, click, Deferred, queryAllTexts } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { Home } from "@iicharge_odoo/backend/home/home";
import { getLook } from "@iicharge_odoo/backend/home/home_panel";
import {
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { getDefaultConfig } from "@web/views/view";

definePosModels();

const PANEL = {
    key: "needs",
    kind: "needs",
    primary: true,
    icon: "fa-hand-paper-o",
    title: "Needs you",
    count: 2,
    empty: "Nothing waits for you.",
    rows: [
        {
            key: "fault",
            state: "faulted",
            title: "Garage 4 · 2: Out of order",
            note: "since 13:07",
            link: { model: "iicharge.connector", id: 4 },
            button: {
                label: "Help",
                link: { model: "iicharge.connector", id: 4, method: "action_help" },
            },
        },
        {
            key: "question",
            look: "wait",
            icon: "fa-gavel",
            title: "Answer Jonas Berg",
            link: { model: "iicharge.dispute", id: 7 },
            button: { label: "Open", link: { model: "iicharge.dispute", id: 7 } },
        },
    ],
};

function makePage(values = {}) {
    return {
        role: "front_desk",
        roles: [{ key: "front_desk", name: "Front desk" }],
        title: "Good afternoon, Fay",
        subtitle: "Saturday 28 November",
        sites: [{ id: 1, name: "Hotel Iris" }],
        site_id: false,
        buttons: [],
        tallies: [
            {
                key: "free",
                look: "free",
                count: 3,
                label: "Free",
                note: "of 10",
                link: { action: "iicharge_odoo.live", domain: [["id", "in", [1, 2, 3]]] },
            },
        ],
        panels: [PANEL],
        ...values,
    };
}

let pages;
let asked;
let answering;

beforeEach(() => {
    pages = [makePage()];
    asked = [];
    answering = null;
    onRpc("iicharge.home", "read_home", async ({ kwargs }) => {
        asked.push(kwargs);
        await answering;
        return pages.length > 1 ? pages.shift() : pages[0];
    });
});

async function openHome() {
    // the bundle of the tests starts the register's services, too
    await setupPosEnv();
    return mountHome();
}

function mountHome() {
    return mountWithCleanup(Home, {
        componentEnv: { config: getDefaultConfig() },
        props: { action: {}, actionId: 1 },
    });
}

test("the home shows counts and what needs a person, with one primary button", async () => {
    await openHome();
    expect(".o_iicharge_home h1").toHaveText("Good afternoon, Fay");
    expect(".o_iicharge_tally[data-key=free] b").toHaveText("3");
    expect(queryAllTexts(".o_iicharge_home_row .btn")).toEqual(["Help", "Open"]);
    expect(".o_iicharge_home_row .btn-primary").toHaveCount(1);
    expect("[data-key=fault] .o_iicharge_look.is-bad .fa-exclamation-triangle").toHaveCount(1);
    expect(".o_iicharge_roles").toHaveCount(0);
});

test("a list without rows says so", async () => {
    pages = [makePage({ panels: [{ ...PANEL, rows: [], count: 0 }] })];
    await openHome();
    expect(".o_iicharge_empty").toHaveText("Nothing waits for you.");
});

test("a number opens its records, and a button does its work", async () => {
    await openHome();
    const opened = [];
    patchWithCleanup(getService("action"), {
        loadAction: async (action) => ({ id: action, domain: [], context: {}, name: "Live" }),
        doAction: async (action) => opened.push(action),
    });
    // the route of buttons, which completes the action that they return
    onRpc("/web/dataset/call_button/iicharge.connector/action_help", async (request) => {
        const { params } = await request.json();
        expect.step(`help ${params.args[0]}`);
        return { type: "ir.actions.act_window", res_model: "iicharge.guide" };
    });
    await click(".o_iicharge_tally[data-key=free]");
    await animationFrame();
    expect(opened.at(-1)).toMatchObject({
        id: "iicharge_odoo.live",
        domain: [["id", "in", [1, 2, 3]]],
        name: "Live",
    });
    await click("[data-key=fault] .btn");
    await animationFrame();
    expect.verifySteps(["help 4"]);
    expect(opened.at(-1).res_model).toBe("iicharge.guide");
    await click("[data-key=question] a");
    await animationFrame();
    expect(opened.at(-1)).toMatchObject({ res_model: "iicharge.dispute", res_id: 7 });
});

test("who has several roles switches, and finds the same one again", async () => {
    const roles = [
        { key: "manager", name: "Manager" },
        { key: "front_desk", name: "Front desk" },
    ];
    pages = [makePage({ role: "manager", roles }), makePage({ roles })];
    await openHome();
    await click(".o_iicharge_roles .btn:contains(Front desk)");
    await animationFrame();
    expect(asked.map(({ role }) => role)).toEqual([null, "front_desk"]);
    expect(".o_iicharge_roles .active").toHaveText("Front desk");
    expect(browser.localStorage.getItem("iicharge.home.role")).toBe("front_desk");
});

test("without a server the page stays and says from when it is", async () => {
    const home = await openHome();
    home.load = async () => {
        throw new ConnectionLostError("/web");
    };
    await home.reload();
    await animationFrame();
    expect(".o_iicharge_dot.is-stale").toHaveCount(1);
    expect(".o_iicharge_tally[data-key=free] b").toHaveText("3");
});

test("a change that comes while the page is read for the first time is read, too", async () => {
    await setupPosEnv();
    const listening = {};
    patchWithCleanup(getService("bus_service"), {
        subscribe: (type, callback) => (listening[type] = callback),
    });
    answering = new Deferred();
    const mounting = mountHome();
    await animationFrame();
    expect(asked).toHaveLength(1);
    listening["iicharge/changed"]({ charger_ids: [4], company_id: user.activeCompanies[0].id });
    answering.resolve();
    await mounting;
    await advanceTime(0);
    expect(asked).toHaveLength(2);
});

test("the look of a row is that of its state, or its own", () => {
    expect(getLook({ state: "available" })).toEqual({ look: "free", icon: "fa-check-circle" });
    expect(getLook({ look: "wait", icon: "fa-gavel" })).toEqual({ look: "wait", icon: "fa-gavel" });
    expect(getLook({})).toEqual({ look: "", icon: "" });
});
