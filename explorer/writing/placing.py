"""Where text goes in the picture: boxes of labels, and what keeps them from touching."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from compute.landscape import Floats
from explorer.gl.lettering import text_size
from explorer.ground.scene import Box, Instances, Label
from explorer.writing.skyline import NO_GROUND

UPRIGHT = 90.0  # degrees: text that is read from below to above
PLATE_APART_PT = 14.0  # text that is nearer to other text has one plate with it
SIDES_PT = 6.0  # labels keep so far from the sides of the picture


@dataclass(frozen=True, eq=False)
class Sheet:
    """The picture that text is written on. Lengths in pixels, but for the ratio: pixels per point."""

    size: tuple[int, int]
    ratio: float
    clip: Floats  # (4, 4) world → clip
    left: float = 0.0  # what is covered there, by the panel
    top: float = 0.0  # by the menu
    kept: Box | None = None  # something is said there at times: text is elsewhere, where it can
    ground: Floats = field(default_factory=lambda: NO_GROUND)  # (n, 2) where the surface is

    @property
    def covered(self) -> list[Box]:
        """What lies over the picture."""
        width, height = self.size
        return [(0.0, 0.0, self.left, float(height)), (0.0, height - self.top, float(width), float(height))]


def box_of(label: Label, ratio: float) -> Box:
    """Where a level or an upright label lies."""
    width, height = text_size(label.text, round(label.size * ratio), label.weight)
    if label.angle == UPRIGHT:  # around its middle
        return label.x - height / 2, label.y - width / 2, label.x + height / 2, label.y + width / 2
    left, bottom = label.x - label.align[0] * width, label.y - label.align[1] * height
    return left, bottom, left + width, bottom + height


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than their rims."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def is_clear(box: Box, boxes: Iterable[Box]) -> bool:
    """Whether a box touches none of the others."""
    return not any(overlap(box, other) for other in boxes)


def plates_under(boxes: Iterable[Box], ratio: float) -> Instances:
    """(n, 4) what boxes of text take of the picture: those that are beside and near to each other together. What is
    above another box is not: a title is wider than its bar."""
    near, plates = PLATE_APART_PT * ratio, list(boxes)
    for _ in range(len(plates)):
        joined: list[Box] = []
        for box in plates:
            others = [k for k, other in enumerate(joined) if _gap(box, other) < near and _is_beside(box, other)]
            parts = [box, *(joined[k] for k in others)]
            joined = [other for k, other in enumerate(joined) if k not in others]
            lefts, bottoms, rights, tops = zip(*parts, strict=True)
            joined.append((min(lefts), min(bottoms), max(rights), max(tops)))
        if len(joined) == len(plates):
            break
        plates = joined
    return np.array(plates, np.float32).reshape(-1, 4)


def room_around(box: Box, boxes: Iterable[Box], inside: Sheet | None = None) -> float:
    """Pixels from a box to the nearest of the others, or to the sides of the picture; less than 0 over them."""
    width, height = inside.size if inside else (np.inf, np.inf)
    to_sides = min(box[0], box[1], width - box[2], height - box[3]) if inside else np.inf
    return float(min([to_sides, *(_gap(box, other) for other in boxes)]))


def _is_beside(a: Box, b: Box) -> bool:
    """Whether some of both is equally high in the picture."""
    return a[1] < b[3] and b[1] < a[3]


def _gap(a: Box, b: Box) -> float:
    return max(b[0] - a[2], a[0] - b[2], b[1] - a[3], a[1] - b[3])


def without_overlaps(labels: Sequence[Label], ratio: float, taken: Sequence[Box] = ()) -> list[Label]:
    """The labels that can be read: the larger ones first, then each that touches none before it and nothing taken."""
    kept: list[Label] = []
    boxes = list(taken)
    for label in sorted(labels, key=lambda label: -label.size):
        box = box_of(label, ratio)
        if is_clear(box, boxes):
            kept.append(label)
            boxes.append(box)
    return kept
