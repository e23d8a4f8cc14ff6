"""Which pictures of a landscape stand in the page, drawn without a window."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from compute.landscape import Domain, Landscape
from compute.maps import LAMBDA_RATIO
from compute.reading.measured import Measured
from compute.reading.told import apart, counted, told
from explorer.camera.camera import MAP
from explorer.gl.graphics import windowless_context
from explorer.ground.heights import extent_world
from explorer.ground.maps import is_shown, metric_word
from explorer.ground.runs import run_names
from explorer.ground.staging import Stage
from explorer.looks.view import ERROR, Colouring, View
from explorer.pictures.frame import Frame, compose
from explorer.pictures.picture import SAMPLES, check_metric
from explorer.pictures.placing import framed

WIDE, WIDE_RATIO = (1120, 640), 1.05  # pixels, and pixels per point: shown somewhat smaller
MAP_WIDTH, MAP_RATIO = 800, 1.3  # shown half as large
BESIDE, AROUND = 250, 165  # of a map, for axes and colour bar
LOWEST, HIGHEST = 420, 880
ROOMY = 1.07  # for the long names of a map's colours
THEMES: Mapping[str, tuple[str, ...]] = {"auto": ("light", "dark"), "light": ("light",), "dark": ("dark",)}


@dataclass(frozen=True)
class Picture:
    """A picture in one theme or two: PNG files by theme. ``alt`` says what is to be seen on it."""

    files: Mapping[str, bytes]
    caption: str
    alt: str


@dataclass(frozen=True)
class Wish:
    """A picture that is to be drawn."""

    view: View
    size: tuple[int, int]
    ratio: float
    caption: str
    alt: str


def wishes(landscape: Landscape, measured: Measured, metric: str | None = None) -> tuple[Wish, ...]:
    """What is worth drawing: the view of the window, the map, error bars, and curvature where it was measured."""
    view = View(metric=metric)
    seen = f"{_name(landscape, metric)} {_shape(measured)}"
    if measured.is_line:
        return (Wish(view, WIDE, WIDE_RATIO, "The line as it was measured.", f"Curve: {seen}."),)
    flat, size = replace(view, camera=MAP, flat=True, legend=False), _map_size(landscape.domain)
    found = [
        Wish(view, WIDE, WIDE_RATIO, "The surface, as the window shows it.", f"Surface in three dimensions: {seen}."),
        Wish(
            flat,
            size,
            MAP_RATIO,
            _map_caption(measured, len(run_names(landscape))),
            f"Map: {seen}.",
        ),
    ]
    if measured.error_share is not None:
        how = f"at most {told(measured)['error']}" if math.isfinite(measured.error_share) else "somewhere large"
        found.append(
            Wish(
                replace(flat, colour=Colouring("magma", ERROR)),
                size,
                MAP_RATIO,
                "How well it is known: the error bar of each cell. Dark is good.",
                f"Map of the error bars, {how}.",
            )
        )
    if is_shown(landscape, LAMBDA_RATIO):
        found.append(
            Wish(
                replace(flat, colour=Colouring("cividis", LAMBDA_RATIO)),
                size,
                MAP_RATIO,
                "|λmin / λmax| of the Hessian over all weights: where it is high, the full loss is not convex.",
                f"Map of the ratio of eigenvalues, above a tenth at {measured.ratio_over} of {measured.ratio_points}.",
            )
        )
    return tuple(found)


def _map_caption(m: Measured, runs: int) -> str:
    """What the map has marks for."""
    kinds = [
        name for name, count in (("▼ minima", m.minima), ("◆ saddles", m.saddles), ("▲ maxima", m.maxima)) if count
    ]
    path = "the path from yellow to cyan" if runs == 1 else f"the paths of {runs} runs, each in a colour of its own"
    if m.connected:
        path = "the curve and the straight line between the two networks"
    parts = ["isolines with their values", *([", ".join(kinds)] if kinds else []), *([path] if m.checkpoints else [])]
    return f"The map: {'; '.join(parts)}."


def drawn(landscape: Landscape, wanted: Sequence[Wish], themes: Sequence[str]) -> list[Picture]:
    """Draw them. Raises BadInputError for a metric that the landscape has not, NoGraphicsError."""
    ctx = windowless_context()
    try:
        with Frame(ctx, SAMPLES) as frame:
            return [_picture(frame, landscape, wish, themes) for wish in wanted]
    finally:
        ctx.release()


def _picture(frame: Frame, landscape: Landscape, wish: Wish, themes: Sequence[str]) -> Picture:
    check_metric(landscape, wish.view)
    view = framed(wish.view, landscape, wish.size, ratio=wish.ratio)
    if view.is_map:
        view = replace(view, camera=replace(view.camera, distance=ROOMY * view.camera.distance))
    stage = Stage(landscape, view)
    frame.set_heights(stage.heights, stage.map.measured, stage.paint)
    shots = {theme: compose(stage.scene, replace(view, theme=theme), wish.size, wish.ratio) for theme in themes}
    files = {theme: _png(frame.pixels(shot)) for theme, shot in shots.items()}
    return Picture(files, wish.caption, wish.alt)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def _map_size(domain: Domain) -> tuple[int, int]:
    """As high as the proportions of the domain ask for, with room for axes."""
    width, depth = extent_world(domain)
    return MAP_WIDTH, round(min(max((MAP_WIDTH - BESIDE) * depth / width + AROUND, LOWEST), HIGHEST))


def _name(landscape: Landscape, metric: str | None) -> str:
    return metric_word(metric or landscape.main_name)


def _shape(m: Measured) -> str:
    """What there is to be seen, in a few words."""
    if m.lowest is None or m.highest is None:
        return "of which nothing is measured"
    counts = [
        counted(count, one, many)
        for count, one, many in (
            (m.minima, "minimum", "minima"),
            (m.saddles, "saddle", "saddles"),
            (m.maxima, "maximum", "maxima"),
        )
        if count
    ]
    path = f", and a path of {counted(m.checkpoints, 'checkpoint', 'checkpoints')}" if m.checkpoints else ""
    low, high = apart(m.lowest, m.highest)
    return f"from {low} to {high}{', with ' if counts else ''}{', '.join(counts)}{path}"
