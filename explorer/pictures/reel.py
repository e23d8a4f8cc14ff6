"""From instants to pixels: the ground eases from one landscape to the next by the clock of the film."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from explorer.gl.graphics import check_side
from explorer.ground.scene import Shot
from explorer.ground.staging import Stage
from explorer.pictures.frame import Frame, compose
from explorer.pictures.instants import Instant, Take
from explorer.pictures.placing import pixel_ratio
from explorer.pictures.telling import counter_labels

Pixels = NDArray[np.uint8]


def pictures(
    ctx: moderngl.Context, instants: Iterable[Instant], take: Take, *, title: str, counter: bool, samples: int
) -> Generator[Pixels, None, None]:
    """(height, width, 3) of each instant. More samples than the driver takes at once come of larger pictures.

    Raises BadInputError for pictures that are larger than the driver can draw.
    """
    factor = 1 if samples <= max(ctx.max_samples, 1) else 2
    check_side(ctx, max(take.size) * factor)
    with Frame(ctx, 0 if samples == 1 else samples // factor**2) as frame:
        for instant, stage in staged(instants, take):
            frame.set_heights(stage.heights, stage.map.measured, stage.paint)
            pixels = frame.pixels(shot_of(instant, stage, take.size, factor, title=title, counter=counter))
            yield pixels if factor == 1 else halved(pixels)


def staged(instants: Iterable[Instant], take: Take) -> Iterator[tuple[Instant, Stage]]:
    """Each instant with the ground as it is then."""
    stage: Stage | None = None
    for instant in instants:
        if stage is None:
            stage = Stage(instant.landscape, instant.view, instant.moment)
        elif stage.landscape is not instant.landscape:
            before, stage = stage, Stage(instant.landscape, instant.view, instant.moment)
            stage.rise_from(before)
        stage.show_until(instant.moment)
        stage.advance(1 / take.fps)
        yield instant, stage


def shot_of(
    instant: Instant, stage: Stage, size: tuple[int, int], factor: int = 1, *, title: str, counter: bool
) -> Shot:
    """What is drawn of an instant, so many times as large, with title and counter at the upper left."""
    ratio, view = pixel_ratio(size) * factor, instant.view
    large = size[0] * factor, size[1] * factor
    said = counter_labels(instant.said if counter else (), view.theme, large, ratio, below_title=bool(title))
    shot = compose(
        stage.scene, view, large, ratio, caption=title, said=said, marked=instant.marked, ground=stage.heights
    )
    return replace(shot, line_text=instant.line_text)


def halved(pixels: Pixels) -> Pixels:
    """Means of 2 x 2 pixels."""
    height, width, channels = pixels.shape
    blocks = pixels.reshape(height // 2, 2, width // 2, 2, channels).astype(np.uint16)
    means: Pixels = ((blocks.sum(axis=(1, 3)) + 2) // 4).astype(np.uint8)
    return means
