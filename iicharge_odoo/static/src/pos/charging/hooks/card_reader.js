// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { useEffect } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

// What the register's rules for barcodes may take a card's number for.
const BARCODE_TYPES = [
    "alias",
    "cashier",
    "client",
    "coupon",
    "discount",
    "error",
    "location",
    "lot",
    "package",
    "price",
    "product",
    "quantity",
    "weight",
];
// Who listens; a dialog hears before the screen under it.
const listeners = [];

/**
 * Hears a reader that types a card's number like a keyboard, while no input has the focus. The
 * register itself gets none of them: a guest's card is neither a product nor a coupon.
 *
 * @param {(uid: string) => void} onCard
 */
export function useCardReader(onCard) {
    const reader = useService("barcode_reader");
    useEffect(
        () => {
            const hear = ({ code }) => listeners.at(-1)?.(code);
            listeners.push(onCard);
            const unregister = reader?.register(
                Object.fromEntries(BARCODE_TYPES.map((type) => [type, hear])),
                true,
            );
            return () => {
                listeners.splice(listeners.indexOf(onCard), 1);
                if (!listeners.length) {
                    unregister?.();
                }
            };
        },
        () => [],
    );
}
