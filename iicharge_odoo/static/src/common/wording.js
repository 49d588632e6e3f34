import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

import { formatTime } from "./clock";
import { formatMinutes } from "./duration";

const { DateTime } = luxon;
const STALE_READING_MINUTES = 5;

/** @returns {string} energy as people read it off a charger */
export function formatEnergy(wh) {
    return _t("%s kWh", formatFloat(wh / 1000, { digits: [16, 2] }));
}

/** @returns {string} energy to the watt-hour, as the lines of a sum have it */
export function formatBilledEnergy(wh) {
    return _t("%s kWh", formatFloat(wh / 1000, { digits: [16, 3], trailingZeros: false }));
}

export function formatPower(w) {
    return _t("%s kW", formatFloat(w / 1000, { digits: [16, 1], trailingZeros: false }));
}

/**
 * @param {string|false} at ISO 8601 in UTC
 * @param {DateTime} now
 * @returns {number} whole minutes since then, never negative
 */
export function getAgeMinutes(at, now) {
    return Math.max(0, Math.floor(now.diff(DateTime.fromISO(at), "minutes").minutes));
}

/** @returns {string} what is wrong with a connector, in words; empty where nothing is */
export function describeTrouble(connector, now) {
    if (!connector.online) {
        return connector.last_seen
            ? _t("Last heard %s", formatTime(connector.last_seen, connector.time_zone, now))
            : _t("The charger has never connected");
    }
    if (connector.trouble) {
        return connector.trouble;
    }
    if (connector.state === "faulted") {
        return connector.fault || _t("The charger reports a fault");
    }
    return connector.fault || "";
}

/** @returns {string} for whom a connector is kept and until when; empty where it is not */
export function describeReservation({ reserved, time_zone: zone }, now) {
    if (!reserved) {
        return "";
    }
    const until = formatTime(reserved.until, zone, now);
    const whom = describeWhom(reserved);
    return whom
        ? _t("Reserved until %(until)s · %(whom)s", { until, whom })
        : _t("Reserved until %s", until);
}

/** @returns {string} a warning where the figures of a running session are old */
export function describeStaleReading(session, now) {
    const at = session.last_value_at || session.started_at;
    if (!at || getAgeMinutes(at, now) < STALE_READING_MINUTES) {
        return "";
    }
    return _t("Last reading %s ago", formatMinutes(getAgeMinutes(at, now)));
}

/** @returns {string} room and guest as front desk writes them: "102 Marco Rossi" */
export function describeWhom({ room, guest }) {
    return [room, guest].filter(Boolean).join(" ");
}

/** @returns {string} who charges: room and guest as far as they are known, or what they are */
export function describeGuest(session) {
    const whom = describeWhom(session);
    if (session.kind === "staff") {
        return whom ? _t("Staff · %s", whom) : _t("Staff");
    }
    return whom || describeWalkIn(session);
}

function describeWalkIn({ kind, walk_in_name: name, plate, note }) {
    if (kind === "unknown") {
        return _t("Unknown card");
    }
    const mark = [name, plate].filter(Boolean).join(", ") || note;
    return mark ? _t("Walk-in, %s", mark) : _t("Walk-in");
}

/** @returns {string} who takes payment for a session, and since when */
export function describeRegister(session, configId) {
    const since = formatTime(session.register_since, session.time_zone);
    return session.register_id === configId
        ? _t("Another device of this register has it since %s.", since)
        : _t("%(register)s has it since %(since)s.", { register: session.register, since });
}

/** @returns {string} for whom a connector is kept, as a sentence */
export function describeBlocked({ reserved, time_zone: zone }) {
    const until = formatTime(reserved.until, zone);
    const whom = describeWhom(reserved);
    return whom
        ? _t("Reserved until %(until)s for %(whom)s.", { until, whom })
        : _t("Reserved until %s.", until);
}

/** @returns {string} where a running session stops; empty where it has no limit */
export function describeLimit(session, formatAmount) {
    const { limit_wh: wh, limit_amount: amount, limit_until: until } = session;
    if (until) {
        return _t("Stops at %s", formatTime(until, session.time_zone));
    }
    if (session.limit_percent && session.soc_percent) {
        return _t("Stops at %s", `${session.limit_percent} %`);
    }
    if (wh) {
        return _t("Stops at %s", formatBilledEnergy(wh));
    }
    return amount ? _t("Stops at %s", formatAmount(amount)) : "";
}
