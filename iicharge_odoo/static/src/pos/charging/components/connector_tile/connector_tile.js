import { Component, useState } from "@odoo/owl";

import { describeTile } from "@iicharge_odoo/common/tile";

/** One connector: its state, who charges there, until when and what it comes to so far. */
export class ConnectorTile extends Component {
    static template = "iicharge_odoo.ConnectorTile";
    static props = {
        connector: Object,
        clock: Object,
        price: { type: [Object, Boolean], optional: true },
        isFaded: { type: Boolean, optional: true },
        onClick: Function,
    };

    setup() {
        // its own subscription: a change of this row draws this tile and no other
        this.connector = useState(this.props.connector);
        this.clock = useState(this.props.clock);
    }

    get tile() {
        return describeTile(this.connector, this.props.price, this.clock.now);
    }

    getWidth(progress) {
        return `width: ${Math.round(progress * 100)}%`;
    }
}
