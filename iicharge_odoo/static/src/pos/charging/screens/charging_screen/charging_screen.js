import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { browser } from "@web/core/browser/browser";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { ConnectorTile } from "../../components/connector_tile/connector_tile";
import { CardPopup } from "../../components/popups/card_popup/card_popup";
import { ConnectorPopup } from "../../components/popups/connector_popup/connector_popup";
import { PaymentPopup } from "../../components/popups/payment_popup/payment_popup";
import { useCardReader } from "../../hooks/card_reader";
import {
    FILTERS,
    groupBySite,
    isIn,
    matchesConnector,
    matchesSession,
} from "@iicharge_odoo/pos/app/utils/board_rows";
import { formatTime } from "@iicharge_odoo/pos/app/utils/clock";
import { describeGuest, formatEnergy } from "../../utils/wording";

const { DateTime } = luxon;
const TICK_MS = 5000;

/** All connectors of the register, live, and the sessions that wait to be paid. */
export class ChargingScreen extends Component {
    static template = "iicharge_odoo.ChargingScreen";
    static components = { ConnectorTile };
    static props = {};

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.chargingService = useService("iicharge_charging");
        this.board = useState(this.chargingService.board);
        this.state = useState({ filter: "all", search: "" });
        this.clock = useState({ now: DateTime.now() });
        Object.assign(this, { describeGuest, formatEnergy, formatTime, FILTERS });
        onWillStart(() => {
            this.board.open();
        });
        onMounted(() => {
            this.interval = browser.setInterval(() => this.tick(), TICK_MS);
        });
        onWillUnmount(() => {
            browser.clearInterval(this.interval);
            this.board.close();
        });
        this.openConnector = this.openConnector.bind(this);
        useCardReader((uid) => this.openCard(uid));
    }

    tick() {
        this.clock.now = DateTime.now();
    }

    get filterNames() {
        return {
            all: _t("All"),
            free: _t("Free"),
            charging: _t("Charging"),
            trouble: _t("Trouble"),
            unpaid: _t("To be paid"),
        };
    }

    count(filter) {
        return filter === "unpaid"
            ? this.board.unpaid.length
            : this.board.connectors.filter((connector) => isIn(filter, connector)).length;
    }

    get groups() {
        const { filter, search } = this.state;
        return groupBySite(
            this.board.connectors.filter(
                (connector) => isIn(filter, connector) && matchesConnector(search, connector),
            ),
        );
    }

    get unpaid() {
        const { filter, search } = this.state;
        return ["all", "unpaid"].includes(filter)
            ? this.board.unpaid.filter((session) => matchesSession(search, session))
            : [];
    }

    get isEmpty() {
        return this.board.isLoaded && !this.groups.length && !this.unpaid.length;
    }

    /** Gets the age of what is shown; the clock's tick keeps it right. */
    get age() {
        const seconds = Math.max(0, Math.round((this.clock.now - this.board.readAt) / 1000));
        return seconds < 60 ? _t("%s s ago", seconds) : _t("%s min ago", Math.floor(seconds / 60));
    }

    get panels() {
        return registry.category("iicharge_charging_panels").getAll();
    }

    runPanel(panel) {
        return panel.run({ pos: this.pos, dialog: this.dialog });
    }

    /** Handles a tapped card; while a dialog is open it starts nothing. */
    openCard(uid) {
        if (this.ui.activeElement === document) {
            this.dialog.add(CardPopup, { uid });
        }
    }

    openConnector(connector) {
        this.dialog.add(ConnectorPopup, { connectorId: connector.id });
    }

    openSession(session) {
        this.dialog.add(PaymentPopup, { sessionId: session.id });
    }

    formatAmount(session) {
        return formatCurrency(session.amount, session.currency_id);
    }
}

registry.category("lazy_components").add("iicharge_odoo.ChargingScreen", ChargingScreen);
