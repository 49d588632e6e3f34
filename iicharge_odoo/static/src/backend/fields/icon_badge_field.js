import { Component, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { BADGES, STATES } from "../../common/state_looks";

// value -> [background, icon]. The text comes from the field; colour is never alone.
const STATE = Object.fromEntries(
    Object.entries(STATES).map(([value, { tone, icon }]) => [value, [BADGES[tone], icon]]),
);
const BILLING = {
    open: ["secondary", "fa-clock-o"],
    review: ["warning", "fa-search"],
    rated: ["info", "fa-credit-card"],
    monthly: ["info", "fa-building-o"],
    posted: ["success", "fa-file-text-o"],
    paid: ["success", "fa-check-circle"],
    free: ["success", "fa-gift"],
    late: ["danger", "fa-exclamation-triangle"],
    disputed: ["danger", "fa-comments"],
    void: ["secondary", "fa-ban"],
};
const ONLINE = {
    true: ["success", "fa-link"],
    false: ["danger", "fa-chain-broken"],
};
const DIRECTION = {
    in: ["info", "fa-arrow-down"],
    out: ["secondary", "fa-arrow-up"],
};

/** A state as word, icon and colour. */
export class IconBadgeField extends Component {
    static template = xml`
        <span t-if="look" class="o_iicharge_badge badge rounded-pill" t-att-class="look.class"
            t-att-data-state="value">
            <i class="fa me-1" t-att-class="look.icon" aria-hidden="true" />
            <t t-out="text" />
        </span>`;
    static props = { ...standardFieldProps, looks: { type: Object } };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get look() {
        const look = this.props.looks[this.value];
        return look && { class: `text-bg-${look[0]}`, icon: look[1] };
    }

    get text() {
        const { type, selection } = this.props.record.fields[this.props.name];
        if (type === "boolean") {
            return this.value ? _t("Online") : _t("Offline");
        }
        return selection.find(([key]) => key === this.value)?.[1];
    }
}

function addIconBadge(name, displayName, type, looks) {
    registry.category("fields").add(name, {
        component: IconBadgeField,
        displayName,
        supportedTypes: [type],
        extractProps: () => ({ looks }),
    });
}

addIconBadge("iicharge_state", _t("Charging state"), "selection", STATE);
addIconBadge("iicharge_billing", _t("Billing state"), "selection", BILLING);
addIconBadge("iicharge_online", _t("Online"), "boolean", ONLINE);
addIconBadge("iicharge_direction", _t("Direction"), "selection", DIRECTION);
