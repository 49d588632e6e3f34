import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { CardPopup } from "../components/popups/card_popup/card_popup";
import { FinishedPopup } from "../components/popups/finished_popup/finished_popup";
import { QuestionsPopup } from "../components/popups/questions_popup/questions_popup";
import { WaitingPopup } from "../components/popups/waiting_popup/waiting_popup";

/** What the toolbar opens; other modules add theirs the same way. */
export const chargingPanels = registry.category("iicharge_charging_panels");

chargingPanels.add(
    "card",
    {
        label: () => _t("Card"),
        icon: "fa-id-card-o",
        hotkey: "c",
        run: ({ dialog }) => dialog.add(CardPopup, {}),
    },
    { sequence: 10 },
);

chargingPanels.add(
    "waiting",
    {
        label: (board) => String(board.waiting.length || ""),
        title: (board) => _t("Waiting list (%s)", board.waiting.length),
        icon: "fa-list-ol",
        hotkey: "w",
        run: ({ dialog }) => dialog.add(WaitingPopup, {}),
    },
    { sequence: 20 },
);

chargingPanels.add(
    "finished",
    {
        label: () => _t("Today"),
        title: () => _t("Finished today"),
        icon: "fa-history",
        isIconOnly: true,
        run: ({ dialog }) => dialog.add(FinishedPopup, {}),
    },
    { sequence: 80 },
);

chargingPanels.add(
    "questions",
    {
        label: () => _t("Questions"),
        title: () => _t("Questions of guests"),
        icon: "fa-question-circle",
        isIconOnly: true,
        run: ({ dialog }) => dialog.add(QuestionsPopup, {}),
    },
    { sequence: 90 },
);
