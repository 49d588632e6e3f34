import { Component, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A number of W or Wh, shown in kW or kWh. For reading only. */
export class KiloField extends Component {
    static template = xml`<span class="text-nowrap" t-out="text" />`;
    static props = {
        ...standardFieldProps,
        unit: { type: String, optional: true },
        digits: { type: Number, optional: true },
    };
    static defaultProps = { unit: "", digits: 1 };

    get text() {
        const value = this.props.record.data[this.props.name] / 1000;
        const number = formatFloat(value, { digits: [16, this.props.digits] });
        return this.props.unit ? `${number}\u00a0${this.props.unit}` : number;
    }
}

registry.category("fields").add("iicharge_kilo", {
    component: KiloField,
    displayName: _t("Thousands"),
    supportedTypes: ["integer", "float"],
    extractProps: ({ options }) => ({ unit: options.unit, digits: options.digits }),
});
