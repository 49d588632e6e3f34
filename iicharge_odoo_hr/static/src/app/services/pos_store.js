import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

patch(PosStore.prototype, {
    /** Context with the signed-in employee: several employees share one user. */
    get chargingContext() {
        const employee = this.config.module_pos_hr && this.getCashier();
        if (!employee) {
            return super.chargingContext;
        }
        return {
            ...super.chargingContext,
            iicharge_register_id: this.config.id,
            iicharge_employee_id: employee.id,
        };
    },
});
