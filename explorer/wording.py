"""What is known about a place, in words."""

import math

from compute.reconstruction import Reconstruction
from explorer.picking import Reading
from explorer.staging import Stage


def reading_line(reading: Reading | None, stage: Stage) -> str:
    """What the pointer is on, in words."""
    if reading is None:
        return ""
    place = f"α {reading.alpha:.4g}   β {reading.beta:.4g}".replace("-", "−")
    if reading.state in ("diverged", "not measured"):
        return f"{place}   {reading.state}"
    doubt = "" if reading.state == "measured" else error_bar(stage.map.nodes)
    return f"{place}   {stage.scene.metric} {reading.loss:.4g}{doubt}   {reading.state}"


def error_bar(nodes: Reconstruction) -> str:
    """The surplus of a level in words: a difference, a percentage, or where that would be silly a factor."""
    if not math.isfinite(nodes.surplus):
        return ""
    if not nodes.relative:
        return f" ± {nodes.surplus:.2g}"
    share = math.expm1(nodes.surplus)
    return f" ± {100 * share:.2g} %" if share < 0.5 else f" within a factor of {1 + share:.2g}"
