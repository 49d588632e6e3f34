import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";

const MINIMUM_INTERVAL_MS = 1000;

/**
 * Calls `reload` when the server says that something about a charger has changed: at once
 * for the first message, then at most once a second however many come.
 *
 * @param {() => any} reload
 * @param {(chargerId: number) => boolean} [concerns] whether a change of that charger shows here
 */
export function useLiveReload(reload, concerns = () => true) {
    const bus = useService("bus_service");
    let timer = null;
    let earliestAt = 0;

    function onChanged({ charger_id: chargerId }) {
        if (timer || !concerns(chargerId)) {
            return;
        }
        timer = browser.setTimeout(() => {
            timer = null;
            earliestAt = Date.now() + MINIMUM_INTERVAL_MS;
            reload();
        }, Math.max(earliestAt - Date.now(), 0));
    }

    onMounted(() => {
        bus.subscribe("iicharge/changed", onChanged);
        bus.start();
    });
    onWillUnmount(() => {
        bus.unsubscribe("iicharge/changed", onChanged);
        browser.clearTimeout(timer);
    });
}
