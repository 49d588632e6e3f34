import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { formatCurrency } from "@web/core/currency";

import {
    describeGuest,
    describeReservation,
    describeStaleReading,
    describeTrouble,
    formatEnergy,
    formatPower,
    formatSince,
    getLook,
} from "../../utils/wording";

/** One connector: its state, who charges there and what it comes to so far. */
export class ConnectorTile extends Component {
    static template = "iicharge_odoo.ConnectorTile";
    static props = {
        connector: Object,
        clock: Object,
        onClick: { type: Function, optional: true },
    };

    setup() {
        this.pos = usePos();
        // its own subscription: a change of this row draws this tile and no other
        this.connector = useState(this.props.connector);
        this.clock = useState(this.props.clock);
        Object.assign(this, { describeGuest, formatEnergy, formatPower });
    }

    get look() {
        return getLook(this.connector.state);
    }

    get since() {
        return formatSince(this.connector.since, this.clock.now);
    }

    get trouble() {
        return describeTrouble(this.connector, this.clock.now);
    }

    get reservation() {
        return describeReservation(this.connector, this.clock.now);
    }

    get stale() {
        const { session } = this.connector;
        return session && this.connector.online
            ? describeStaleReading(session, this.clock.now)
            : "";
    }

    get cost() {
        return formatCurrency(this.connector.session.amount, this.connector.session.currency_id);
    }
}
