import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { browser } from "@web/core/browser/browser";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { ConnectorTile } from "../../components/connector_tile/connector_tile";
import { CardPopup } from "../../components/popups/card_popup/card_popup";
import { FinishedPopup } from "../../components/popups/finished_popup/finished_popup";
import { PaymentPopup } from "../../components/popups/payment_popup/payment_popup";
import { WaitingPopup } from "../../components/popups/waiting_popup/waiting_popup";
import { useCardReader } from "../../hooks/card_reader";
import { useDayLists } from "../../hooks/day_lists";
import { useTileKeys } from "../../hooks/tile_keys";
import { tapConnector } from "../../services/connector_taps";
import {
    FILTERS,
    groupByPlace,
    isFree,
    isIn,
    matchesConnector,
    matchesSession,
} from "@iicharge_odoo/pos/app/utils/board_rows";
import { formatTime } from "@iicharge_odoo/common/clock";
import { describeGuest, describeWhom } from "@iicharge_odoo/common/wording";

const { DateTime } = luxon;
const TICK_MS = 5000;
const STALE_MS = 35000;

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
        this.day = useDayLists(this.chargingService, this.board);
        this.tilesRef = useRef("tiles");
        this.payRef = useRef("pay");
        Object.assign(this, { describeGuest, describeWhom, formatTime, FILTERS });
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
        useTileKeys(this.tilesRef);
        useCardReader((uid) => this.openCard(uid));
        // what is to be paid is shown, not only counted, where the list has no place of its own
        useEffect(
            (filter) => filter === "unpaid" && this.payRef.el?.scrollIntoView({ block: "nearest" }),
            () => [this.state.filter],
        );
    }

    tick() {
        this.clock.now = DateTime.now();
    }

    get counts() {
        const looks = {
            all: { tone: "none", icon: "", name: _t("All") },
            free: { tone: "free", icon: "fa-check-circle", name: _t("Free") },
            charging: { tone: "busy", icon: "fa-bolt", name: _t("In use") },
            trouble: { tone: "bad", icon: "fa-exclamation-triangle", name: _t("Trouble") },
            unpaid: { tone: "full", icon: "fa-credit-card", name: _t("To be paid") },
        };
        return FILTERS.map((filter) => ({ filter, ...looks[filter], count: this.count(filter) }));
    }

    count(filter) {
        return filter === "unpaid"
            ? this.board.unpaid.length
            : this.board.connectors.filter((connector) => isIn(filter, connector)).length;
    }

    /** Gets the tiles, which never move: what does not match is faded. */
    get groups() {
        return groupByPlace(this.board.connectors).map((group) => ({
            ...group,
            free: this.describeFree(group.connectors),
        }));
    }

    describeFree(connectors) {
        const free = connectors.filter(isFree).length;
        return _t("%(free)s of %(total)s free", { free, total: connectors.length });
    }

    isFaded(connector) {
        const { filter, search } = this.state;
        const isOfFilter =
            filter === "unpaid" ? this.isUnpaidAt(connector) : isIn(filter, connector);
        return !(isOfFilter && matchesConnector(search, connector));
    }

    isUnpaidAt({ id }) {
        return this.board.unpaid.some((session) => session.connector_id === id);
    }

    get unpaid() {
        return this.board.unpaid.filter((session) => matchesSession(this.state.search, session));
    }

    get unpaidTotal() {
        const { unpaid } = this;
        const currencies = new Set(unpaid.map((session) => session.currency_id));
        const total = unpaid.reduce((sum, session) => sum + session.amount, 0);
        return currencies.size === 1 ? formatCurrency(total, unpaid[0].currency_id) : "";
    }

    describeEnd({ connector, stopped_at: at, time_zone: zone }) {
        return _t("%(connector)s, ended %(at)s", { connector, at: formatTime(at, zone) });
    }

    get allText() {
        return _t("All %s", this.day.finished.length);
    }

    get waitingText() {
        return _t("All %s", this.board.waiting.length);
    }

    get reserved() {
        return this.board.connectors.filter((connector) => connector.reserved);
    }

    get isNothingFound() {
        return (
            this.board.isLoaded &&
            this.board.connectors.length > 0 &&
            this.board.connectors.every((connector) => this.isFaded(connector)) &&
            !this.unpaid.length
        );
    }

    /** Gets how fresh the board is, for the dot at its clock. */
    get live() {
        const { readAt, isLost } = this.board;
        // the clock of the tiles, not of the device
        const at = formatTime(
            DateTime.fromMillis(readAt).toISO(),
            this.board.connectors[0]?.time_zone,
        );
        if (isLost) {
            return { tone: "bad", text: _t("No connection since %s", at) };
        }
        return this.clock.now - readAt > STALE_MS
            ? { tone: "full", text: _t("As of %s", at) }
            : { tone: "free", text: _t("Live, %s", at) };
    }

    get panels() {
        return registry.category("iicharge_charging_panels").getAll();
    }

    getPanelTitle({ title, label }) {
        return (title || label)(this.board);
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
        tapConnector(connector, { dialog: this.dialog, board: this.board });
    }

    /** Starts on the next connector that is free. */
    openNextFree() {
        const free = this.board.connectors.find(isFree);
        if (free) {
            this.openConnector(free);
        }
    }

    openSession(session) {
        this.dialog.add(PaymentPopup, { sessionId: session.id });
    }

    openWaiting() {
        this.dialog.add(WaitingPopup, {});
    }

    openFinished() {
        this.dialog.add(FinishedPopup, {});
    }

    formatAmount({ amount, total, currency_id: currencyId }) {
        return formatCurrency(total ?? amount, currencyId);
    }

    onSearchKeydown(ev) {
        if (ev.key === "Escape") {
            this.state.search = "";
        } else if (ev.key === "Enter") {
            const found = this.board.connectors.filter((one) => !this.isFaded(one));
            if (found.length === 1) {
                this.openConnector(found[0]);
            }
        }
    }
}

registry.category("lazy_components").add("iicharge_odoo.ChargingScreen", ChargingScreen);
