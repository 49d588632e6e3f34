import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const HOURS = 24;
const scheme = cookie.get("color_scheme");
const GRID_COLOR = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
const TEXT_COLOR = getCustomColor(scheme, "#374151", "#E4E4E4");
const PRICE_COLOR = getCustomColor(scheme, "#0b7285", "#4dd4e0");

/** Minutes of the day as `22:00`. */
export function formatClock(minute) {
    const pad = (number) => String(number).padStart(2, "0");
    return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

/** The price steps of a day as the points of a stepped line, the end of the day included. */
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
        this.canvasRef = useRef("canvas");
        this.state = useState({ rows: [], title: "", prices: [] });
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useRecordObserver(({ data }) => {
            const day = data.preview_day || { title: "", prices: [] };
            Object.assign(this.state, { rows: data.preview_rows || [], ...day });
        });
        useEffect(
            () => this.draw(),
            () => [JSON.stringify(this.state.prices)],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get description() {
        const steps = this.state.prices.map(({ minute, text }) => `${formatClock(minute)} ${text}`);
        return `${this.state.title}: ${steps.join(", ")}`;
    }

    draw() {
        this.chart?.destroy();
        this.chart = null;
        if (this.canvasRef.el) {
            this.chart = new Chart(this.canvasRef.el, this.getConfig());
        }
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
                        borderColor: PRICE_COLOR,
                        backgroundColor: hexToRGBA(PRICE_COLOR, 0.15),
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
