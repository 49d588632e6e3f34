import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { formatTime } from "@iicharge_odoo/common/clock";
import { StayFinder } from "@iicharge_odoo/common/stay_finder/stay_finder";
import { describeWhom } from "@iicharge_odoo/common/wording";
import { WaitingList } from "../../../models/waiting_list";
import { StartPopup } from "../start_popup/start_popup";

/** Who waits for a free connector: add, move, offer a free one, start, remove. */
export class WaitingPopup extends Component {
    static template = "iicharge_odoo.WaitingPopup";
    static components = { Dialog, StayFinder };
    static props = { close: Function };

    setup() {
        this.chargingService = useService("iicharge_charging");
        this.dialog = useService("dialog");
        this.board = useState(this.chargingService.board);
        this.list = useState(new WaitingList(this.chargingService));
        this.state = useState({ isAdding: false });
        this.board.open();
        onWillUnmount(() => this.board.close());
        this.find = (text) =>
            this.chargingService.call("find_payers", [this.list.connectorId, text]);
    }

    get title() {
        return _t("Waiting list (%s)", this.board.waiting.length);
    }

    get chosen() {
        const { stay } = this.list;
        return (
            stay && describeWhom({ room: stay.room, guest: stay.guests?.[0]?.name || stay.bill })
        );
    }

    describe(guest) {
        if (guest.state === "offered") {
            const until = formatTime(guest.until, guest.time_zone);
            return _t("%(connector)s, kept until %(until)s", { connector: guest.connector, until });
        }
        const since = _t("since %s", formatTime(guest.since, guest.time_zone));
        const label = guest.state === "waiting" ? "" : guest.label;
        const site = this.list.siteNames.length > 1 ? guest.site : "";
        return [label, guest.plug, since, guest.contact, site].filter(Boolean).join(", ");
    }

    offer(guest, ev) {
        const connectorId = Number(ev.target.value);
        ev.target.value = "";
        if (connectorId) {
            this.list.offer(guest, connectorId);
        }
    }

    start(guest) {
        const connector = this.board.getConnector(guest.connector_id);
        if (connector) {
            this.dialog.add(StartPopup, { connector });
        }
    }
}
