import { xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FloatField } from "@web/views/fields/float/float_field";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// What is typed is kept to the last W or Wh.
const TYPED_DIGITS = 3;

/** A whole number of W or Wh, shown and typed in kW or kWh. */
export class KiloField extends FloatField {
    static template = xml`
        <span t-if="props.readonly" class="text-nowrap" t-out="text" />
        <t t-else="" t-call="web.FloatField" />`;
    static props = {
        ...standardFieldProps,
        unit: { type: String, optional: true },
        digits: { type: Number, optional: true },
    };
    static defaultProps = { unit: "", digits: 1 };

    parse(value) {
        return Math.round(super.parse(value) * 1000);
    }

    get formattedValue() {
        return this.format(TYPED_DIGITS, { trailingZeros: false });
    }

    get text() {
        const number = this.format(this.props.digits);
        return this.props.unit ? `${number}\u00a0${this.props.unit}` : number;
    }

    format(digits, options) {
        return formatFloat(this.value / 1000, { digits: [16, digits], ...options });
    }
}

registry.category("fields").add("iicharge_kilo", {
    component: KiloField,
    displayName: _t("Thousands"),
    supportedTypes: ["integer", "float"],
    extractProps: ({ options }) => ({ unit: options.unit, digits: options.digits }),
});
