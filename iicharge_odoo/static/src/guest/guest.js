/** @odoo-module ignore */
/* Refreshes the figures of a charging, and the screen in the lobby. Without it the page says the
   same after a reload. */
(() => {
    "use strict";
    const FIRST_S = 3;
    // A server that is busy or away is asked again after so long, and twice that each time.
    const RETRY_S = 5;
    const LONGEST_S = 120;
    // Without an answer for so long there is none: some networks let a request hang for minutes.
    const ANSWER_S = 15;
    const screen = document.querySelector(".screen");
    let seenAt = new Date();
    let failures = 0;
    let trouble = "";
    // Seconds that the server asks to wait.
    let askedToWaitS = 0;
    // The timer of the next question; none while one is under way.
    let asking = 0;

    /** Many phones that lost the server at once do not come back at once. */
    function later(ask, seconds) {
        return setTimeout(ask, seconds * 1000 * (0.9 + 0.2 * Math.random()));
    }

    /** What keeps the page from being new, as `guest_no_answer` says it. */
    function getTrouble(answer) {
        return answer.status >= 500 || answer.status === 429 ? "away" : "gone";
    }

    async function getInTime(url) {
        const end = new AbortController();
        const timer = setTimeout(() => end.abort(), ANSWER_S * 1000);
        try {
            const answer = await fetch(url, { cache: "no-store", signal: end.signal });
            return [answer, await answer.text()];
        } finally {
            clearTimeout(timer);
        }
    }

    /** Gets an answer, read by `read`; without one what is shown stays, and says of when. */
    async function get(url, read) {
        askedToWaitS = 0;
        try {
            const [answer, text] = await getInTime(url);
            // not ours: a hotspot asks for a log-in, a proxy has a page of its own
            const content = answer.ok && read(text);
            if (content) {
                failures = 0;
                trouble = "";
                return content;
            }
            trouble = answer.ok ? "offline" : getTrouble(answer);
            askedToWaitS = Number(answer.headers.get("Retry-After")) || 0;
        } catch (error) {
            trouble = error.name === "AbortError" ? "away" : "offline";
        }
        failures += 1;
        return null;
    }

    /** Seconds until the next try, from those that are usual. */
    function getWait(usual) {
        if (!failures) {
            return usual;
        }
        // a link that has ended may come back while the server is updated, and hardly else
        const tries = trouble === "gone" ? Infinity : failures - 1;
        const wait = Math.min(RETRY_S * 2 ** tries, LONGEST_S);
        // no sooner than asked; `later` may come a little early
        return Math.max(usual, wait, Math.min(askedToWaitS, LONGEST_S) / 0.9);
    }

    function showConnection() {
        if (!failures) {
            seenAt = new Date();
        }
        screen.classList.toggle("offline", Boolean(failures));
        const place = screen.querySelector("[data-no-answer]");
        for (const note of place?.children || []) {
            note.hidden = note.dataset.trouble !== trouble;
        }
        for (const time of place?.querySelectorAll("[data-seen]") || []) {
            time.textContent = seenAt.toLocaleTimeString(document.documentElement.lang, {
                hour: "2-digit",
                minute: "2-digit",
                hour12: place.dataset.clock === "12",
            });
        }
    }

    function readBoard(text) {
        const page = new DOMParser().parseFromString(text, "text/html");
        return page.querySelector("main.board") && page;
    }

    function readFigures(text) {
        const live = JSON.parse(text);
        return live.texts && live;
    }

    /** Shows the screen in the lobby as it is now; with other styles it is loaded as a whole. */
    async function renew() {
        asking = 0;
        const page = await get(location.href, readBoard);
        if (page) {
            const getStyle = (shown) => shown.querySelector("style").textContent;
            if (getStyle(page) !== getStyle(document)) {
                location.reload();
                return;
            }
            document.querySelector("main").replaceWith(page.querySelector("main"));
        }
        showConnection();
        asking = later(renew, getWait(Number(screen.dataset.reload)));
    }

    /** Asks at once instead of later, but not twice at a time. */
    function askNow(ask) {
        if (asking) {
            clearTimeout(asking);
            asking = 0;
            ask();
        }
    }

    if (screen.dataset.reload) {
        asking = later(renew, Number(screen.dataset.reload));
        window.addEventListener("online", () => askNow(renew));
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
            const live = await get(url, readFigures);
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
            if (!document.hidden) {
                askNow(refresh);
            }
        });
        window.addEventListener("online", () => askNow(refresh));
    }
})();
