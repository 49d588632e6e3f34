import { onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";

const scheme = cookie.get("color_scheme");

/** A colour for the light and one for the dark scheme. */
export function pickColor(light, dark) {
    return getCustomColor(scheme, light, dark);
}

export const GRID_COLOR = pickColor("#d8dadd", "#3C3E4B");
export const TEXT_COLOR = pickColor("#374151", "#E4E4E4");
export const MAIN_COLOR = pickColor("#0b7285", "#4dd4e0");

/**
 * Draws a chart on the element with `t-ref="canvas"`, again whenever what it shows has changed.
 *
 * @param {() => object} getConfig of Chart.js
 * @param {() => any[]} getDependencies as for owl's useEffect
 */
export function useChart(getConfig, getDependencies) {
    const canvas = useRef("canvas");
    let chart = null;

    function draw() {
        chart?.destroy();
        chart = canvas.el && new Chart(canvas.el, getConfig());
    }

    onWillStart(() => loadBundle("web.chartjs_lib"));
    useEffect(draw, getDependencies);
    onWillUnmount(() => chart?.destroy());
}
