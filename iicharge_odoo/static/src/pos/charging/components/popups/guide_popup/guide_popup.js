import { Component, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { GuideSession } from "../../../models/guide_session";
import { canStart } from "@iicharge_odoo/pos/app/utils/board_rows";
import { formatTime } from "@iicharge_odoo/common/clock";

/** A fault or refusal: what it means, what to say to the guest, and the steps with buttons. */
export class GuidePopup extends Component {
    static template = "iicharge_odoo.GuidePopup";
    static components = { Dialog };
    static props = {
        connectorId: Number,
        refusalCode: { type: String, optional: true },
        close: Function,
    };

    setup() {
        this.dialog = useService("dialog");
        this.chargingService = useService("iicharge_charging");
        this.guideSession = useState(
            new GuideSession(this.chargingService, this.props.connectorId, this.props.refusalCode),
        );
        this.board = useState(this.chargingService.board);
        this.note = useState({ text: "" });
        this.formatTime = formatTime;
        this.guideSession.load();
        useEffect(
            () => this.guideSession.watch(this.connector),
            () => [this.connector?.state],
        );
        this.progressRef = useRef("progress");
        useEffect(
            () => this.showProgress(),
            () => [
                this.guideSession.question,
                this.guideSession.running,
                this.guideSession.outcome,
                this.guideSession.isSolved,
            ],
        );
        onWillUnmount(() => this.guideSession.close());
    }

    /** Scroll to the result of a step, which is below the steps and off-screen on a phone. */
    showProgress() {
        const { question } = this.guideSession;
        const { el } = this.progressRef;
        el?.scrollIntoView({ block: question ? "center" : "nearest" });
        if (question) {
            el?.querySelector("textarea, button")?.focus();
        }
    }

    /** Opens what a tap on another connector opens, or the start of this one. */
    open(name, connector) {
        this.props.close();
        const tap = registry.category("iicharge_connector_taps").get(name);
        tap(connector, { dialog: this.dialog, board: this.board });
    }

    openOther({ id }) {
        this.open("tap", this.board.getConnector(id));
    }

    get title() {
        const name = this.guideSession.guide?.connector || this.connector?.name;
        return name ? _t("Help · %s", name) : _t("Help");
    }

    /** What to say, in the quotation marks of the reader's language. */
    get advice() {
        return _t("“%(advice)s”", { advice: this.guideSession.guide.advice });
    }

    get connector() {
        return this.board.getConnector(this.props.connectorId);
    }

    /** Gets the label of each step's button; a start has one only where it is possible now. */
    getButton(step) {
        if (step.action === "start" && !canStart(this.connector)) {
            return null;
        }
        return {
            start: { icon: "fa-play", label: _t("Start") },
            reset: { icon: "fa-refresh", label: _t("Restart") },
            unlock: { icon: "fa-unlock", label: _t("Unlock") },
            technician: { icon: "fa-wrench", label: _t("Call a technician") },
        }[step.action];
    }

    press(step) {
        return step.action === "start"
            ? this.open("start", this.connector)
            : this.guideSession.press(step.action);
    }

    get question() {
        return {
            reset: _t("Cars are charging at this charger: %s. They stop charging. Restart it?", [
                this.guideSession.guide.busy,
            ]),
            unlock: _t(
                "A car that charges here stops charging, and its plug is set free. Unlock it?",
            ),
        }[this.guideSession.question];
    }

    get canAddNote() {
        const { action, isNoted } = this.guideSession.outcome;
        return action === "technician" && !isNoted;
    }

    async addNote() {
        await this.guideSession.callTechnician(this.note.text.trim());
        this.note.text = "";
    }

    get progress() {
        return this.guideSession.running === "technician"
            ? _t("Calling the technician…")
            : _t("Asking the charger…");
    }

    get outcomeText() {
        const { action, text } = this.guideSession.outcome;
        return action === "technician" ? _t("A technician has been called: %s", text) : text;
    }
}
