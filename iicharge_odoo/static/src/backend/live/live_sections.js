import { getLook, IN_USE, TROUBLE } from "../../common/state_looks";
import { formatPower } from "../../common/wording";

// What needs somebody comes first.
const TONES = ["bad", "full", "wait", "busy", "free", "off"];

function getState(record) {
    return record.data.live_state;
}

function countPower(records) {
    return records.reduce((sum, { data }) => sum + (data.live_row?.session?.power_w || 0), 0);
}

function makeSection(key, title, records, icon = "") {
    const power = countPower(records);
    const states = records.map(getState);
    return {
        key,
        title,
        icon,
        records,
        free: states.filter((state) => state === "available").length,
        inUse: states.filter((state) => IN_USE.includes(state)).length,
        trouble: states.filter((state) => TROUBLE.includes(state)).length,
        power: power ? formatPower(power) : "",
    };
}

function groupRecords(records, getKey) {
    const groups = new Map();
    for (const record of records) {
        const key = getKey(record);
        groups.set(key, [...(groups.get(key) || []), record]);
    }
    return [...groups];
}

/**
 * Gets the sections of Live: as the list is grouped, else by site or by state.
 *
 * @param {"site" | "state"} sectionBy
 * @returns {{key: string, title: string, icon: string, records: object[], free: number,
 *   inUse: number, trouble: number, power: string}[]}
 */
export function getSections(list, sectionBy) {
    if (list.isGrouped) {
        return list.groups
            .filter((group) => group.list.records.length)
            .map((group) => makeSection(group.id, group.displayName, group.list.records));
    }
    if (sectionBy === "state") {
        const rank = (state) => TONES.indexOf(getLook(state).tone);
        return groupRecords(list.records, getState)
            .sort(([left], [right]) => rank(left) - rank(right))
            .map(([state, records]) =>
                makeSection(state, records[0].data.live_row.label, records, getLook(state).icon),
            );
    }
    return groupRecords(list.records, (record) => record.data.site_id.id).map(([id, records]) =>
        makeSection(String(id), records[0].data.site_id.display_name, records),
    );
}

/** Gets the card that is nearest to another one: up, down, left or right of it. */
export function findNextCard(card, area, direction) {
    const isAcross = direction === "left" || direction === "right";
    const sign = direction === "left" || direction === "up" ? -1 : 1;
    const [along, across] = isAcross ? ["left", "top"] : ["top", "left"];
    const from = card.getBoundingClientRect();
    const distances = [...area.querySelectorAll(".o_kanban_record:not(.o_kanban_ghost)")]
        .map((other) => [other, other.getBoundingClientRect()])
        .map(([other, to]) => [
            other,
            sign * (to[along] - from[along]),
            Math.abs(to[across] - from[across]),
        ])
        .filter(([, forward, aside]) => forward > 1 && (!isAcross || aside < from.height / 2));
    distances.sort(([, left, leftAside], [, right, rightAside]) =>
        left === right ? leftAside - rightAside : left - right,
    );
    return distances[0]?.[0];
}
