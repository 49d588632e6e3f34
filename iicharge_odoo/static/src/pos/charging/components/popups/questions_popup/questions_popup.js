import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

import { Questions } from "../../../models/questions";

/** Prices, times, the way to the chargers and what holds today, for a guest who asks. */
export class QuestionsPopup extends Component {
    static template = "iicharge_odoo.QuestionsPopup";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        const language = user.lang.replace("-", "_");
        this.questions = useState(new Questions(useService("iicharge_charging"), language));
        this.questions.load();
    }

    print() {
        window.open(this.questions.pageUrl, "_blank");
    }
}
