"""Arrows of a map for papers: where it goes steepest down."""

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import project
from explorer.ground.scene import Instances, Shot
from explorer.layers.arrows import HEAD_PT, WIDTH_PT, arrow_ends, spacing
from explorer.looks.theme import Rgb
from explorer.pictures.drawing import Area

RIM_PT = 0.6
HEAD_SHARE = 0.7  # of a short arrow


def arrow_areas(shot: Shot) -> list[Area]:
    """Those of a flat map, as the pictures have them."""
    if not len(shot.scene.arrows.rows):
        return []
    ends = arrow_ends(shot.scene.arrows, shot.extent, spacing(shot))
    tails, tips = _pixels(shot, ends[:, :2]), _pixels(shot, ends[:, 2:])
    colour, rim, ratio = shot.theme.arrow, shot.theme.casing, shot.pixel_ratio
    return [arrow_area(tail, tip, colour, rim, ratio) for tail, tip in zip(tails, tips, strict=True)]


def arrow_area(tail: Floats, tip: Floats, colour: Rgb, rim: Rgb, ratio: float) -> Area:
    """The outline of one, (2,) points from tail to tip, of so much of the usual size."""
    way = tip - tail
    length = max(float(np.linalg.norm(way)), 1e-6)
    along, across = way / length, np.array([-way[1], way[0]]) / length
    scale = min(ratio, HEAD_SHARE * length / HEAD_PT[0])
    neck, wing, half = length - scale * HEAD_PT[0], scale * HEAD_PT[1], 0.5 * ratio * WIDTH_PT
    half = min(half, 0.6 * wing)
    side = [(0.0, half), (neck, half), (neck, wing)]
    outline = np.array([*side, (length, 0.0), *((x, -y) for x, y in reversed(side))])
    return Area(tail + outline @ np.stack([along, across]), colour, rim, ratio * RIM_PT)


def _pixels(shot: Shot, uv: Instances) -> Floats:
    world = np.column_stack([(uv - 0.5) * shot.extent, np.zeros(len(uv))]).astype(np.float64)
    return project(shot.clip, world, shot.size)[:, :2]
