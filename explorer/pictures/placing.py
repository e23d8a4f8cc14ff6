"""Cameras for pictures without a window: the landscape just in the picture, from wherever it is seen."""

from dataclasses import replace

import numpy as np

from compute.landscape import Domain, Landscape
from explorer.camera.camera import Camera, Margins
from explorer.camera.steering import fit, fit_around
from explorer.ground.heights import extent_world
from explorer.ground.scene import relief_world
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.writing.annotations import BAR_SHARE, bar_rectangle

AXES_PT = 52.0  # room for numbers and names around
ROOMY = 1.10  # a map fills its rectangle, and its corner would be under the colour bar's title


def fitted(
    camera: Camera,
    domain: Domain,
    relief: float,
    size: tuple[int, int],
    ratio: float,
    *,
    bar: bool = True,
    around: bool = False,
) -> Camera:
    """The camera, moved along its direction until a landscape of this height is just in the picture; with ``around``
    it stays in there, clear of the colour bar, while it is turned, and turns about its own middle."""
    width, depth = (side / 2 for side in extent_world(domain))
    bar_room = size[0] - bar_rectangle(size, ratio)[0] if bar else 0.0
    margins, text = Margins(right=bar_room * BAR_SHARE), AXES_PT * ratio
    if around:
        hidden = 2 * (bar_room - margins.right)  # of the free area, as much at the left as the bar takes at the right
        return fit_around(camera, float(np.hypot(width, depth)), relief, size, margins, around=text, beside=hidden)
    corners = np.array([(x, y, z) for x in (-width, width) for y in (-depth, depth) for z in (0.0, relief)])
    return fit(camera, corners, size, margins, around=text)


def pixel_ratio(size: tuple[int, int]) -> float:
    """Pixels per point, so that text and lines keep their share of a large or small picture."""
    return min(max(min(size[0] / 1280, size[1] / 800), 0.6), 8.0)


def framed(
    view: View, landscape: Landscape, size: tuple[int, int], *, around: bool = False, ratio: float | None = None
) -> View:
    """The view, from so near that the landscape fills the picture; a line is seen as it always is. ``ratio`` are the
    pixels per point, None: as suits the size."""
    if landscape.domain.is_line:
        return view
    relief = 0.0 if view.flat else relief_world(view, Stage(landscape, view).map.scale)
    ratio = pixel_ratio(size) if ratio is None else ratio
    camera = fitted(view.camera, landscape.domain, relief, size, ratio, bar=view.colour_bar, around=around)
    roomy = ROOMY if view.is_map and view.colour_bar else 1.0
    return replace(view, camera=replace(camera, distance=roomy * camera.distance))
