import { deserializeDateTime } from "@web/core/l10n/dates";

/**
 * Prepares a session's meter values for the chart.
 *
 * @param {Object[]} values `iicharge.meter.value` in the order of time
 * @param {number} startMs when the session began
 * @param {number} endMs when it ended, or now
 * @param {number|null} endKwh energy at the end, null while it is not known
 * @returns {{points: Object[], pauses: Object[], readingCount: number}} points {ms, powerKw,
 *   energyKwh} with null for what was not measured; pauses {fromMs, toMs}
 */
export function readCurve(values, startMs, endMs, endKwh) {
    const points = [];
    const pauses = [];
    let pausedFrom = null;
    for (const value of values) {
        const ms = deserializeDateTime(value.at).toMillis();
        if (value.state) {
            if (pausedFrom !== null) {
                pauses.push({ fromMs: pausedFrom, toMs: ms });
            }
            pausedFrom = value.state === "charging" ? null : ms;
        }
        if (value.has_register || value.has_power) {
            points.push({
                ms,
                powerKw: value.has_power ? value.power_w / 1000 : null,
                energyKwh: value.has_register ? value.energy_wh / 1000 : null,
            });
        }
    }
    if (pausedFrom !== null) {
        pauses.push({ fromMs: pausedFrom, toMs: endMs });
    }
    const readingCount = points.length;
    if (readingCount && points[0].ms > startMs) {
        points.unshift({ ms: startMs, powerKw: null, energyKwh: 0 });
    }
    // the meter at the stop comes with the stop itself, not as a reading
    if (readingCount && endKwh !== null && points.at(-1).ms < endMs) {
        points.push({ ms: endMs, powerKw: null, energyKwh: endKwh });
    }
    return { points, pauses, readingCount };
}

/** Energy at the last reading and the most power of a curve, in kWh and kW. */
export function summarise(points) {
    const energies = points.map((point) => point.energyKwh).filter((value) => value !== null);
    const powers = points.map((point) => point.powerKw).filter((value) => value !== null);
    return {
        energyKwh: energies.at(-1) ?? 0,
        mostPowerKw: powers.length ? powers.reduce((a, b) => Math.max(a, b)) : null,
    };
}
