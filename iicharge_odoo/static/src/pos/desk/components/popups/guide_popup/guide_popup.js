import { Component, onWillUnmount, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { GuideVisit } from "../../../models/guide_visit";
import { formatTime } from "../../../utils/wording";

/** What a fault or refusal means, what to tell the guest, and the steps with their buttons. */
export class GuidePopup extends Component {
    static template = "iicharge_odoo.GuidePopup";
    static components = { Dialog };
    static props = {
        connectorId: Number,
        refusalCode: { type: String, optional: true },
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.dialog = useService("dialog");
        this.desk = useService("iicharge_desk");
        this.visit = useState(
            new GuideVisit(this.desk, this.props.connectorId, this.props.refusalCode),
        );
        this.note = useState({ text: "" });
        this.formatTime = formatTime;
        this.visit.load();
        onWillUnmount(() => this.visit.close());
    }

    get title() {
        const name = this.visit.guide?.connector || this.connector?.name;
        return name ? _t("Help · %s", name) : _t("Help");
    }

    get connector() {
        return this.desk.board.getConnector(this.props.connectorId);
    }

    /** What each step's button says; a start has one only where a start is possible now. */
    getButton(step) {
        if (step.action === "start" && !this.startAction) {
            return null;
        }
        return {
            start: { icon: "fa-play", label: _t("Start") },
            reset: { icon: "fa-refresh", label: _t("Restart") },
            unlock: { icon: "fa-unlock", label: _t("Unlock") },
            technician: { icon: "fa-wrench", label: _t("Call") },
        }[step.action];
    }

    get startAction() {
        const start = registry.category("iicharge_desk_actions").get("start", null);
        const { connector } = this;
        return connector && start?.isAvailable(connector, this.desk.board) ? start : null;
    }

    press(step) {
        if (step.action !== "start") {
            return this.visit.press(step.action);
        }
        const { pos, dialog, connector, startAction } = this;
        this.props.close();
        return startAction.run({ pos, dialog, connector });
    }

    get question() {
        return {
            reset: _t("Cars are charging at this charger: %s. They stop charging. Restart it?", [
                this.visit.guide.busy,
            ]),
            unlock: _t(
                "A car that charges here stops charging, and its plug is set free. Unlock it?",
            ),
        }[this.visit.question];
    }

    get progress() {
        return this.visit.running === "technician"
            ? _t("Calling the technician…")
            : _t("Asking the charger…");
    }

    get outcomeText() {
        const { action, text } = this.visit.outcome;
        return action === "technician" ? _t("A technician has been called: %s", text) : text;
    }
}
