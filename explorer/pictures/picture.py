"""A picture of a landscape, without a window."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.landscape import Landscape
from explorer.gl.graphics import check_side, windowless_context
from explorer.ground.arrows import WHY_NOT, why_no_arrows
from explorer.ground.maps import is_shown
from explorer.ground.staging import Stage
from explorer.looks.view import ERROR, LEVEL, View
from explorer.pictures.frame import Frame, compose
from explorer.pictures.output import check_place
from explorer.pictures.placing import pixel_ratio

SAMPLES = 4  # per pixel: a picture has the time
PICTURE_SIZE = (1280, 800)
LARGEST = 8192
DIGITS = 9  # Python reads no numbers of thousands of them


def render_picture(
    landscape: Landscape,
    view: View,
    size: tuple[int, int],
    *,
    scale: int = 1,
    transparent: bool = False,
    title: str = "",
) -> NDArray[np.uint8]:
    """(height, width, 3) picture of what is measured so far, or 4 if ``transparent``: with alpha and no background.

    ``scale`` makes it so many times as large, with everything in it. Raises NoGraphicsError, or as ``check_metric``
    does.
    """
    check_metric(landscape, view)
    ctx = windowless_context()
    try:
        check_side(ctx, max(size) * scale)
        with Frame(ctx, SAMPLES) as frame:
            stage = Stage(landscape, view)
            frame.set_heights(stage.heights, stage.map.measured, stage.paint)
            large = size[0] * scale, size[1] * scale
            shot = compose(stage.scene, view, large, pixel_ratio(size) * scale, caption=title, ground=stage.heights)
            return frame.pixels(shot, transparent=transparent)
    finally:
        ctx.release()


def check_metric(landscape: Landscape, view: View) -> None:
    """Raises BadInputError when the view asks for a metric, map or arrows that the landscape has not."""
    for wish, others in ((view.metric, ()), (view.colour.metric, (ERROR, LEVEL))):
        if wish is not None and wish not in (*landscape.metrics, *others):
            known = ", ".join((*landscape.metrics, *others))
            raise BadInputError(f"{landscape.name}: has no metric {wish}; choose one of {known}")
        if wish is not None and wish in landscape.maps and not is_shown(landscape, wish):
            raise BadInputError(f"{landscape.name}: {wish} is not measured on a whole level yet; let it be measured on")
    if view.arrows and (why := why_no_arrows(landscape)):
        hint = "; basin sample RUN --curvature plane measures it" if why.startswith(WHY_NOT) else ""
        raise BadInputError(f"{landscape.name}: no arrows: {why}{hint}")


def parse_size(text: str, scale: int = 1) -> tuple[int, int]:
    """ "1280x800" → (1280, 800). Raises BadInputError, also where so many times as much is too large."""
    width, _, height = text.lower().partition("x")
    if not all(n.isdecimal() and len(n) < DIGITS and 16 <= int(n) <= LARGEST for n in (width, height)):
        raise BadInputError(f"--size {text}: give width x height in pixels, 16 to {LARGEST} each, such as 1280x800")
    if max(int(width), int(height)) * scale > LARGEST:
        raise BadInputError(f"--scale {scale}: {text} would be more than {LARGEST} pixels a side; give less of either")
    return int(width), int(height)


def picture_path(path: Path, endings: Sequence[str] = (".png",)) -> Path:
    """The path, if a picture can be written there. Raises BadInputError before any work is done."""
    if path.suffix.lower() not in endings:
        known = endings[0] if len(endings) == 1 else f"{', '.join(endings[:-1])} or {endings[-1]}"
        raise BadInputError(f"{path}: pictures are written as {known}; give the output that ending")
    check_place(path)
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder, and a {path.suffix} is one file; give another name")
    return path


def write_picture(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write a PNG, whole or not at all."""
    image = Image.fromarray(pixels)
    write_atomically(path, lambda file: image.save(file, format="PNG"))
