import { Domain } from "@web/core/domain";
import { getFieldsSpec } from "@web/model/relational_model/utils";
import { orderByToString } from "@web/search/utils/order_by";

/** Gets the field of a model's records that names their charger. */
function getChargerField(resModel) {
    return resModel === "iicharge.charger" ? "id" : "charger_id";
}

// Ordered, so that "and" is the least of two and "or" the greatest.
const [NO, UNKNOWN, YES] = [-1, 0, 1];
const OPERATORS = {
    "!": [1, (one) => -one],
    "&": [2, Math.min],
    "|": [2, Math.max],
};

/** Whether a condition holds for all of the ids, or for none. */
function matchAll(ids, operator, value) {
    const wanted = { "=": [value], in: value }[operator];
    if (!Array.isArray(wanted) || !wanted.every(Number.isInteger)) {
        return UNKNOWN;
    }
    const matching = ids.filter((id) => wanted.includes(id));
    if (!matching.length) {
        return NO;
    }
    return matching.length === ids.length ? YES : UNKNOWN;
}

/**
 * Whether a screen with this domain may show something of these chargers: unless what it asks of
 * their site, or of the charger itself, says that it does not. Other conditions can come true.
 *
 * @param {{ resModel: string, domain: Array }} list
 * @param {{ chargerIds: number[], siteIds: number[] }} changed
 */
export function mayShow({ resModel, domain }, { chargerIds, siteIds }) {
    const known = { [getChargerField(resModel)]: chargerIds, site_id: siteIds };
    const results = [];
    for (const item of new Domain(domain).toList({}).reverse()) {
        if (typeof item === "string") {
            const [count, combine] = OPERATORS[item];
            results.push(combine(...results.splice(-count)));
        } else {
            const [field, operator, value] = item;
            results.push(field in known ? matchAll(known[field], operator, value) : UNKNOWN);
        }
    }
    return results.pop() !== NO;
}

/**
 * Reads the rows of these chargers again; all of the list where it has others of them now.
 *
 * @param {RelationalModel} model of a list or of cards
 * @param {number[] | null} chargerIds null: of any
 */
export async function readChanged(model, chargerIds) {
    // a second load drops the first one, without which nothing is ever drawn
    await model.whenReady;
    if (!chargerIds || model.root.isGrouped || model.root.offset) {
        return model.load();
    }
    const isDone = await model.mutex.exec(() => readRows(model, chargerIds));
    if (!isDone) {
        await model.load();
    }
}

async function readRows({ orm, root }, chargerIds) {
    const { resModel, activeFields, fields, context } = root;
    const field = getChargerField(resModel);
    const shown = root.records.filter((record) =>
        chargerIds.includes(field === "id" ? record.resId : record.data[field]?.id),
    );
    const domain = Domain.and([root.domain, [[field, "in", chargerIds]]]);
    const limit = shown.length + 1;
    const { records: rows } = await orm.webSearchRead(resModel, domain.toList({}), {
        specification: getFieldsSpec(activeFields, fields, context),
        order: orderByToString(root.orderBy),
        limit,
        count_limit: limit,
        context: { bin_size: true, ...context },
    });
    const hasMore = rows.length === limit;
    // one more may be on a later page, as may all where none is shown on this one
    if (hasMore && (!shown.length || root.count <= root.limit)) {
        return false;
    }
    if (!shown.every((record, index) => record.resId === rows[index]?.id)) {
        return false;
    }
    shown.forEach((record, index) => record._setData(rows[index]));
    return true;
}
