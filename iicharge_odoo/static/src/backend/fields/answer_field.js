import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * JSON text for reading: the settings of a charger as a table, anything else indented.
 * Text that is not JSON is shown as it is.
 */
export class AnswerField extends Component {
    static template = "iicharge_odoo.AnswerField";
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }

    get content() {
        try {
            return JSON.parse(this.text);
        } catch {
            return null;
        }
    }

    /** The answer to GetConfiguration (OCPP 1.6 section 6.24), by name. */
    get settings() {
        const settings = this.content?.configurationKey;
        return settings && [...settings].sort((a, b) => a.key.localeCompare(b.key));
    }

    get unknownKeys() {
        return (this.content?.unknownKey || []).join(", ");
    }

    get prettyText() {
        return this.content === null ? this.text : JSON.stringify(this.content, null, 2);
    }
}

registry.category("fields").add("iicharge_answer", {
    component: AnswerField,
    displayName: _t("Charger's answer"),
    supportedTypes: ["text"],
});
