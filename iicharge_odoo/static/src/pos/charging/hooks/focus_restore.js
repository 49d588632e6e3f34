// Copyright 2026 iicharge
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import { useEffect } from "@odoo/owl";

const NEXT = [
    ".modal-body input",
    ".modal-body textarea",
    ".modal-footer .btn-primary:not(:disabled)",
    ".modal-body .btn-primary:not(:disabled)",
    ".modal-footer button",
];

function isLost(element) {
    return !element || element === document.body || !element.isConnected;
}

/**
 * Keeps the keyboard in a dialog: where the button that was pressed is gone with its step, the
 * next step's first field or main button has the focus.
 *
 * @param {() => any[]} getStep what changes with each step
 */
export function useFocusRestore(getStep) {
    useEffect(() => {
        const dialog = document.querySelector(".modal:not(.o_inactive_modal)");
        if (dialog && isLost(document.activeElement)) {
            const found = NEXT.map((selector) => dialog.querySelector(selector));
            found.find(Boolean)?.focus();
        }
    }, getStep);
}
