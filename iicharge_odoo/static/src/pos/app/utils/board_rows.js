// What of the board is shown, and how a fresh reading of it changes what is shown already.
import { IN_USE, TROUBLE } from "../../../common/state_looks";

const WAITS_FOR_START = ["available", "preparing"];
const CAN_START = [...WAITS_FOR_START, "finishing", "reserved"];

export const FILTERS = ["all", "free", "charging", "trouble", "unpaid"];

/** @returns {boolean} whether anybody may charge there who comes now */
export function isFree({ state, session, reserved }) {
    return state === "available" && !session && !reserved;
}

/** @returns {boolean} whether front desk may start charging there now, for whom it is free */
export function canStart(connector) {
    return Boolean(connector?.online && !connector.session && CAN_START.includes(connector.state));
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

/** Gets what is known of whose car it is: of a session, a start that waits or a reservation. */
function getWhose(row) {
    const { name, room, guest, walk_in_name: walkIn, plate, note } = row || {};
    return [name, room, guest, walkIn, plate, note];
}

export function matchesConnector(search, { name, site, area, label, ...connector }) {
    const whose = [connector.session, connector.pending, connector.reserved].flatMap(getWhose);
    return matches(search, [name, site, area, label, ...whose]);
}

export function matchesSession(search, session) {
    return matches(search, [session.connector, ...getWhose(session)]);
}

/**
 * Groups connectors by site, and by area where the site has several.
 *
 * @returns {{name: string, connectors: object[]}[]} in the order in which the places appear
 */
export function groupByPlace(connectors) {
    const groups = new Map();
    for (const connector of connectors) {
        const { site, area = "" } = connector;
        const key = JSON.stringify([site, area]);
        if (!groups.has(key)) {
            groups.set(key, { site, area, connectors: [] });
        }
        groups.get(key).connectors.push(connector);
    }
    const places = [...groups.values()].sort((left, right) => {
        const sites = connectors.map((one) => one.site);
        return sites.indexOf(left.site) - sites.indexOf(right.site);
    });
    const sites = new Set(places.map(({ site }) => site));
    const count = (site) => places.filter((place) => place.site === site).length;
    return places.map(({ site, area, connectors: own }) => {
        const isWhole = count(site) === 1 || !area;
        const name = isWhole ? site : sites.size > 1 ? `${site} · ${area}` : area;
        return { name, connectors: own };
    });
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
