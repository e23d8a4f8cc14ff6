"""How wide and how flat a valley is, in words: a line each, and what it means."""

import math

from compute.topology.flatness import Sharpness
from explorer.ground.basins import Valley

Line = tuple[str, str]


def basin_lines(valley: Valley | None) -> list[Line]:
    """The size of a basin in this slice."""
    if valley is None:
        return [("Its basin cannot be told from the rim of the slice.", "Nothing is lower than the way out of it")]
    basin = valley.basin
    end = "the pass to its neighbour" if valley.is_pass else "the lowest place of the rim"
    tip = (
        f"The connected piece of all that is lower than {end}, {_text(valley.up_to)}; exact for the bilinear surface "
        "of the measured points"
    )
    area = f"Basin below {_text(valley.up_to)}: {_share(basin.share)} of the slice"
    lines = [(area, f"{tip}. In units of α × β: {basin.area:.3g}")]
    if basin.weight_area is not None:
        lines.append((f"area in weight space {basin.weight_area:.3g}", "Of the same piece: √det G times the area"))
    if basin.at_boundary or basin.at_hole:
        rim = "the rim of the slice" if basin.at_boundary else "what diverged or is not measured"
        lines.append((f"at least: it reaches {rim}", "It may go on there"))
    return lines


def sharpness_line(found: Sharpness | None) -> Line:
    """By how much the loss can rise nearby."""
    tip = (
        "100 · (largest loss within ε − loss at the minimum) / (1 + loss at the minimum), Keskar et al. 2017, of a "
        "ball in weight space as far as it lies in the plane: a lower bound of that in all directions"
    )
    if found is None:
        return "ε-sharpness: unknown, beside a hole or of a loss ≤ −1", tip
    if math.isinf(found.percent):
        return "ε-sharpness: infinite, for the network diverges within ε", tip
    least = "" if found.whole else "at least "
    why = "" if found.whole else ". A part of the ball lies outside of the slice or was not measured"
    return f"ε-sharpness {least}{found.percent:.3g} %", f"{tip}{why}"


def _share(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.0995 else f"{100 * share:.0f} %"


def _text(number: float) -> str:
    return f"{number:.4g}".replace("-", "−")
