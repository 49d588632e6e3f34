import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const CARD = ".o_iicharge_live .o_kanban_record:contains('Garage 1 · 1')";

function call(method, args) {
    const model = "iicharge.ocpp.message";
    return rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: {} });
}

/** Has the server apply the parked messages of an action, as if the charger sent them now. */
async function report(action) {
    const domain = [
        ["state", "=", "parked"],
        ["action", "=", action],
    ];
    await call("action_retry", [await call("search", [domain])]);
}

registry.category("web_tour.tours").add("iicharge_live_screen", {
    steps: () => [
        {
            content: "The free connector says so",
            trigger: `${CARD} .o_iicharge_card[data-state=available]:contains(Free)`,
            async run() {
                window.iichargePage = "not loaded again";
                await report("StatusNotification");
            },
        },
        {
            content: "The state changes without a reload",
            trigger: `${CARD} .o_iicharge_card[data-state=charging]:contains(Charging)`,
            run() {
                if (window.iichargePage !== "not loaded again") {
                    throw new Error("The page was loaded again");
                }
            },
        },
        {
            content: "Open the session that runs on the other connector",
            trigger: ".o_kanban_record:contains('Garage 1 · 2') button[name=action_view_session]",
            run: "click",
        },
        {
            content: "The curve is drawn, with words for those who cannot see it",
            trigger: ".o_iicharge_curve canvas[aria-label*='0.60 kWh']",
            async run() {
                const [power, energy] = window.Chart.getChart(this.anchor).data.datasets;
                if (power.data.length !== 5 || energy.data.at(-1).y !== 0.6) {
                    throw new Error("The curve does not show the readings");
                }
                await report("MeterValues");
            },
        },
        {
            content: "The curve grows without a reload",
            trigger: ".o_iicharge_curve canvas[aria-label*='0.72 kWh']",
        },
    ],
});
