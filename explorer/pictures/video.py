"""MP4 and WebM through PyAV."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from explorer.pictures.instants import Take
from explorer.pictures.reel import Pixels
from explorer.pictures.unfinished import unfinished

BT709 = 1  # primaries, transfer and matrix by the number that the standards give them
VIDEO_RANGE = 1  # 16 to 235
KEY_SECONDS = 2  # between pictures that need no other, so that one can jump there


@dataclass(frozen=True)
class Codec:
    """An encoder of the library, and how good and how fast it is to be."""

    encoder: str
    options: tuple[tuple[str, str], ...]


CODECS = {
    "h264": Codec("libx264", (("crf", "18"), ("preset", "veryfast"))),
    "vp9": Codec(
        "libvpx-vp9", (("crf", "26"), ("b", "0"), ("deadline", "realtime"), ("cpu-used", "6"), ("row-mt", "1"))
    ),
    "av1": Codec("libsvtav1", (("crf", "26"), ("preset", "9"))),
}
CONTAINERS = {".mp4": ("mp4", ("h264", "av1")), ".webm": ("webm", ("vp9", "av1"))}  # the usual codec first
MUXING = {"mp4": {"movflags": "+faststart"}, "webm": {}}  # the table comes first: playing begins before all is loaded


def write_video(path: Path, pictures: Iterable[Pixels], take: Take, codec: str) -> None:
    """One film, whole or not at all. Raises OSError on a full disk."""
    container = CONTAINERS[path.suffix.lower()][0]
    with unfinished(path) as half, half.open("wb") as file:
        _encode(file, pictures, take, container, CODECS[codec])


def _encode(file: IO[bytes], pictures: Iterable[Pixels], take: Take, container: str, codec: Codec) -> None:
    os.environ.setdefault("SVT_LOG", "1")  # errors only: the encoder of AV1 is chatty
    import av  # noqa: PLC0415  optional: only films need it

    with av.open(file, "w", format=container, options=MUXING[container]) as film:
        stream: Any = film.add_stream(codec.encoder, rate=take.fps)
        stream.width, stream.height = take.size
        stream.pix_fmt = "yuv420p"
        stream.options = dict(codec.options)
        stream.codec_context.time_base = Fraction(1, take.fps)
        stream.codec_context.gop_size = KEY_SECONDS * take.fps
        for primaries in ("colorspace", "color_primaries", "color_trc"):
            setattr(stream.codec_context, primaries, BT709)  # or players guess
        stream.codec_context.color_range = VIDEO_RANGE
        for pixels in pictures:
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            film.mux(stream.encode(picture.reformat(format="yuv420p", dst_colorspace="ITU709")))
        film.mux(stream.encode(None))
