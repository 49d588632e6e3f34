import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { GuidePopup } from "../components/popups/guide_popup/guide_popup";
import { QuestionsPopup } from "../components/popups/questions_popup/questions_popup";

registry.category("iicharge_connector_actions").add(
    "help",
    {
        label: () => _t("Help"),
        icon: "fa-question-circle",
        isAvailable: () => true,
        run: ({ dialog, connector }) => dialog.add(GuidePopup, { connectorId: connector.id }),
    },
    { sequence: 90 },
);

registry.category("iicharge_charging_panels").add(
    "questions",
    {
        label: () => _t("Questions"),
        icon: "fa-info-circle",
        run: ({ dialog }) => dialog.add(QuestionsPopup, {}),
    },
    { sequence: 90 },
);
