// What of the board is shown, and how a fresh reading of it changes what is shown already.
const TROUBLE = ["faulted", "unavailable", "offline", "unknown"];
const WAITS_FOR_START = ["available", "preparing"];
const IN_USE = ["preparing", "charging", "suspended_ev", "suspended_evse", "finishing"];

export const FILTERS = ["all", "free", "charging", "trouble", "unpaid"];

/** @returns {boolean} whether anybody may charge there who comes now */
export function isFree({ state, session, reserved }) {
    return state === "available" && !session && !reserved;
}

/** @returns {boolean} whether charging may start there, though a car may be plugged in */
export function isOpenTo(connector, isReserved) {
    const isNobodys = isFree({ ...connector, state: "available" });
    return isReserved ? !connector.session : isNobodys && WAITS_FOR_START.includes(connector.state);
}

/** @returns {boolean} whether a connector belongs to one of `FILTERS` */
export function isIn(filter, connector) {
    switch (filter) {
        case "free":
            return isFree(connector);
        case "charging":
            return Boolean(connector.session) || IN_USE.includes(connector.state);
        case "trouble":
            return TROUBLE.includes(connector.state) || Boolean(connector.trouble);
        default:
            return filter === "all";
    }
}

function fold(text) {
    return text
        .normalize("NFD")
        .replace(/\p{Diacritic}/gu, "")
        .toLowerCase();
}

/** @returns {boolean} whether every word of a search is in one of the texts */
function matches(search, texts) {
    const content = fold(texts.filter(Boolean).join(" "));
    return fold(search)
        .split(/\s+/)
        .every((word) => content.includes(word));
}

export function matchesConnector(search, connector) {
    const { room, guest, name } = connector.session || {};
    const reservation = connector.reserved || {};
    return matches(search, [
        ...[connector.name, connector.site, connector.label],
        ...[room, guest, name, reservation.room, reservation.guest],
    ]);
}

export function matchesSession(search, session) {
    return matches(search, [session.name, session.connector, session.room, session.guest]);
}

/** @returns {{site: string, connectors: object[]}[]} in the order in which the sites appear */
export function groupBySite(connectors) {
    const groups = new Map();
    for (const connector of connectors) {
        if (!groups.has(connector.site)) {
            groups.set(connector.site, { site: connector.site, connectors: [] });
        }
        groups.get(connector.site).connectors.push(connector);
    }
    return [...groups.values()];
}

function isSame(left, right) {
    return JSON.stringify(left) === JSON.stringify(right);
}

/**
 * Takes a fresh reading into the rows shown: rows stay the same objects and only what changed
 * in them is written, so that only their tiles are drawn again.
 *
 * @param {object[]} shown
 * @param {object[]} fresh
 * @returns {object[]} `shown` itself where no row came or went
 */
export function mergeRows(shown, fresh) {
    const known = new Map(shown.map((row) => [row.id, row]));
    const rows = fresh.map((values) => {
        const row = known.get(values.id);
        if (!row) {
            return values;
        }
        for (const [name, value] of Object.entries(values)) {
            if (!isSame(row[name], value)) {
                row[name] = value;
            }
        }
        return row;
    });
    const isUnchanged =
        rows.length === shown.length && rows.every((row, index) => row.id === shown[index].id);
    return isUnchanged ? shown : rows;
}
