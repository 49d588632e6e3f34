import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { PrepaidPopup } from "../components/popups/prepaid_popup/prepaid_popup";

registry.category("iicharge_charging_panels").add(
    "prepaid",
    {
        label: () => _t("Prepaid card"),
        icon: "fa-id-card-o",
        run: ({ dialog }) => dialog.add(PrepaidPopup, {}),
    },
    { sequence: 50 },
);
