import { Component, useState } from "@odoo/owl";
import { hexToRGBA } from "@web/core/colors/colors";
import { formatDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { formatFloat } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { GRID_COLOR, MAIN_COLOR, pickColor, TEXT_COLOR, useChart } from "../chart";
import { formatMinutes } from "../../common/duration";
import { readCurve, summarise } from "./curve_data";

const { DateTime } = luxon;
const FIELDS = ["at", "energy_wh", "has_register", "power_w", "has_power", "state"];
const MOST_VALUES = 20000;
const PAUSE_COLOR = pickColor("#6b728026", "#9ca3af33");
const ENERGY_COLOR = pickColor("#c2410c", "#ffb27a");

/** Shades the time in which the car or the charger paused. */
const pausePlugin = {
    id: "iicharge_pauses",
    beforeDatasetsDraw({ ctx, chartArea, scales }, _args, { pauses }) {
        const getPixel = (ms) =>
            Math.min(Math.max(scales.x.getPixelForValue(ms), chartArea.left), chartArea.right);
        ctx.save();
        ctx.fillStyle = PAUSE_COLOR;
        for (const { fromMs, toMs } of pauses) {
            const left = getPixel(fromMs);
            ctx.fillRect(left, chartArea.top, getPixel(toMs) - left, chartArea.height);
        }
        ctx.restore();
    },
};

/** Power and energy of a charging session over time. */
export class SessionCurve extends Component {
    static template = "iicharge_odoo.SessionCurve";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ loaded: false, points: [], pauses: [], readingCount: 0 });
        // Called again whenever the form's record was reloaded with another last reading.
        useRecordObserver((record) => this.load(record));
        useChart(
            () => this.getConfig(),
            () => [this.state.points],
        );
    }

    async load(record) {
        const { started_at: startedAt, stopped_at: stoppedAt, state } = record.data;
        // an empty time is false, not undefined
        const lastMs = record.data.last_value_at && record.data.last_value_at.toMillis();
        const key = [record.resId, lastMs, state].join();
        if (!record.resId || key === this.loadedKey) {
            return;
        }
        this.loadedKey = key;
        const values = await this.orm.searchRead(
            "iicharge.meter.value",
            [["session_id", "=", record.resId]],
            FIELDS,
            { order: "at, id", limit: MOST_VALUES },
        );
        if (key === this.loadedKey) {
            const endMs = (stoppedAt || DateTime.now()).toMillis();
            const endKwh = stoppedAt ? record.data.energy_kwh : null;
            Object.assign(this.state, readCurve(values, startedAt.toMillis(), endMs, endKwh));
            this.state.loaded = true;
        }
    }

    get hasPause() {
        return this.state.pauses.length > 0;
    }

    get summary() {
        const { energyKwh, mostPowerKw } = summarise(this.state.points);
        const parts = [_t("%s kWh", formatFloat(energyKwh, { digits: [16, 2] }))];
        if (mostPowerKw !== null) {
            parts.push(_t("at most %s kW", formatFloat(mostPowerKw, { digits: [16, 1] })));
        }
        const lengthMs = this.state.points.at(-1).ms - this.state.points[0].ms;
        parts.push(formatMinutes(Math.round(lengthMs / 60000)));
        const count = this.state.readingCount;
        parts.push(count === 1 ? _t("1 reading") : _t("%s readings", count));
        return parts.join(" · ");
    }

    get description() {
        const asText = ({ ms }) => formatDateTime(DateTime.fromMillis(ms));
        return _t("Power and energy from %(start)s to %(end)s: %(summary)s", {
            start: asText(this.state.points[0]),
            end: asText(this.state.points.at(-1)),
            summary: this.summary,
        });
    }

    getConfig() {
        return {
            type: "line",
            data: { datasets: this.getDatasets() },
            plugins: [pausePlugin],
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    decimation: { enabled: true, algorithm: "min-max" },
                    iicharge_pauses: { pauses: this.state.pauses },
                    legend: {
                        labels: { color: TEXT_COLOR, usePointStyle: true, pointStyle: "line" },
                    },
                    tooltip: { callbacks: { label: (item) => this.getTooltipText(item) } },
                },
                scales: this.getScales(),
            },
        };
    }

    getDatasets() {
        const common = {
            borderWidth: 2,
            parsing: false,
            pointRadius: 0,
            pointHitRadius: 8,
            spanGaps: true,
        };
        const getData = (key) =>
            this.state.points
                .filter((point) => point[key] !== null)
                .map((point) => ({ x: point.ms, y: point[key] }));
        return [
            {
                ...common,
                label: _t("Power (kW)"),
                data: getData("powerKw"),
                yAxisID: "power",
                borderColor: MAIN_COLOR,
                backgroundColor: hexToRGBA(MAIN_COLOR, 0.15),
                fill: "origin",
            },
            {
                ...common,
                label: _t("Energy (kWh)"),
                data: getData("energyKwh"),
                yAxisID: "energy",
                borderColor: ENERGY_COLOR,
                borderDash: [6, 4],
            },
        ];
    }

    getScales() {
        const ticks = { color: TEXT_COLOR };
        const getTitle = (text) => ({ display: true, text, color: TEXT_COLOR });
        const timeFormat = localization.timeFormat.replace(":ss", "");
        return {
            x: {
                type: "time",
                time: {
                    tooltipFormat: localization.dateTimeFormat,
                    displayFormats: {
                        second: localization.timeFormat,
                        minute: timeFormat,
                        hour: timeFormat,
                    },
                },
                grid: { color: GRID_COLOR },
                ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 16 },
            },
            power: {
                position: "left",
                beginAtZero: true,
                title: getTitle(_t("Power (kW)")),
                grid: { color: GRID_COLOR },
                ticks,
            },
            energy: {
                position: "right",
                beginAtZero: true,
                title: getTitle(_t("Energy (kWh)")),
                grid: { drawOnChartArea: false },
                ticks,
            },
        };
    }

    getTooltipText({ dataset, parsed }) {
        return `${dataset.label}: ${formatFloat(parsed.y, { digits: [16, 2] })}`;
    }
}

registry.category("view_widgets").add("iicharge_session_curve", {
    component: SessionCurve,
    fieldDependencies: [
        { name: "started_at", type: "datetime" },
        { name: "stopped_at", type: "datetime" },
        { name: "last_value_at", type: "datetime" },
        { name: "energy_kwh", type: "float" },
        { name: "state", type: "selection" },
    ],
});
