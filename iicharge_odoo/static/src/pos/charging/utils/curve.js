const { DateTime } = luxon;

const WIDTH = 600;
const HEIGHT = 120;

/**
 * Prepares the power of a session for a small drawing.
 *
 * @param {{at: string, power_w: number}[]} points in order of time
 * @param {DateTime} now
 * @returns {{path: string, mostW: number, from: string, width: number, height: number}|null} null
 *     where there is nothing to draw
 */
export function drawPower(points, now) {
    if (points.length < 2) {
        return null;
    }
    const times = points.map(({ at }) => DateTime.fromISO(at).toMillis());
    const [start] = times;
    const span = Math.max(now.toMillis(), times.at(-1)) - start || 1;
    const mostW = Math.max(...points.map(({ power_w: power }) => power), 1);
    const getX = (ms) => Math.round(((ms - start) / span) * WIDTH);
    const getY = (power) => Math.round(HEIGHT - (power / mostW) * (HEIGHT - 4));
    const line = points
        .map(({ power_w: power }, index) => `L${getX(times[index])} ${getY(power)}`)
        .join("");
    const path = `M0 ${HEIGHT}${line}L${getX(times.at(-1))} ${HEIGHT}Z`;
    return { path, mostW, from: points[0].at, width: WIDTH, height: HEIGHT };
}
