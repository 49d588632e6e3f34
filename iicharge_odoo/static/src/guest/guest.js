/** @odoo-module ignore */
/* Refreshes the figures of a charging, and the screen in the lobby. Without it the page says the
   same after a reload. */
(() => {
    "use strict";
    const FIRST_S = 3;
    // A server that is busy or away is asked again after so long, and twice that each time.
    const RETRY_S = 5;
    const LONGEST_S = 120;
    const screen = document.querySelector(".screen");
    let seenAt = new Date();
    let failures = 0;

    /** Many phones that lost the server at once do not come back at once. */
    function later(ask, seconds) {
        return setTimeout(ask, seconds * 1000 * (0.9 + 0.2 * Math.random()));
    }

    /** Gets an answer as "json" or "text"; without one what is shown stays, and says of when. */
    async function get(url, kind) {
        try {
            const answer = await fetch(url, { cache: "no-store" });
            if (answer.ok) {
                const content = await answer[kind]();
                failures = 0;
                return content;
            }
        } catch {
            // no connection
        }
        failures += 1;
        return null;
    }

    /** Seconds until the next try, from those that are usual. */
    function getWait(usual) {
        return failures
            ? Math.max(usual, Math.min(RETRY_S * 2 ** (failures - 1), LONGEST_S))
            : usual;
    }

    function showConnection() {
        if (!failures) {
            seenAt = new Date();
        }
        screen.classList.toggle("offline", Boolean(failures));
        const note = screen.querySelector("[data-offline] span");
        if (note) {
            note.hidden = !failures;
            const place = note.querySelector("[data-seen]");
            place.textContent = seenAt.toLocaleTimeString(document.documentElement.lang, {
                hour: "2-digit",
                minute: "2-digit",
                hour12: note.parentElement.dataset.clock === "12",
            });
        }
    }

    /** Shows the screen in the lobby as it is now; with other styles it is loaded as a whole. */
    async function renew() {
        const text = await get(location.href, "text");
        if (text) {
            const page = new DOMParser().parseFromString(text, "text/html");
            const getStyle = (shown) => shown.querySelector("style").textContent;
            if (getStyle(page) !== getStyle(document)) {
                location.reload();
                return;
            }
            document.querySelector("main").replaceWith(page.querySelector("main"));
        }
        showConnection();
        later(renew, getWait(Number(screen.dataset.reload)));
    }

    if (screen.dataset.reload) {
        later(renew, Number(screen.dataset.reload));
    }
    if (!screen.dataset.figures) {
        return;
    }
    const { figures: url, state } = screen.dataset;
    const ENDED = [
        "done",
        "cancelled",
        "not_started",
        "not_followed",
        "too_late",
        "claimed",
        "expired",
        "left",
    ];
    // as the server says with the figures
    let nextS = FIRST_S;
    let asking = 0;

    function showTexts(texts) {
        for (const [name, text] of Object.entries(texts)) {
            for (const figure of screen.querySelectorAll(`[data-figure="${name}"]`)) {
                figure.textContent = text;
            }
            for (const note of screen.querySelectorAll(`[data-figure-of="${name}"]`)) {
                note.hidden = !text;
            }
        }
    }

    function showPictures(live) {
        const curve = screen.querySelector("[data-curve]");
        if (curve) {
            curve.setAttribute("d", live.curve);
            screen.querySelector("[data-curve-of]").hidden = !live.curve;
        }
        const bar = screen.querySelector("[data-soc]");
        if (bar) {
            bar.setAttribute("width", (Number(bar.dataset.soc) * live.soc) / 100);
        }
        const stale = screen.querySelector("[data-stale]");
        if (stale) {
            stale.textContent = live.stale;
        }
    }

    /** Whether the car reports its battery now, for which the page has no place yet. */
    function isBatteryNew(live) {
        const hasPlace = screen.querySelector("[data-soc]");
        return live.soc && screen.querySelector("[data-curve]") && !hasPlace;
    }

    async function refresh() {
        asking = 0;
        // a phone in a pocket asks for nothing
        if (!document.hidden) {
            const live = await get(url, "json");
            if (live && (live.state !== state || isBatteryNew(live))) {
                location.replace(url.replace(/\/figures$/, ""));
                return;
            }
            if (live) {
                showTexts(live.texts);
                showPictures(live);
                nextS = live.next_s;
            }
            showConnection();
        }
        asking = later(refresh, getWait(nextS));
    }

    function countDown(timer) {
        const until = Date.now() + Number(timer.dataset.seconds) * 1000;
        setInterval(() => {
            const left = Math.max(0, Math.round((until - Date.now()) / 1000));
            const seconds = String(left % 60).padStart(2, "0");
            timer.textContent = `${Math.floor(left / 60)}:${seconds}`;
        }, 1000);
    }

    document.querySelectorAll("[data-wait]").forEach(countDown);
    if (!ENDED.includes(state)) {
        asking = later(refresh, FIRST_S);
        document.addEventListener("visibilitychange", () => {
            if (!document.hidden && asking) {
                clearTimeout(asking);
                refresh();
            }
        });
    }
})();
