import { useState, useSubEnv, onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

import { formatTime } from "../../common/clock";
import { useLiveReload } from "./live_reload";
import { mayShow, readChanged } from "./live_rows";
import { findNextCard, getSections } from "./live_sections";

const SECTIONS_KEY = "iicharge.live.sections";
const TICK_MS = 10000;
const { DateTime } = luxon;

/** Connectors in sections, by site or by state, with how many of each are free and in use. */
export class LiveRenderer extends KanbanRenderer {
    static template = "iicharge_odoo.LiveRenderer";
    static props = [...KanbanRenderer.props, "sectionBy?"];

    setup() {
        super.setup();
        const clock = useState({ now: DateTime.now() });
        useSubEnv({ iichargeClock: clock });
        let interval = null;
        onMounted(() => {
            interval = browser.setInterval(() => (clock.now = DateTime.now()), TICK_MS);
        });
        onWillUnmount(() => browser.clearInterval(interval));
    }

    get sections() {
        return getSections(this.props.list, this.props.sectionBy);
    }

    /** Cards stand in a grid: the next one is the one that is nearest in that direction. */
    focusNextCard(area, direction) {
        const card = document.activeElement.closest(".o_kanban_record");
        const next = card && findNextCard(card, area, direction);
        next?.focus();
        return Boolean(next);
    }
}

/** The live screen. It reads again what has changed, and only that. */
export class LiveController extends KanbanController {
    static template = "iicharge_odoo.LiveView";

    setup() {
        super.setup();
        this.action = useService("action");
        const sectionBy = browser.localStorage.getItem(SECTIONS_KEY) || "site";
        this.live = useState({
            sectionBy,
            readAt: DateTime.now(),
            isStale: false,
            mayStart: false,
        });
        useLiveReload(
            (chargerIds) => this.reload(chargerIds),
            (changed) => mayShow(this.model.root, changed),
        );
        onMounted(async () => {
            this.live.mayStart = await user.hasGroup("iicharge_odoo.group_front_desk");
        });
    }

    get sectionKinds() {
        return [
            ["site", _t("By site")],
            ["state", _t("By state")],
        ];
    }

    setSections(sectionBy) {
        browser.localStorage.setItem(SECTIONS_KEY, sectionBy);
        this.live.sectionBy = sectionBy;
    }

    get freshness() {
        const zone = this.shownRecords[0]?.data.live_row.time_zone;
        const time = formatTime(this.live.readAt.toISO(), zone, this.live.readAt);
        return this.live.isStale ? _t("no connection, as of %s", time) : time;
    }

    get shownRecords() {
        const { root } = this.model;
        return root.isGrouped ? root.groups.flatMap((group) => group.list.records) : root.records;
    }

    async startWalkIn() {
        const ids = this.shownRecords.map((record) => record.resId);
        await this.action.doActionButton({
            type: "object",
            name: "action_start_walk_in",
            resModel: "iicharge.connector",
            resIds: ids,
            context: this.props.context,
            onClose: () => this.model.load(),
        });
    }

    async reload(chargerIds) {
        try {
            await readChanged(this.model, chargerIds);
            Object.assign(this.live, { readAt: DateTime.now(), isStale: false });
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.live.isStale = true;
        }
    }
}

registry.category("views").add("iicharge_live_board", {
    ...kanbanView,
    Controller: LiveController,
    Renderer: LiveRenderer,
});
