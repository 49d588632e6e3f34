import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** Frame of the charging screen; its bundle is fetched apart, so that a register starts fast. */
export class ChargingPage extends Component {
    static template = "iicharge_odoo.ChargingPage";
    static props = {};
    static storeOnOrder = false;

    setup() {
        this.chargingService = useService("iicharge_charging");
        this.state = useState({ Screen: this.chargingService.findScreen(), isLost: false });
        if (!this.state.Screen) {
            this.load();
        }
    }

    async load() {
        this.state.isLost = false;
        try {
            this.state.Screen = await this.chargingService.loadScreen();
        } catch {
            this.state.isLost = true;
        }
    }
}

registry.category("pos_pages").add("ChargingScreen", {
    name: "ChargingScreen",
    component: ChargingPage,
    route: `/pos/ui/${odoo.pos_config_id}/charging`,
    params: {},
});
