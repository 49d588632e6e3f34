import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

import { getLook as getLookOfState } from "../../common/state_looks";
import { HomeChart } from "./home_chart";

/** Gets the tone and the icon of a row: those of a connector's state, or its own. */
export function getLook(row) {
    if (row.state) {
        const { tone, icon } = getLookOfState(row.state);
        return { look: tone, icon };
    }
    return { look: row.look || "", icon: row.icon || "" };
}

const TRENDS = { "-1": ["is-down", "fa-arrow-down"], 1: ["is-up", "fa-arrow-up"] };
const HOUR_STEP = 3;

/**
 * A part of the home page, by its kind: rows with one button each, a table of them, figures of
 * periods, a heat map of the week, a chart, sums as bars, or steps that are done or open.
 */
export class HomePanel extends Component {
    static template = "iicharge_odoo.HomePanel";
    static components = { HomeChart };
    static props = { panel: Object, open: Function };

    setup() {
        this.foldKey = `iicharge.home.folded.${this.props.panel.key}`;
        this.state = useState({
            // of figures by period, the one that a phone shows
            column: 0,
            isFolded: Boolean(this.props.panel.folds && browser.localStorage.getItem(this.foldKey)),
        });
    }

    /** Hides what a panel says, or shows it again; the browser keeps it. */
    fold() {
        this.state.isFolded = !this.state.isFolded;
        browser.localStorage.setItem(this.foldKey, this.state.isFolded ? "1" : "");
    }

    get body() {
        const bodies = {
            bars: "Bars",
            chart: "Chart",
            heat: "Heat",
            score: "Score",
            steps: "Steps",
            table: "Table",
        };
        return `iicharge_odoo.HomePanel.${bodies[this.props.panel.kind] || "Rows"}`;
    }

    getLook(row) {
        return getLook(row);
    }

    getTrend(cell) {
        const [className, icon] = TRENDS[cell.trend] || ["", ""];
        return { className, icon };
    }

    get hours() {
        return Array.from({ length: 24 }, (_, hour) =>
            hour % HOUR_STEP ? "" : String(hour).padStart(2, "0"),
        );
    }

    formatHour(hour) {
        return `${String(hour).padStart(2, "0")}:00`;
    }
}
