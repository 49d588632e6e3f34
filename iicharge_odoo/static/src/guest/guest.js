/** @odoo-module ignore */
/* Refreshes the figures of a charging. Without it the page says the same after a reload. */
(() => {
    "use strict";
    const POLL_MS = 30000;
    const QUICK_MS = 3000;
    const QUICK_STATES = ["starting", "plug_in", "waiting", "stopping", "summing"];
    const screen = document.querySelector("[data-figures]");
    if (!screen) {
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

    async function refresh() {
        // a phone in a pocket asks for nothing
        if (!document.hidden) {
            try {
                const answer = await fetch(url, { cache: "no-store" });
                if (answer.ok) {
                    const live = await answer.json();
                    if (live.state !== state) {
                        location.replace(url.replace(/\/figures$/, ""));
                        return;
                    }
                    showTexts(live.texts);
                    showPictures(live);
                    screen.classList.remove("offline");
                }
            } catch {
                // without a connection what is shown stays, and looks so
                screen.classList.add("offline");
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
