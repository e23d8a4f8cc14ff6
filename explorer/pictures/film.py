"""A flythrough as H.264 film, on a frame clock: the same landscape gives the same frames."""

import importlib.util
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import IO

import moderngl
import numpy as np
from numpy.typing import NDArray

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.landscape import Landscape
from explorer.camera.camera import Camera
from explorer.gl.graphics import windowless_context
from explorer.ground.scene import suited
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.pictures.frame import Frame, compose
from explorer.pictures.picture import check_metric, pixel_ratio

FPS = 30
SIZE = (1280, 720)  # yuv420p needs even sides
HIGHER, STEEPEST = 16.0, 80.0  # degrees: how far above its end a flight begins, and what it does not go beyond
CODEC_ADVICE = "pip install 'loss-basin[video]'"


def flight(camera: Camera, share: float) -> Camera:
    """One turn around the target while the camera sinks from a high view and comes nearer; share in [0, 1]."""
    eased = share * share * (3 - 2 * share)
    return replace(
        camera,
        azimuth=camera.azimuth + 360 * eased,
        elevation=min(camera.elevation + HIGHER * (1 - eased), max(camera.elevation, STEEPEST)),
        distance=camera.distance * (1.12 - 0.12 * eased),
    )


def sway(camera: Camera, share: float) -> Camera:
    """Once to either side of a line and back, a little higher on the way: seen end on there would be nothing of it."""
    turn = math.tau * share
    lift = 0.5 - 0.5 * math.cos(2 * turn)
    azimuth, elevation = camera.azimuth + 38 * math.sin(turn), camera.elevation + 14 * lift
    return replace(camera, azimuth=azimuth, elevation=elevation, distance=camera.distance * (1 + 0.12 * lift))


def check_codec(path: Path) -> None:
    """Raises BadInputError, naming the film, when the codec library is missing."""
    if importlib.util.find_spec("av") is None:
        raise BadInputError(f"{path}: films need PyAV, which is not installed; {CODEC_ADVICE}")


def record(
    landscape: Landscape, view: View, path: Path, seconds: float = 6.0, progress: Callable[[float], None] | None = None
) -> None:
    """Write a flythrough; the file is there whole or not at all.

    Raises BadInputError when the codec library is missing or the view asks for a metric that is not there,
    NoGraphicsError without OpenGL, OSError on a full disk.
    """
    check_codec(path)
    check_metric(landscape, view)
    ctx = windowless_context()
    try:
        pictures = _pictures(ctx, landscape, view, round(seconds * FPS))
        write_atomically(path, lambda file: _encode(file, pictures, round(seconds * FPS), progress))
    finally:
        ctx.release()


def _pictures(ctx: moderngl.Context, landscape: Landscape, view: View, frames: int) -> Iterator[NDArray[np.uint8]]:
    with Frame(ctx) as frame:
        stage = Stage(landscape, view)
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        move = sway if landscape.domain.is_line else flight
        camera = suited(view, landscape.domain).camera
        for k in range(frames):
            moved = replace(view, camera=move(camera, k / max(frames - 1, 1)))
            yield frame.pixels(compose(stage.scene, moved, SIZE, pixel_ratio(SIZE)))


def _encode(
    file: IO[bytes], pictures: Iterator[NDArray[np.uint8]], count: int, progress: Callable[[float], None] | None
) -> None:
    import av  # noqa: PLC0415  optional: only films need it

    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "18", "preset": "veryfast"}
        stream.codec_context.time_base = Fraction(1, FPS)
        for primaries in ("colorspace", "color_primaries", "color_trc"):
            setattr(stream.codec_context, primaries, 1)  # bt709, or players guess
        for k, pixels in enumerate(pictures):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(picture.reformat(format="yuv420p", dst_colorspace="ITU709")))
            if progress:
                progress((k + 1) / count)
        container.mux(stream.encode(None))
