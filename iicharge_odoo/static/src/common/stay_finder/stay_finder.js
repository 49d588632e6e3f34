import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { formatTime } from "../clock";
import { getErrorText } from "../error_text";

const TYPING_PAUSE_MS = 200;
const NOTHING = { suggested: [], stays: [], cards: [] };

/** Finds a stay while somebody types: by room, name, booking or plate; or a card by its number. */
export class StayFinder extends Component {
    static template = "iicharge_odoo.StayFinder";
    static props = {
        /** (text) => Promise<{suggested, stays, cards}> of the server */
        find: Function,
        /** (stay) */
        onChosen: Function,
        /** (uid) of a card that was found */
        onCard: { type: Function, optional: true },
        /** (text) on Enter where nothing was found: it may be a card's number */
        onOther: { type: Function, optional: true },
        chosenId: { type: [Number, Boolean], optional: true },
        placeholder: { type: String, optional: true },
        /** whether all stays are listed before anything is typed */
        listsAll: { type: Boolean, optional: true },
    };

    setup() {
        this.state = useState({ text: "", found: NOTHING, isAsked: false, error: "" });
        this.search = useDebounced(() => this.find(), TYPING_PAUSE_MS);
        useAutofocus({ refName: "search" });
        onWillStart(() => {
            if (this.props.listsAll) {
                this.find();
            }
        });
    }

    get placeholder() {
        return this.props.placeholder || _t("Room, name, booking or plate");
    }

    /** Gets the groups of stays with their heads; without a head where it says nothing. */
    get groups() {
        const { text, found } = this.state;
        const groups = [
            [_t("Suggested"), found.suggested],
            [text.trim() ? "" : _t("In house, by room"), found.stays],
        ];
        return groups.filter(([, stays]) => stays.length).map(([head, stays]) => ({ head, stays }));
    }

    get isNobody() {
        const { suggested, stays, cards } = this.state.found;
        return this.state.isAsked && !suggested.length && !stays.length && !cards.length;
    }

    getNames(stay) {
        return stay.guests.map((guest) => guest.name).join(", ") || stay.bill;
    }

    getDetails(stay) {
        const { checkin, checkout, time_zone: zone } = stay;
        const when = stay.is_arrival
            ? _t("arrives %s", formatTime(checkin, zone))
            : _t("leaves %s", formatTime(checkout, zone));
        const parts = [when, stay.plate, stay.total_text && _t("bill so far %s", stay.total_text)];
        return parts.filter(Boolean).join(" · ");
    }

    async onKeydown(ev) {
        if (ev.key === "ArrowDown") {
            ev.preventDefault();
            ev.target.closest(".o_iicharge_stay_finder").querySelector(".o_iicharge_stay")?.focus();
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            await this.find();
            this.chooseFirst();
        }
    }

    /** Moves among the rows; up from the first one is back in the search. */
    onRowKeydown(ev) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (step) {
            ev.preventDefault();
            const finder = ev.target.closest(".o_iicharge_stay_finder");
            const rows = [
                ...finder.querySelectorAll("input, .o_iicharge_stay, .o_iicharge_card_row"),
            ];
            rows[rows.indexOf(ev.target) + step]?.focus();
        }
    }

    chooseFirst() {
        const { text, found } = this.state;
        const [stay] = [...found.suggested, ...found.stays];
        if (!text.trim()) {
            return;
        }
        if (stay) {
            this.props.onChosen(stay);
        } else if (found.cards.length && this.props.onCard) {
            this.props.onCard(found.cards[0].uid);
        } else {
            this.props.onOther?.(text.trim());
        }
    }

    async find() {
        const text = this.state.text.trim();
        if (!text && !this.props.listsAll) {
            Object.assign(this.state, { found: NOTHING, isAsked: false, error: "" });
            return;
        }
        try {
            const found = await this.props.find(text);
            if (text === this.state.text.trim()) {
                Object.assign(this.state, { found, isAsked: true, error: "" });
            }
        } catch (error) {
            Object.assign(this.state, { found: NOTHING, error: getErrorText(error) });
        }
    }
}
