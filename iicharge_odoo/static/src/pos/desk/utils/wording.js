import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

import { STATES } from "../../../common/state_looks";
import { formatMinutes } from "../../../common/duration";

const { DateTime } = luxon;
const STALE_READING_MINUTES = 5;

/** @returns {string} energy as people read it off a charger */
export function formatEnergy(wh) {
    return _t("%s kWh", formatFloat(wh / 1000, { digits: [16, 2] }));
}

export function formatPower(w) {
    return _t("%s kW", formatFloat(w / 1000, { digits: [16, 1] }));
}

/** @returns {{badge: string, icon: string}} classes for a connector's state */
export function getLook(state) {
    const [colour, icon] = STATES[state] || STATES.unknown;
    return { badge: `text-bg-${colour}`, icon };
}

/**
 * @param {string|false} at ISO 8601 in UTC
 * @param {DateTime} now
 * @returns {number} whole minutes since then, never negative
 */
export function getAgeMinutes(at, now) {
    return Math.max(0, Math.floor(now.diff(DateTime.fromISO(at), "minutes").minutes));
}

/** @returns {string} how long something has been so, as "for 12 min" */
export function formatSince(at, now) {
    if (!at) {
        return "";
    }
    const minutes = getAgeMinutes(at, now);
    return minutes < 1 ? _t("just now") : _t("for %s", formatMinutes(minutes));
}

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

/** @returns {string} what is wrong with a connector, in words; empty where nothing is */
export function describeTrouble(connector, now) {
    if (!connector.online) {
        return connector.last_seen
            ? _t("No contact with the charger %s", formatSince(connector.last_seen, now))
            : _t("The charger has never called");
    }
    if (connector.state === "faulted") {
        return connector.fault
            ? _t("The charger reports a fault: %s", connector.fault)
            : _t("The charger reports a fault");
    }
    return connector.fault || "";
}

/** @returns {string} a warning where the figures of a running session are old */
export function describeStaleReading(session, now) {
    const at = session.last_value_at || session.started_at;
    if (!at || getAgeMinutes(at, now) < STALE_READING_MINUTES) {
        return "";
    }
    return _t("Last reading %s ago", formatMinutes(getAgeMinutes(at, now)));
}

/** @returns {string} who charges: room and guest as far as they are known */
export function describeGuest(session) {
    const room = session.room ? _t("Room %s", session.room) : "";
    return [room, session.guest].filter(Boolean).join(" · ") || _t("Walk-in");
}

/** @returns {string} length of a time in seconds, from a quote's range */
export function formatSecondsRange({ from, to }) {
    const [low, high] = [from, to].map((seconds) => formatMinutes(Math.round(seconds / 60)));
    return low === high ? low : _t("%(low)s to %(high)s", { low, high });
}
