const { DateTime } = luxon;

/** @returns {string} a point of time by the site's clock; the day only where it is not today */
export function formatTime(at, zone, now = DateTime.now()) {
    if (!at) {
        return "";
    }
    const time = DateTime.fromISO(at).setZone(zone || "default");
    return time.hasSame(now.setZone(time.zone), "day")
        ? time.toLocaleString(DateTime.TIME_SIMPLE)
        : time.toLocaleString({ ...DateTime.TIME_SIMPLE, day: "numeric", month: "short" });
}
