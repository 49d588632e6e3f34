import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { formatClock } from "../../common/clock";
import { useLiveReload } from "../live/live_reload";
import { HomePanel } from "./home_panel";
import { useLinks } from "./links";

const ROLE_KEY = "iicharge.home.role";
const SITE_KEY = "iicharge.home.site";
const { DateTime } = luxon;

/** The first page: what a role has to know and to do, kept true while it is open. */
export class Home extends Component {
    static template = "iicharge_odoo.Home";
    static components = { Dropdown, DropdownItem, HomePanel, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ page: null, readAt: null, isStale: false });
        this.keepLast = new KeepLast();
        this.open = useLinks(() => this.load());
        onWillStart(() => this.load());
        useLiveReload(
            () => this.reload(),
            ({ siteIds }) => !this.state.page?.site_id || siteIds.includes(this.state.page.site_id),
        );
    }

    async load(choice = {}) {
        const role = choice.role || browser.localStorage.getItem(ROLE_KEY) || null;
        const kept = browser.localStorage.getItem(SITE_KEY);
        const siteId = "siteId" in choice ? choice.siteId : Number(kept) || null;
        const page = await this.keepLast.add(
            this.orm.silent.call("iicharge.home", "read_home", [], { role, site_id: siteId }),
        );
        Object.assign(this.state, { page, readAt: DateTime.now(), isStale: false });
    }

    /** Reads again; without a server the page says from when it is. */
    async reload() {
        try {
            await this.load();
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.isStale = true;
        }
    }

    async chooseRole(role) {
        browser.localStorage.setItem(ROLE_KEY, role);
        await this.load({ role });
    }

    async chooseSite(siteId) {
        browser.localStorage.setItem(SITE_KEY, siteId || "");
        await this.load({ siteId });
    }

    get siteName() {
        const { sites, site_id: siteId } = this.state.page;
        return sites.find((site) => site.id === siteId)?.name || _t("All sites");
    }

    get freshness() {
        const time = formatClock(this.state.readAt);
        return this.state.isStale ? _t("no connection, as of %s", time) : _t("Live");
    }

    /** The lists, in the columns of the page: [[left], [right]]. */
    get columns() {
        const { panels } = this.state.page;
        return [0, 1].map((column) => panels.filter((panel) => (panel.column || 0) === column));
    }
}

registry.category("actions").add("iicharge_home", Home);
