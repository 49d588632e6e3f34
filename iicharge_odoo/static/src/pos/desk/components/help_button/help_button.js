import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

import { GuidePopup } from "../popups/guide_popup/guide_popup";

/** Opens the guide to a refusal, beside the sentence that says it. */
export class HelpButton extends Component {
    static template = "iicharge_odoo.HelpButton";
    static props = { connectorId: Number, refusalCode: String };

    setup() {
        this.dialog = useService("dialog");
    }

    open() {
        const { connectorId, refusalCode } = this.props;
        this.dialog.add(GuidePopup, { connectorId, refusalCode });
    }
}
