import { Reactive } from "@web/core/utils/reactive";

import { getErrorText } from "@iicharge_odoo/common/error_text";

/** What guests ask about charging, for a group of guests; to show, to print, to send. */
export class Questions extends Reactive {
    constructor(chargingService, language) {
        super();
        this.chargingService = chargingService;
        this.group = "guest";
        this.language = language;
        this.siteId = null;
        this.data = null;
        this.email = "";
        this.isSending = false;
        this.sentTo = "";
        this.error = "";
    }

    async load(group = this.group) {
        this.group = group;
        await this._try(async () => {
            const data = await this.chargingService.call("read_questions", [group]);
            if (group === this.group) {
                this.data = data;
                this.siteId = this.site?.id;
            }
        });
    }

    get site() {
        const { sites } = this.data;
        return sites.find((site) => site.id === this.siteId) || sites[0];
    }

    /** Gets the page to print, in the guest's language. */
    get pageUrl() {
        const query = new URLSearchParams({
            group: this.group,
            context: JSON.stringify({ lang: this.language }),
        });
        return `/report/html/iicharge_odoo.report_prices/${this.site.id}?${query}`;
    }

    async send() {
        const email = this.email.trim();
        if (!email || this.isSending) {
            return;
        }
        this.isSending = true;
        this.sentTo = "";
        await this._try(async () => {
            await this.chargingService.call("email_prices", [
                this.site.id,
                email,
                this.language,
                this.group,
            ]);
            Object.assign(this, { sentTo: email, email: "" });
        });
        this.isSending = false;
    }

    async _try(work) {
        this.error = "";
        try {
            await work();
        } catch (error) {
            this.error = getErrorText(error);
        }
    }
}
