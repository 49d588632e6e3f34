/** @odoo-module ignore */
/* Refreshes the figures of a charging, and the screen in the lobby. Without it the page says the
   same after a reload. */
(() => {
    "use strict";
    const POLL_MS = 30000;
    const QUICK_MS = 3000;
    const QUICK_STATES = ["starting", "plug_in", "waiting", "stopping", "summing"];
    const screen = document.querySelector(".screen");
    if (screen.dataset.reload) {
        setInterval(reload, Number(screen.dataset.reload) * 1000);
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

    let seenAt = new Date();

    async function reload() {
        try {
            const answer = await fetch(location.href, { cache: "no-store" });
            if (answer.ok) {
                location.reload();
            }
        } catch {
            // without a connection what is shown stays
        }
    }

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

    /** Without a connection what is shown stays, and says of when it is. */
    function showConnection(isOnline) {
        screen.classList.toggle("offline", !isOnline);
        const note = screen.querySelector("[data-offline] span");
        if (note) {
            note.hidden = isOnline;
            note.querySelector("[data-seen]").textContent = seenAt.toLocaleTimeString(
                document.documentElement.lang,
                { hour: "2-digit", minute: "2-digit" },
            );
        }
    }

    async function refresh() {
        // a phone in a pocket asks for nothing
        if (!document.hidden) {
            try {
                const answer = await fetch(url, { cache: "no-store" });
                if (answer.ok) {
                    const live = await answer.json();
                    if (live.state !== state || isBatteryNew(live)) {
                        location.replace(url.replace(/\/figures$/, ""));
                        return;
                    }
                    showTexts(live.texts);
                    showPictures(live);
                    seenAt = new Date();
                    showConnection(true);
                }
            } catch {
                showConnection(false);
            }
        }
        setTimeout(refresh, QUICK_STATES.includes(state) ? QUICK_MS : POLL_MS);
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
        setTimeout(refresh, QUICK_MS);
        document.addEventListener("visibilitychange", () => {
            if (!document.hidden) {
                location.reload();
            }
        });
    }
})();
