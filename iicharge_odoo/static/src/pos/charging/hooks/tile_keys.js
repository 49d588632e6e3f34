import { useEffect } from "@odoo/owl";

const TILE = ".o_iicharge_tile";
const STEPS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
};

/** Finds the nearest tile in a direction. */
function findNext(tiles, current, [dx, dy]) {
    const from = current.getBoundingClientRect();
    let best = null;
    let least = Infinity;
    for (const tile of tiles) {
        const to = tile.getBoundingClientRect();
        const [x, y] = [to.left - from.left, to.top - from.top];
        const along = dx ? x * dx : y * dy;
        const across = Math.abs(dx ? y : x);
        const isAhead = along > 1 && (dy || across < from.height / 2);
        const distance = along + across * 2;
        if (isAhead && distance < least) {
            [best, least] = [tile, distance];
        }
    }
    return best;
}

/** Moves the focus among the tiles by the arrow keys; never by letters, which card readers type. */
export function useTileKeys(ref) {
    function onKeydown(ev) {
        const step = STEPS[ev.key];
        const current = step && document.activeElement?.closest(TILE);
        if (!current) {
            return;
        }
        const next = findNext(ref.el.querySelectorAll(TILE), current, step);
        if (next) {
            ev.preventDefault();
            next.focus();
        }
    }

    useEffect(
        (el) => {
            el?.addEventListener("keydown", onKeydown);
            return () => el?.removeEventListener("keydown", onKeydown);
        },
        () => [ref.el],
    );
}
