import { onMounted, onWillDestroy } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

const MINIMUM_INTERVAL_MS = 1000;
// A charger that loses its network says nothing; its age and state are read again anyway.
const SILENT_INTERVAL_MS = 60000;

/**
 * Calls `reload` when the server says that something has changed about a charger that concerns this
 * screen: at once for the first message, then at most once a second however many come, and once a
 * minute for all of it. A change that comes while the screen is being read and drawn for the first
 * time counts, too.
 *
 * @param {(chargerIds: number[] | null) => any} reload with the chargers that have changed; null: a
 *   minute has passed, and anything may have
 * @param {(changed: { chargerIds: number[], siteIds: number[] }) => boolean} [concerns] whether
 *   changes of these chargers, at these sites, can show here
 */
export function useLiveReload(reload, concerns = () => true) {
    const bus = useService("bus_service");
    const changed = new Set();
    const early = [];
    let isShown = false;
    let timer = null;
    let earliestAt = 0;
    let allAt = 0;

    function schedule(at) {
        browser.clearTimeout(timer);
        timer = browser.setTimeout(onTime, Math.max(at - Date.now(), 0));
    }

    function onTime() {
        const chargerIds = [...changed];
        const isAll = !chargerIds.length || Date.now() >= allAt;
        changed.clear();
        earliestAt = Date.now() + MINIMUM_INTERVAL_MS;
        if (isAll) {
            allAt = Date.now() + SILENT_INTERVAL_MS;
        }
        schedule(allAt);
        reload(isAll ? null : chargerIds);
    }

    function onChanged(message) {
        if (!isShown) {
            early.push(message);
            return;
        }
        const { charger_ids: chargerIds, site_ids: siteIds, company_id: companyId } = message;
        const isOurs = user.activeCompanies.some(({ id }) => id === companyId);
        if (isOurs && concerns({ chargerIds, siteIds })) {
            chargerIds.forEach((id) => changed.add(id));
            schedule(earliestAt);
        }
    }

    bus.subscribe("iicharge/changed", onChanged);
    bus.start();
    onMounted(() => {
        isShown = true;
        allAt = Date.now() + SILENT_INTERVAL_MS;
        schedule(allAt);
        early.splice(0).forEach(onChanged);
    });
    onWillDestroy(() => {
        bus.unsubscribe("iicharge/changed", onChanged);
        browser.clearTimeout(timer);
    });
}
