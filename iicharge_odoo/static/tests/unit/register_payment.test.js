import { describe, expect, test } from "@odoo/hoot";
import { GuideSession } from "@iicharge_odoo/pos/charging/models/guide_session";
import { ChargingPayment } from "@iicharge_odoo/pos/app/services/charging_payment";
import { isPaidElsewhere } from "@iicharge_odoo/pos/app/services/register_payment";
import { describeRegister } from "@iicharge_odoo/common/wording";
import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { ConnectionLostError } from "@web/core/network/rpc";

describe.current.tags("headless");

const SESSION = {
    register: "Bar",
    register_id: 2,
    register_device: "A",
    register_since: "2026-03-01T09:02:00Z",
};

function makeOrder(...lines) {
    return { lines };
}

const COFFEE = { id: 1 };
const CHARGING = { id: 2, sale_order_line_id: { id: 20, raw: { iicharge_session_id: 200 } } };
const REFUND = { id: 3, refunded_orderline_id: { id: 30, iicharge_text: "20 kWh" } };

/** A register whose server answers with what the test says. */
function makePos(answer) {
    const asked = [];
    const shown = [];
    const call = async (model, method, args, kwargs) => {
        asked.push([method, ...args, kwargs.device]);
        if (answer instanceof Error) {
            throw answer;
        }
        return answer;
    };
    return {
        asked,
        shown,
        config: { id: 7 },
        data: { call, device: { identifier: "A" } },
        dialog: { add: (component, props) => shown.push(props.body) },
    };
}

test("a session is elsewhere at another register and on another device of this one", () => {
    expect(isPaidElsewhere({ register_id: false, register_device: "" }, 2, "A")).toBe(false);
    expect(isPaidElsewhere(SESSION, 2, "A")).toBe(false);
    expect(isPaidElsewhere(SESSION, 2, "B")).toBe(true);
    expect(isPaidElsewhere(SESSION, 3, "A")).toBe(true);
    expect(isPaidElsewhere({ ...SESSION, register_device: "" }, 2, "B")).toBe(false);
});

test("who has a session is named with since when", () => {
    patchWithCleanup(localization, { timeFormat: "HH:mm:ss" });
    allowTranslations();
    const session = { ...SESSION, time_zone: "Europe/Amsterdam" };
    expect(describeRegister(session, 3)).toMatch(/^Bar has it since .*10:02/);
    expect(describeRegister(session, 2)).toMatch(/^Another device of this register has it since/);
});

test("an order without charging asks for nothing", async () => {
    const pos = makePos(new ConnectionLostError());
    expect(await new ChargingPayment(pos).confirm(makeOrder(COFFEE))).toBe(true);
    expect(pos.asked).toEqual([]);
});

test("what is paid and what is given back is asked for before money is taken", async () => {
    const pos = makePos(false);
    const order = makeOrder(COFFEE, CHARGING, REFUND);
    expect(await new ChargingPayment(pos).confirm(order)).toBe(true);
    await new ChargingPayment(pos).confirm({ ...order, isSynced: true });
    const asked = ["iicharge_check_payment", 7, [20], [30]];
    expect(pos.asked).toEqual([
        [...asked, "A"],
        [...asked, false],
    ]);
    const { paid, refunded } = new ChargingPayment(makePos()).getLines(order);
    expect([paid, refunded.map((line) => line.id)]).toEqual([[CHARGING], [30]]);
});

test("a refusal and a lost connection take no money and say why", async () => {
    allowTranslations();
    const refused = makePos("S1 is being paid at Bar.");
    expect(await new ChargingPayment(refused).confirm(makeOrder(CHARGING))).toBe(false);
    expect(refused.shown).toEqual(["S1 is being paid at Bar."]);
    const lost = makePos(new ConnectionLostError());
    expect(await new ChargingPayment(lost).confirm(makeOrder(CHARGING))).toBe(false);
    expect(lost.shown[0]).toMatch(/no connection to the server/);
});

test("a guide says that it is solved only after there was trouble", () => {
    const guideSession = new GuideSession({}, 1);
    guideSession.watch({ state: "available" });
    expect(guideSession.isSolved).toBe(false);
    guideSession.watch({ state: "faulted" });
    guideSession.watch({ state: "offline" });
    expect(guideSession.isSolved).toBe(false);
    guideSession.watch({ state: "available" });
    expect(guideSession.isSolved).toBe(true);
    guideSession.watch({ state: "faulted" });
    expect(guideSession.isSolved).toBe(false);
});
