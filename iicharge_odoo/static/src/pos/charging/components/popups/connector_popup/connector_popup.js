import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { ConnectorTile } from "../../connector_tile/connector_tile";

const { DateTime } = luxon;

/** One connector, live, with all that front desk can do there. */
export class ConnectorPopup extends Component {
    static template = "iicharge_odoo.ConnectorPopup";
    static components = { ConnectorTile, Dialog };
    static props = { connectorId: Number, close: Function };

    setup() {
        this.pos = usePos();
        this.dialog = useService("dialog");
        this.board = useState(useService("iicharge_charging").board);
        this.clock = useState({ now: DateTime.now() });
    }

    get connector() {
        return this.board.getConnector(this.props.connectorId);
    }

    get actions() {
        return registry
            .category("iicharge_connector_actions")
            .getAll()
            .filter((action) => action.isAvailable(this.connector, this.board));
    }

    run(action) {
        const { pos, dialog, connector } = this;
        this.props.close();
        return action.run({ pos, dialog, connector });
    }
}
