import { Component, useState } from "@odoo/owl";
import { hexToRGBA } from "@web/core/colors/colors";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { GRID_COLOR, MAIN_COLOR, TEXT_COLOR, useChart } from "../chart";

const HOURS = 24;

/** Minutes of the day as `22:00`. */
export function formatClock(minute) {
    const pad = (number) => String(number).padStart(2, "0");
    return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

/** Gets the price steps of a day as points of a stepped line, the end of the day included. */
export function getSteps(prices) {
    const points = prices.map(({ minute, price, text }) => ({
        x: minute / 60,
        y: Number(price),
        text,
        from: formatClock(minute),
    }));
    return points.length ? [...points, { ...points.at(-1), x: HOURS }] : [];
}

/** What the example session costs, row by row, and the price of energy over its day. */
export class TariffPreview extends Component {
    static template = "iicharge_odoo.TariffPreview";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ rows: [], title: "", prices: [] });
        useRecordObserver(({ data }) => {
            const day = data.preview_day || { title: "", prices: [] };
            Object.assign(this.state, { rows: data.preview_rows || [], ...day });
        });
        useChart(
            () => this.getConfig(),
            () => [JSON.stringify(this.state.prices)],
        );
    }

    get description() {
        const steps = this.state.prices.map(({ minute, text }) => `${formatClock(minute)} ${text}`);
        return `${this.state.title}: ${steps.join(", ")}`;
    }

    getConfig() {
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        data: getSteps(this.state.prices),
                        stepped: true,
                        borderWidth: 2,
                        pointRadius: 0,
                        pointHitRadius: 12,
                        borderColor: MAIN_COLOR,
                        backgroundColor: hexToRGBA(MAIN_COLOR, 0.15),
                        fill: "origin",
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "nearest", axis: "x", intersect: false },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        displayColors: false,
                        callbacks: {
                            title: ([item]) => item.raw.from,
                            label: ({ raw }) => raw.text,
                        },
                    },
                },
                scales: {
                    x: {
                        type: "linear",
                        min: 0,
                        max: HOURS,
                        grid: { color: GRID_COLOR },
                        ticks: {
                            color: TEXT_COLOR,
                            stepSize: 3,
                            maxRotation: 0,
                            callback: (hour) => formatClock(hour * 60),
                        },
                    },
                    y: {
                        beginAtZero: true,
                        grid: { color: GRID_COLOR },
                        ticks: { color: TEXT_COLOR, maxTicksLimit: 5 },
                    },
                },
            },
        };
    }
}

registry.category("view_widgets").add("iicharge_tariff_preview", {
    component: TariffPreview,
    fieldDependencies: [
        { name: "preview_rows", type: "json" },
        { name: "preview_day", type: "json" },
    ],
});
