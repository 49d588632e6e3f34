import { Reactive } from "@web/core/utils/reactive";

import { getErrorText } from "@iicharge_odoo/common/error_text";

/** What a panel asks of the server: one thing at a time; what went wrong is `error`, in words. */
export class ServerWork extends Reactive {
    constructor(chargingService) {
        super();
        this.chargingService = chargingService;
        this.error = "";
        this.isBusy = false;
    }

    /** Does the work, unless there is some under way. */
    async do(work) {
        if (this.isBusy) {
            return;
        }
        Object.assign(this, { isBusy: true, error: "" });
        try {
            await work();
        } catch (error) {
            this.error = getErrorText(error);
        }
        this.isBusy = false;
    }
}
