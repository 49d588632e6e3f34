/**
 * A line that puts money on a prepaid card, or gives it back.
 *
 * @returns {string|undefined} the card's code
 */
export function getTopUpCode(line) {
    return line.sale_order_line_id?.iicharge_topup_code || undefined;
}

/** @returns {{code: string, connectorId: number, connectorName: string}[]} what a paid order may start */
export function getPrepaidStarts(order) {
    return order.lines
        .filter((line) => getTopUpCode(line) && line.price_unit > 0)
        .map(({ sale_order_line_id: sold }) => ({
            code: sold.iicharge_topup_code,
            connectorId: sold.raw.iicharge_topup_connector_id,
            connectorName: sold.iicharge_topup_connector_name,
        }));
}
