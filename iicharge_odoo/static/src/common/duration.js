import { _t } from "@web/core/l10n/translation";

/**
 * @param {number} minutes whole minutes, not negative
 * @returns {string} a length of time in at most two units
 */
export function formatMinutes(minutes) {
    if (minutes < 60) {
        return _t("%s min", minutes);
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 48) {
        return _t("%(hours)s h %(minutes)s min", { hours, minutes: minutes % 60 });
    }
    return _t("%s days", Math.floor(hours / 24));
}
