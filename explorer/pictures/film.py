"""A landscape as a film, on a clock of its own: the same landscape gives the same pictures."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from compute.errors import BadInputError
from compute.landscape import Landscape
from explorer.gl.graphics import windowless_context
from explorer.looks.view import View
from explorer.pictures.flights import turntable
from explorer.pictures.instants import Flight, Take
from explorer.pictures.kinds import check_film, kind_of
from explorer.pictures.picture import check_metric
from explorer.pictures.reel import Pixels, pictures
from explorer.pictures.telling import title_of

SIZE = (1280, 720)
SECONDS, MOST_SECONDS = 6.0, 3600.0
SAMPLES = 4  # per pixel

Progress = Callable[[float], None]


def record(
    landscape: Landscape,
    view: View,
    path: Path,
    seconds: float = SECONDS,
    progress: Progress | None = None,
    *,
    flight: Flight = turntable,
    fps: int | None = None,
    size: tuple[int, int] = SIZE,
    samples: int = SAMPLES,
    title: str | None = None,
    counter: bool = True,
    codec: str = "",
) -> None:
    """Write a film; the file is there whole or not at all. Its ending says what it is: .mp4, .webm, .gif, .apng, or
    none, for a folder of pictures.

    ``title`` None is what the landscape calls itself, "" none; ``counter`` is what the flight says of each moment.
    Raises BadInputError when the codec library is missing, nothing can be written there, the view asks for a metric
    that is not there or the flight for a path, or the film is too long; NoGraphicsError without OpenGL; OSError on a
    full disk.
    """
    codec = check_film(path, size, codec, fps)
    check_metric(landscape, view)
    if not 0 < seconds <= MOST_SECONDS:
        raise BadInputError(f"{path}: a film of {seconds:g} seconds; give it more than 0 and at most {MOST_SECONDS:g}")
    kind = kind_of(path)
    take = Take(seconds, fps or kind.fps, size)
    said = title_of(landscape) if title is None else title
    instants = flight(landscape, view, take)
    ctx = windowless_context()
    try:
        with closing(pictures(ctx, instants, take, title=said, counter=counter, samples=samples)) as drawn:
            kind.write(path, _counted(drawn, take, progress), take, codec)
    finally:
        ctx.release()


def _counted(drawn: Iterator[Pixels], take: Take, progress: Progress | None) -> Iterator[Pixels]:
    for number, pixels in enumerate(drawn, 1):
        yield pixels
        if progress:
            progress(number / take.count)
