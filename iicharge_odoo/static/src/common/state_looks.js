// value -> [background, icon]. The text comes from the field; colour is never alone.
export const STATES = {
    available: ["success", "fa-check-circle"],
    preparing: ["info", "fa-plug"],
    charging: ["primary", "fa-bolt"],
    suspended_ev: ["warning", "fa-pause-circle"],
    suspended_evse: ["warning", "fa-hourglass-half"],
    finishing: ["info", "fa-flag-checkered"],
    reserved: ["info", "fa-bookmark"],
    unavailable: ["secondary", "fa-ban"],
    faulted: ["danger", "fa-exclamation-triangle"],
    offline: ["danger", "fa-chain-broken"],
    unknown: ["secondary", "fa-question-circle"],
    stopped: ["secondary", "fa-stop-circle"],
};
