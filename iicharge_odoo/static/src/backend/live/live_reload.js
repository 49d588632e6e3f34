import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";

const MINIMUM_INTERVAL_MS = 1000;
// A charger that loses its network says nothing; its age and state are read again anyway.
const SILENT_INTERVAL_MS = 60000;

/**
 * Calls `reload` when the server says that something about a charger has changed: at once
 * for the first message, then at most once a second however many come, and once a minute
 * while none comes.
 *
 * @param {() => any} reload
 * @param {(chargerIds: number[]) => boolean} [concerns] whether changes of these chargers
 *   show here
 */
export function useLiveReload(reload, concerns = () => true) {
    const bus = useService("bus_service");
    let timer = null;
    let earliestAt = 0;

    function schedule(delayMs) {
        browser.clearTimeout(timer);
        timer = browser.setTimeout(() => {
            earliestAt = Date.now() + MINIMUM_INTERVAL_MS;
            schedule(SILENT_INTERVAL_MS);
            reload();
        }, delayMs);
    }

    function onChanged({ charger_ids: chargerIds }) {
        if (concerns(chargerIds)) {
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
