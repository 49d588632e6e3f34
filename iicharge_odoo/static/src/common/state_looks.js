/**
 * How each state of a connector looks and what a tap on it opens, for register, Live and home. The
 * state and its word come from the server: `iicharge.connector.live_state`, which core/desk_state.py
 * decides.
 *
 * tone: free (a guest may park here), busy (it runs), wait (a car or a guest is on the way), full (a
 * car should move or pay), bad (it does not work), off (not in use).
 * tap: start, pending (a start that waits for its car), session, unplug (the last session), reserved,
 * help.
 */
export const STATES = {
    available: { tone: "free", icon: "fa-check-circle", tap: "start" },
    waiting: { tone: "wait", icon: "fa-plug", tap: "pending" },
    preparing: { tone: "wait", icon: "fa-plug", tap: "start" },
    charging: { tone: "busy", icon: "fa-bolt", tap: "session" },
    full: { tone: "full", icon: "fa-flag-checkered", tap: "session" },
    car_waits: { tone: "busy", icon: "fa-pause-circle", tap: "session" },
    // of a session
    suspended_ev: { tone: "full", icon: "fa-pause-circle", tap: "session" },
    suspended_evse: { tone: "busy", icon: "fa-hourglass-half", tap: "session" },
    finishing: { tone: "full", icon: "fa-flag-checkered", tap: "unplug" },
    reserved: { tone: "wait", icon: "fa-bookmark", tap: "reserved" },
    unavailable: { tone: "off", icon: "fa-ban", tap: "help" },
    faulted: { tone: "bad", icon: "fa-exclamation-triangle", tap: "help" },
    offline: { tone: "bad", icon: "fa-chain-broken", tap: "help" },
    unknown: { tone: "off", icon: "fa-question-circle", tap: "help" },
    // of a session
    stopped: { tone: "off", icon: "fa-stop-circle", tap: "session" },
};

/** Bootstrap's background for a tone. */
export const BADGES = {
    free: "success",
    busy: "primary",
    wait: "info",
    full: "warning",
    bad: "danger",
    off: "secondary",
};

/** States that mean trouble, and those in which a connector is in use. */
export const TROUBLE = ["unavailable", "faulted", "offline", "unknown"];
export const IN_USE = [
    "waiting",
    "preparing",
    "charging",
    "full",
    "car_waits",
    "suspended_evse",
    "finishing",
];

/** @returns {{tone: string, icon: string, tap: string, badge: string}} of a connector's state */
export function getLook(state) {
    const look = STATES[state] || STATES.unknown;
    return { ...look, badge: `text-bg-${BADGES[look.tone]}` };
}
