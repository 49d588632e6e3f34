import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

import { GuidePopup } from "../popups/guide_popup/guide_popup";

/** Opens the guide to a refusal, or to the connector's state, next to the sentence about it. */
export class HelpButton extends Component {
    static template = "iicharge_odoo.HelpButton";
    static props = { connectorId: Number, refusalCode: { type: String, optional: true } };

    setup() {
        this.dialog = useService("dialog");
    }

    open() {
        const { connectorId, refusalCode } = this.props;
        this.dialog.add(GuidePopup, { connectorId, refusalCode });
    }
}
