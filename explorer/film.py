"""A flythrough as H.264 film, on a frame clock: the same landscape gives the same frames."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from compute.atomic import move
from compute.errors import BadInputError
from compute.landscape import Landscape
from explorer.camera import Camera
from explorer.frame import Frame, compose
from explorer.graphics import windowless_context
from explorer.picture import pixel_ratio
from explorer.staging import Stage
from explorer.view import View

FPS = 30
SIZE = (1280, 720)  # yuv420p needs even sides
CODEC_ADVICE = "pip install 'loss-basin[video]'"


def flight(camera: Camera, share: float) -> Camera:
    """One turn around the target while the camera sinks from a high view and comes nearer; share in [0, 1]."""
    eased = share * share * (3 - 2 * share)
    return replace(
        camera,
        azimuth=camera.azimuth + 360 * eased,
        elevation=58 + (camera.elevation - 58) * eased,
        distance=camera.distance * (1.12 - 0.12 * eased),
    )


def record(
    landscape: Landscape, view: View, path: Path, seconds: float = 6.0, progress: Callable[[float], None] | None = None
) -> None:
    """Write a flythrough; the file is there whole or not at all.

    Raises BadInputError when the codec library is missing, NoGraphicsError without OpenGL.
    """
    try:
        import av  # noqa: PLC0415  optional: only films need it
    except ImportError:
        raise BadInputError(f"{path}: films need PyAV, which is not installed; {CODEC_ADVICE}") from None
    frames = round(seconds * FPS)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=".mp4")
    os.close(handle)
    temporary = Path(name)
    ctx = windowless_context()
    try:
        with Frame(ctx) as frame, av.open(name, "w") as container:
            stream = container.add_stream("libx264", rate=FPS)
            stream.width, stream.height = SIZE
            stream.pix_fmt = "yuv420p"
            stream.options = {"crf": "18", "preset": "veryfast"}
            stream.codec_context.time_base = Fraction(1, FPS)
            for primaries in ("colorspace", "color_primaries", "color_trc"):
                setattr(stream.codec_context, primaries, 1)  # bt709, or players guess
            stage = Stage(landscape, view)
            frame.set_heights(stage.heights, stage.map.measured)
            for k in range(frames):
                moved = replace(view, camera=flight(view.camera, k / max(frames - 1, 1)))
                pixels = frame.pixels(compose(stage.scene, moved, SIZE, pixel_ratio(SIZE)))
                picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                container.mux(stream.encode(picture.reformat(format="yuv420p", dst_colorspace="ITU709")))
                if progress:
                    progress((k + 1) / frames)
            container.mux(stream.encode(None))
        move(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
        ctx.release()
