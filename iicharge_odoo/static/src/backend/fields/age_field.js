import { Component, onMounted, onWillUnmount, useState, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { formatMinutes } from "../../common/duration";

const { DateTime } = luxon;
const TICK_MS = 10000;

/** How long ago a time is, kept true while the page stays open. */
export class AgeField extends Component {
    static template = xml`
        <span class="o_iicharge_age" t-att-title="fullText" t-out="text" />`;
    static props = { ...standardFieldProps, since: { type: Boolean, optional: true } };

    setup() {
        this.clock = useState({ now: DateTime.now() });
        let interval = null;
        onMounted(() => {
            interval = browser.setInterval(() => (this.clock.now = DateTime.now()), TICK_MS);
        });
        onWillUnmount(() => browser.clearInterval(interval));
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get fullText() {
        return this.value ? formatDateTime(this.value) : "";
    }

    get text() {
        if (!this.value) {
            return "";
        }
        const minutes = Math.floor(this.clock.now.diff(this.value, "minutes").minutes);
        if (minutes < 1) {
            return _t("just now");
        }
        const length = formatMinutes(minutes);
        return this.props.since ? _t("for %s", length) : _t("%s ago", length);
    }
}

registry.category("fields").add("iicharge_age", {
    component: AgeField,
    displayName: _t("Age"),
    supportedTypes: ["datetime"],
    extractProps: ({ options }) => ({ since: Boolean(options.since) }),
});
