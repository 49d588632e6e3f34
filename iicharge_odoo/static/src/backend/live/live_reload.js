import { onMounted, onWillDestroy } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

const MINIMUM_INTERVAL_MS = 1000;
// A charger that loses its network says nothing; its age and state are read again anyway.
const SILENT_INTERVAL_MS = 60000;

/**
 * Calls `reload` when the server says that something about a charger of a company that is shown has
 * changed: at once for the first message, then at most once a second however many come, and once a
 * minute while none comes. A change that comes while the screen is being read and drawn for the
 * first time counts, too.
 *
 * @param {(chargerIds: number[] | null) => any} reload with the chargers that have changed; null: a
 *   minute has passed, and anything may have
 * @param {(chargerIds: number[]) => boolean} [concerns] whether changes of these chargers
 *   show here
 */
export function useLiveReload(reload, concerns = () => true) {
    const bus = useService("bus_service");
    const changed = new Set();
    const early = [];
    let isShown = false;
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

    function onChanged(message) {
        if (!isShown) {
            early.push(message);
            return;
        }
        const { charger_ids: chargerIds, company_id: companyId } = message;
        const isOurs = user.activeCompanies.some(({ id }) => id === companyId);
        if (isOurs && concerns(chargerIds)) {
            chargerIds.forEach((id) => changed.add(id));
            schedule(Math.max(earliestAt - Date.now(), 0));
        }
    }

    bus.subscribe("iicharge/changed", onChanged);
    bus.start();
    onMounted(() => {
        isShown = true;
        schedule(SILENT_INTERVAL_MS);
        early.splice(0).forEach(onChanged);
    });
    onWillDestroy(() => {
        bus.unsubscribe("iicharge/changed", onChanged);
        browser.clearTimeout(timer);
    });
}
