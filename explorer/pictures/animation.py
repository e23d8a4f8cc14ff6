"""GIF and APNG: one palette for the film, so its pictures are kept in a temporary file until the last is known."""

import tempfile
import zlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from explorer.pictures.instants import Take
from explorer.pictures.palette import count, indices, nearest, palette, tally
from explorer.pictures.reel import Pixels
from explorer.pictures.unfinished import unfinished

FORMATS = {".gif": "gif", ".apng": "apng"}
ENDLESS = {"gif": {"loop": "0"}, "apng": {"plays": "0"}}
LENGTH = 8  # bytes that say how long the next picture is


def write_animation(path: Path, pictures: Iterable[Pixels], take: Take, codec: str) -> None:
    """One film that begins again at its end, whole or not at all. Raises OSError on a full disk."""
    try:
        with tempfile.TemporaryFile(dir=path.absolute().parent) as spool:
            found = tally()
            for pixels in pictures:
                count(found, pixels)
                _keep(spool, pixels)
            spool.seek(0)
            colours = palette(found)
            container = FORMATS[path.suffix.lower()]
            with unfinished(path) as half, half.open("wb") as file:
                _encode(file, _kept(spool, take), take, container, colours)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None  # not the nameless file


def _keep(spool: IO[bytes], pixels: Pixels) -> None:
    packed = zlib.compress(pixels.tobytes(), 1)
    spool.write(len(packed).to_bytes(LENGTH, "little") + packed)


def _kept(spool: IO[bytes], take: Take) -> Iterator[Pixels]:
    width, height = take.size
    while length := int.from_bytes(spool.read(LENGTH), "little"):
        yield np.frombuffer(zlib.decompress(spool.read(length)), np.uint8).reshape(height, width, 3)


def _encode(
    file: IO[bytes], pictures: Iterable[Pixels], take: Take, container: str, colours: NDArray[np.uint8]
) -> None:
    import av  # noqa: PLC0415  optional: only films need it

    near = nearest(colours)
    opaque = np.column_stack([np.full(256, 255, np.uint8), colours])
    with av.open(file, "w", format=container, options=ENDLESS[container]) as film:
        stream: Any = film.add_stream(container, rate=take.fps)
        stream.width, stream.height = take.size
        stream.pix_fmt = "pal8"
        stream.codec_context.time_base = Fraction(1, take.fps)
        for pixels in pictures:
            paletted: Any = indices(pixels, near), opaque
            picture = av.VideoFrame.from_ndarray(paletted, format="pal8")
            film.mux(stream.encode(picture))
        film.mux(stream.encode(None))
