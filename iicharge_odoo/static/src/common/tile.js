import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

import { formatTime } from "./clock";
import { getLook } from "./state_looks";
import {
    describeGuest,
    describeStaleReading,
    describeTrouble,
    describeWhom,
    formatPower,
} from "./wording";

const { DateTime } = luxon;
const MOST_CHIPS = 2;

function formatShortEnergy(wh) {
    return formatFloat(wh / 1000, { digits: [16, 1], trailingZeros: false });
}

/** Gets the money of a tile: the cost so far with its energy, or the price of a free one. */
function describeMoney({ session, state }, price) {
    if (!session) {
        return state === "available" && price
            ? { amount: price.amount, unit: price.unit }
            : { amount: "", unit: "" };
    }
    const energy = formatShortEnergy(session.energy_wh);
    const unit = session.limit_wh
        ? _t("%(energy)s / %(limit)s kWh", {
              energy,
              limit: formatShortEnergy(session.limit_wh),
          })
        : _t("%s kWh", energy);
    const battery = session.soc_percent && !session.limit_wh;
    return {
        amount: formatCurrency(session.amount, session.currency_id),
        unit: battery ? `${unit}, ${Math.round(session.soc_percent)} %` : unit,
    };
}

/** Gets who a tile is about, or what the connector is. */
function describeWho(connector, now) {
    const { session, pending, reserved } = connector;
    if (session) {
        return describeGuest(session);
    }
    if (pending) {
        return describeGuest(pending);
    }
    if (reserved) {
        return describeWhom(reserved);
    }
    return describeTrouble(connector, now) || describePlug(connector);
}

export function describePlug({ plug, rated_power_w: power }) {
    return [plug, power && formatPower(power)].filter(Boolean).join(", ");
}

/** Gets until or since when; "until" before times to come, "since" before times past. */
function describeWhen({ session, pending, reserved, state, since, time_zone: zone }, now) {
    const until = (at) => _t("until %s", formatTime(at, zone, now));
    if (session) {
        const end = state !== "full" && session.expected_end;
        const from = state === "full" ? since : session.started_at;
        return end ? until(end) : _t("since %s", formatTime(from, zone, now));
    }
    if (pending) {
        return until(pending.until);
    }
    if (reserved) {
        return until(reserved.until);
    }
    const isTimed = ["preparing", "finishing", "unavailable"].includes(state) && since;
    return isTimed ? _t("since %s", formatTime(since, zone, now)) : "";
}

function getGo({ tap }, { state }) {
    if (state === "available" || state === "preparing") {
        return _t("Start");
    }
    return tap === "help" ? _t("Help") : "";
}

/** One chip for each fact that changes what front desk does, the most urgent first. */
function getChips(connector, now) {
    const { session, time_zone: zone } = connector;
    const chips = [];
    if (connector.called_at) {
        const at = formatTime(connector.called_at, zone, now);
        chips.push({ tone: "bad", icon: "fa-wrench", text: _t("Technician called %s", at) });
    }
    if (session && (connector.trouble || !connector.online)) {
        const text = describeTrouble(connector, now);
        chips.push({ tone: "bad", icon: "fa-exclamation-triangle", text });
    } else if (!session && connector.trouble && getLook(connector.state).tone !== "bad") {
        const text = connector.trouble;
        chips.push({ tone: "bad", icon: "fa-exclamation-triangle", text });
    }
    if (session?.idle_fee_from) {
        chips.push({ tone: "full", icon: "fa-clock-o", text: describeIdleFee(session, zone, now) });
    }
    const stale = session && connector.online && describeStaleReading(session, now);
    if (stale) {
        chips.push({ tone: "full", icon: "fa-clock-o", text: stale });
    }
    if (session?.slow) {
        const text = describeSlow(connector, session);
        chips.push({ tone: "", icon: "fa-tachometer", text });
    }
    if ((session || connector.pending)?.payer === "register") {
        chips.push({ tone: "", icon: "fa-credit-card", text: _t("Pays here") });
    }
    if (connector.state === "preparing") {
        chips.push({ tone: "", icon: "fa-hand-paper-o", text: _t("Not started") });
    }
    return chips.slice(0, MOST_CHIPS);
}

function describeIdleFee({ idle_fee_from: at }, zone, now) {
    const time = formatTime(at, zone, now);
    return DateTime.fromISO(at) > now
        ? _t("Idle fee from %s", time)
        : _t("Idle fee since %s", time);
}

function describeSlow({ rated_power_w: rated }, { power_w: power, slow }) {
    const reasons = {
        heat: _t("Warm charger"),
        nearly_full: _t("Nearly full"),
        shared_power: _t("Shares power"),
        one_phase: _t("One phase"),
        car_limit: _t("Car takes less"),
        no_power: _t("Waits its turn"),
    };
    if (slow.code === "no_power" || !rated) {
        return reasons[slow.code];
    }
    return _t("%(reason)s: %(power)s of %(rated)s", {
        reason: reasons[slow.code],
        power: formatFloat(power / 1000, { digits: [16, 1], trailingZeros: false }),
        rated: formatPower(rated),
    });
}

/**
 * Gets all that a tile shows of a connector, in words.
 *
 * @param {object} connector a row of the board
 * @param {{amount: string, unit: string}} [price] of a guest there
 * @param {DateTime} now
 */
export function describeTile(connector, price, now) {
    const look = getLook(connector.state);
    return {
        ...look,
        word: connector.label,
        ...describeMoney(connector, price),
        who: describeWho(connector, now),
        when: describeWhen(connector, now),
        go: getGo(look, connector),
        progress: connector.session && connector.session.progress,
        chips: getChips(connector, now),
    };
}
