import { Component } from "@odoo/owl";

import { GRID_COLOR, pickColor, TEXT_COLOR, useChart } from "../chart";

const NOW_COLOR = pickColor("#71639e", "#9586c9");
const BEFORE_COLOR = pickColor("#ffac00", "#ffb829");

/** Two series by day: this month as bars, the month before as a line. */
export class HomeChart extends Component {
    static template = "iicharge_odoo.HomeChart";
    static props = { panel: Object };

    setup() {
        useChart(
            () => this.getConfig(),
            () => [JSON.stringify(this.props.panel.series)],
        );
    }

    getConfig() {
        const [now, before] = this.props.panel.series;
        const axis = { grid: { color: GRID_COLOR }, ticks: { color: TEXT_COLOR } };
        return {
            type: "bar",
            data: {
                labels: this.props.panel.labels,
                datasets: [
                    { label: now.label, data: now.values, backgroundColor: NOW_COLOR, order: 1 },
                    {
                        type: "line",
                        label: before.label,
                        data: before.values,
                        borderColor: BEFORE_COLOR,
                        backgroundColor: BEFORE_COLOR,
                        borderWidth: 2,
                        pointRadius: 0,
                        order: 0,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: {
                    legend: {
                        labels: {
                            color: TEXT_COLOR,
                            boxWidth: 14,
                            sort: (one, other) => one.datasetIndex - other.datasetIndex,
                        },
                    },
                },
                scales: {
                    x: {
                        grid: { display: false },
                        ticks: { color: TEXT_COLOR, maxRotation: 0, autoSkipPadding: 12 },
                    },
                    y: { ...axis, beginAtZero: true },
                },
            },
        };
    }
}
