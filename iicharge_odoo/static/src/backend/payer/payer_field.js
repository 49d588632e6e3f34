import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { StayFinder } from "../../common/stay_finder/stay_finder";

const NOBODY = { folio_id: false, card_id: false, is_walk_in: false };

/** Who pays for a charging: a stay, a card or a walk-in, with the register's finder. */
export class PayerField extends Component {
    static template = "iicharge_odoo.PayerField";
    static components = { StayFinder };
    static props = { ...standardFieldProps, staysOnly: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.cards = new Map();
    }

    get data() {
        return this.props.record.data;
    }

    get card() {
        return this.data.card_id && !this.props.staysOnly ? this.data.card_id : null;
    }

    get placeholder() {
        return this.props.staysOnly
            ? _t("Room, name, booking or plate")
            : _t("Room, name, booking, plate or card");
    }

    async find(text) {
        const args = [[this.data.connector_id.id], text];
        const found = await this.orm.silent.call("iicharge.connector", "find_payers", args);
        this.cards = new Map(found.cards.map((card) => [card.uid, card]));
        return this.props.staysOnly ? { ...found, cards: [] } : found;
    }

    choose(payer) {
        const { staysOnly, record, name } = this.props;
        const values = staysOnly ? { [name]: payer.folio_id } : { ...NOBODY, ...payer };
        return record.update(values);
    }

    async chooseStay({ id, bill }) {
        await this.choose({ folio_id: { id, display_name: bill } });
        this.focusStart();
    }

    async chooseCard(uid) {
        const { id, who } = this.cards.get(uid);
        await this.choose({
            card_id: { id, display_name: [uid, who].filter(Boolean).join(" ") },
        });
        this.focusStart();
    }

    /** Once a row was chosen, Enter starts. */
    focusStart() {
        requestAnimationFrame(() => document.querySelector(".modal-footer .btn-primary")?.focus());
    }
}

registry.category("fields").add("iicharge_payer", {
    component: PayerField,
    displayName: _t("Who pays"),
    supportedTypes: ["many2one"],
    extractProps: ({ options }) => ({ staysOnly: Boolean(options.stays_only) }),
});
