"""What a film says beside the picture: its title, and a counter of step and loss."""

import math

from compute.landscape import Landscape, Trajectory
from explorer.gl.lettering import text_size
from explorer.ground.scene import Label
from explorer.looks.theme import THEMES
from explorer.writing.annotations import CAPTION_PT, CAPTION_SIDE_PT
from explorer.writing.ticks import tick_label

COUNTER_PT, ROW_PT, APART_PT = 13.0, 19.0, 9.0


def title_of(landscape: Landscape) -> str:
    """What a landscape calls itself."""
    title = landscape.provenance.get("title")
    return title if isinstance(title, str) and title else landscape.name


def counted(path: Trajectory, number: int) -> tuple[tuple[str, str], ...]:
    """Step and loss of a checkpoint, as far as they are known: its true loss, else that of the plane under it."""
    values = (float(path.loss[number]), float(path.plane_loss[number]))
    loss = next((value for value in values if math.isfinite(value)), None)
    step = float(path.step[number])
    rows = [("step", f"{round(step):,}")] if math.isfinite(step) else []
    return (*rows, ("loss", tick_label(float(f"{loss:.3g}")))) if loss is not None else tuple(rows)


def counter_labels(
    said: tuple[tuple[str, str], ...], theme: str, size: tuple[int, int], ratio: float, *, below_title: bool
) -> list[Label]:
    """Rows at the upper left: names, and values in a column of their own, so that nothing jumps when they change."""
    strong, side = THEMES[theme].strong, CAPTION_SIDE_PT * ratio
    top = size[1] - side - (1.6 * CAPTION_PT * ratio if below_title else 0.0)
    column = max((text_size(name, round(COUNTER_PT * ratio))[0] for name, _ in said if name), default=0)
    beside = column + APART_PT * ratio if column else 0.0
    labels: list[Label] = []
    for k, (name, value) in enumerate(said):
        y = top - k * ROW_PT * ratio
        labels.append(Label(name, side, y, (0.0, 1.0), COUNTER_PT))
        labels.append(Label(value, side + beside, y, (0.0, 1.0), COUNTER_PT, strong, "SemiBold"))
    return [label for label in labels if label.text]
