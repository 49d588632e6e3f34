import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

let nextId = 0;

/**
 * A record chosen among those of another field of the form, all of them in sight. Unlike
 * Odoo's radio buttons it asks the server for nothing and leaves no guest's name in the
 * browser's cache.
 */
export class ChoiceField extends Component {
    static template = "web.RadioField";
    static props = {
        ...standardFieldProps,
        choices: { type: String },
        label: { type: String, optional: true },
    };

    setup() {
        this.id = `iicharge_choice_${nextId++}`;
    }

    get items() {
        const { records } = this.props.record.data[this.props.choices];
        return records.map(({ resId, data }) => [resId, data.display_name]);
    }

    get value() {
        return this.props.record.data[this.props.name]?.id;
    }

    onChange([id, displayName]) {
        this.props.record.update({ [this.props.name]: { id, display_name: displayName } });
    }
}

registry.category("fields").add("iicharge_choice", {
    component: ChoiceField,
    displayName: _t("Choice"),
    supportedTypes: ["many2one"],
    extractProps: ({ options, string }) => ({ choices: options.choices, label: string }),
});
