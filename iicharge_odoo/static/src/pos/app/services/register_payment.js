/**
 * Gets the session of an order's line for charging.
 *
 * @returns {number|undefined} the id of its session
 */
export function getSessionId(line) {
    return line.sale_order_line_id?.raw.iicharge_session_id || undefined;
}

/**
 * Whether a line is charging, or gives it back: it has the taxes of its charge, whatever fiscal
 * position a customer has who is chosen here.
 */
export function hasOwnTaxes(line) {
    const { refunded_orderline_id: refunded } = line;
    return Boolean(getSessionId(line) || (refunded && isCharging(refunded)));
}

/** Whether a line that is paid was for charging: the server says so in its text. */
function isCharging(line) {
    return line.iicharge_text || getSessionId(line);
}

export function getSessionIds(lines) {
    return [...new Set(lines.map(getSessionId).filter(Boolean))];
}

/** Checks whether another register, or another device of this one, takes payment for a session. */
export function isPaidElsewhere(
    { register_id: registerId, register_device: device },
    configId,
    ownDevice,
) {
    return (
        Boolean(registerId) && (registerId !== configId || Boolean(device && device !== ownDevice))
    );
}

/**
 * Takes a session to this register and opens the payment of an order of its own.
 *
 * @param {object} [method] by which it is going to be paid
 */
export async function payNow(pos, chargingService, sessionId, method) {
    const { order_id: saleOrderId } = await chargingService.call("open_payment", [sessionId], {
        device: chargingService.device,
    });
    await payOrder(pos, saleOrderId, method);
}

/**
 * Opens the payment of a sales order that the server has made for this register.
 *
 * @param {object} [method] by which it is going to be paid: what is left is to validate it
 */
export async function payOrder(pos, saleOrderId, method) {
    const open = findOpenOrder(pos, saleOrderId);
    if (open) {
        pos.setOrder(open);
    } else {
        await loadSaleOrder(pos, saleOrderId);
    }
    const order = pos.getOrder();
    if (method && !order.payment_ids.length) {
        order.addPaymentline(method);
    }
    pos.navigate("PaymentScreen", { orderUuid: order.uuid });
}

/** Asked for twice, the order that was loaded the first time goes on. */
function findOpenOrder(pos, saleOrderId) {
    return pos
        .getOpenOrders()
        .find((order) => order.lines.some((line) => line.sale_order_origin_id?.id === saleOrderId));
}

async function loadSaleOrder(pos, saleOrderId) {
    const saleOrder = await pos._getSaleOrder(saleOrderId);
    // not `addNewOrder`: a restaurant's register would go on with the order that has no table
    const order = pos.createNewOrder();
    pos.setOrder(order);
    if (saleOrder.partner_id) {
        order.setPartner(saleOrder.partner_id);
    }
    order.update({ fiscal_position_id: saleOrder.fiscal_position_id });
    // no fiscal position: the lines have it already
    await pos.settleSO(saleOrder, null);
}
