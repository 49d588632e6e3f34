import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

const MINIMUM_INTERVAL_MS = 1000;
// A charger that loses its network says nothing; its age and state are read again anyway.
const SILENT_INTERVAL_MS = 60000;

/**
 * Calls `reload` when the server says that something about a charger of a company that is shown has
 * changed: at once for the first message, then at most once a second however many come, and once a
 * minute while none comes.
 *
 * @param {(chargerIds: number[] | null) => any} reload with the chargers that have changed; null: a
 *   minute has passed, and anything may have
 * @param {(chargerIds: number[]) => boolean} [concerns] whether changes of these chargers
 *   show here
 */
export function useLiveReload(reload, concerns = () => true) {
    const bus = useService("bus_service");
    const changed = new Set();
    let timer = null;
    let earliestAt = 0;

    function schedule(delayMs) {
        browser.clearTimeout(timer);
        timer = browser.setTimeout(() => {
            earliestAt = Date.now() + MINIMUM_INTERVAL_MS;
            const chargerIds = [...changed];
            changed.clear();
            schedule(SILENT_INTERVAL_MS);
            reload(chargerIds.length ? chargerIds : null);
        }, delayMs);
    }

    function onChanged({ charger_ids: chargerIds, company_id: companyId }) {
        const isShown = user.activeCompanies.some(({ id }) => id === companyId);
        if (isShown && concerns(chargerIds)) {
            chargerIds.forEach((id) => changed.add(id));
            schedule(Math.max(earliestAt - Date.now(), 0));
        }
    }

    onMounted(() => {
        bus.subscribe("iicharge/changed", onChanged);
        bus.start();
        schedule(SILENT_INTERVAL_MS);
    });
    onWillUnmount(() => {
        bus.unsubscribe("iicharge/changed", onChanged);
        browser.clearTimeout(timer);
    });
}
