# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The curve of a charging as a picture: power over time, as an SVG path."""

from collections.abc import Sequence

WIDTH, HEIGHT = 320, 96
MOST_POINTS = 60


def thin_out(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Keep so many points as a phone can show; the last one always."""
    step = len(points) // MOST_POINTS + 1
    kept = list(points[::step])
    return kept if not points or kept[-1] == points[-1] else [*kept, points[-1]]


def make_path(points: Sequence[tuple[float, float]], most: float) -> str:
    """Make the path of a line through the points; empty for fewer than two.

    :param points: (seconds since the start, W), in order of time
    :param most: the power at the upper edge in W
    """
    kept = thin_out(points)
    # a line needs two points
    if len(kept) < 2 or kept[-1][0] <= 0 or most <= 0:  # noqa: PLR2004
        return ""
    whole_s = kept[-1][0]
    places = [
        f"{at * WIDTH / whole_s:.1f} {HEIGHT - min(power / most, 1) * HEIGHT:.1f}"
        for at, power in kept
    ]
    return "M" + "L".join(places)
