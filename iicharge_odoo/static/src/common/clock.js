import { localization } from "@web/core/l10n/localization";

const { DateTime } = luxon;

/** @returns {string} a time of day as Odoo has it for the user's language, without seconds */
export function formatClock(time) {
    return time.toFormat(localization.timeFormat.replace(/[^a-zA-Z]?ss/, ""));
}

/** @returns {string} a point of time by the site's clock; the day only where it is not today */
export function formatTime(at, zone, now = DateTime.now()) {
    if (!at) {
        return "";
    }
    const time = DateTime.fromISO(at).setZone(zone || "default");
    const clock = formatClock(time);
    return time.hasSame(now.setZone(time.zone), "day")
        ? clock
        : `${time.toLocaleString({ day: "numeric", month: "short" })} ${clock}`;
}
