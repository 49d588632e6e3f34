import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { formatTime } from "../../common/clock";
import { describeTile } from "../../common/tile";
import { formatPower } from "../../common/wording";

/** What a connector is at, in the words of the register's tiles. */
export class LiveCard extends Component {
    static template = "iicharge_odoo.LiveCard";
    static props = { ...standardWidgetProps };

    setup() {
        this.clock = useState(this.env.iichargeClock);
        Object.assign(this, { formatPower });
    }

    get row() {
        return this.props.record.data.live_row;
    }

    get tile() {
        return describeTile(this.row, this.row.price, this.clock.now);
    }

    /** Who is there; the price of a free one, as its plug is next to the name. */
    get who() {
        const { row, tile } = this;
        return row.state === "available" && row.price
            ? `${row.price.amount} ${row.price.unit}`
            : tile.who;
    }

    get when() {
        const { row, tile } = this;
        if (tile.when || !row.since || !row.online) {
            return tile.when;
        }
        return _t("since %s", this.since);
    }

    /** Power first: it is never cut. */
    get plug() {
        const { plug, rated_power_w: power } = this.row;
        return [power && formatPower(power), plug].filter(Boolean).join(", ");
    }

    get since() {
        return formatTime(this.row.since, this.row.time_zone, this.clock.now);
    }
}

registry.category("view_widgets").add("iicharge_live_card", { component: LiveCard });
