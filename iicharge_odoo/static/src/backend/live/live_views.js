import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

import { useLiveReload } from "./live_reload";
import { mayShow, readChanged } from "./live_rows";

export class LiveKanbanController extends KanbanController {
    setup() {
        super.setup();
        useLiveReload(
            (chargerIds) => readChanged(this.model, chargerIds),
            (changed) => mayShow(this.model.root, changed),
        );
    }
}

export class LiveListController extends ListController {
    setup() {
        super.setup();
        useLiveReload(
            (chargerIds) => this.reloadUnlessInUse(chargerIds),
            (changed) => mayShow(this.model.root, changed),
        );
    }

    /** Reloads, unless rows are ticked or edited, which a reload would undo. */
    reloadUnlessInUse(chargerIds) {
        const { selection, editedRecord } = this.model.root;
        if (!selection.length && !editedRecord) {
            return readChanged(this.model, chargerIds);
        }
    }
}

export class LiveFormController extends FormController {
    setup() {
        super.setup();
        useLiveReload(
            () => this.reloadUnlessInUse(),
            ({ chargerIds }) => chargerIds.includes(this.shownChargerId),
        );
    }

    get shownChargerId() {
        const { resModel, resId, data } = this.model.root;
        return resModel === "iicharge.charger" ? resId : data.charger_id?.id;
    }

    async reloadUnlessInUse() {
        const record = this.model.root;
        if (!record.isNew && !(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("views").add("iicharge_live_kanban", {
    ...kanbanView,
    Controller: LiveKanbanController,
});
registry.category("views").add("iicharge_live_list", {
    ...listView,
    Controller: LiveListController,
});
registry.category("views").add("iicharge_live_form", {
    ...formView,
    Controller: LiveFormController,
});
