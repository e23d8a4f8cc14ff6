"""What film is chosen in the window, and the order that follows from it."""

from dataclasses import dataclass, replace
from pathlib import Path

from compute.errors import BadInputError
from compute.folder import folder_of
from explorer.desk.desk import Desk
from explorer.desk.needs import DESCENT, PATH, SURFACE
from explorer.pictures.kinds import check_film, kind_of
from explorer.pictures.order import FilmOrder
from explorer.pictures.ready import FLIGHTS
from explorer.pictures.telling import title_of

KEYFRAMES = "the keyframes"
WINDOW = "as the window"
SIZES = ("1280x720", "1920x1080", "2560x1440", "3840x2160", "640x360", "1080x1080", "1080x1920", WINDOW)
FORMATS = {
    ".mp4": "MP4 video",
    ".webm": "WebM video",
    ".gif": "GIF",
    ".apng": "animated PNG",
    "": "folder of PNG files",
}
SECONDS, RATES, SAMPLES = (0.2, 3600.0), (12, 24, 25, 30, 50, 60), (1, 2, 4, 8, 16)
_NEEDS = {"rise": SURFACE, "descent": DESCENT, "refine": SURFACE, "training": PATH}


@dataclass(frozen=True)
class FilmChoice:
    """``seconds`` None: as the keyframes say, or 6; ``rate`` None: as the format is used to."""

    flight: str = KEYFRAMES
    ending: str = ".mp4"
    seconds: float | None = None
    rate: int | None = None
    size: str = SIZES[0]
    samples: int = 4
    title: bool = True
    counter: bool = True
    fitted: bool = False


def flights(desk: Desk) -> list[str]:
    """What can be flown over the landscape in view."""
    own = [KEYFRAMES] if desk.flying.count else []
    return own + [name for name in FLIGHTS if name not in _NEEDS or _NEEDS[name].met(desk)]


def length(choice: FilmChoice, desk: Desk) -> float:
    """Seconds of the film."""
    usual = desk.flight.film_seconds if choice.flight == KEYFRAMES and desk.flying.count else 0.0
    return choice.seconds or usual or FilmOrder.seconds


def size_of(choice: FilmChoice, desk: Desk) -> tuple[int, int]:
    """Pixels of the film; the sides are even, which videos ask for."""
    if choice.size == WINDOW:
        width, height = desk.pane.size
        return max(width - width % 2, 16), max(height - height % 2, 16)
    width, height = (int(side) for side in choice.size.split("x"))
    return width, height


def ordered(choice: FilmChoice, desk: Desk, output: Path) -> FilmOrder:
    """The order for a film of what is in view. Raises BadInputError where that cannot be made or written there."""
    size, pane = size_of(choice, desk), desk.pane
    rate = choice.rate or kind_of(output).fps
    check_film(output, size, fps=rate)
    source, path = _source(desk, choice.flight)
    return FilmOrder(
        landscape=source.absolute(),
        output=output.absolute(),
        view=replace(pane.shown, camera=desk.bound_for),
        flight=desk.flight if choice.flight == KEYFRAMES else choice.flight,
        trajectory=path and path.absolute(),
        seconds=length(choice, desk),
        fps=rate,
        size=size,
        samples=choice.samples,
        title=title_of(pane.stage.landscape) if choice.title else "",
        counter=choice.counter,
        fitted=choice.fitted and choice.flight != KEYFRAMES,
    )


def _source(desk: Desk, flight: str) -> tuple[Path, Path | None]:
    """Where the landscape in view is, and its descent path where that is in a file of its own."""
    if flight == "training" and desk.live is not None and desk.live.name == desk.name:
        return desk.live.fits.folder, None
    file = desk.files.get(desk.name)
    place = file.file if file else folder_of(desk.pane.stage.landscape)
    if place is None:
        raise BadInputError("this landscape is in memory only; export it (Ctrl+E), open that file, and record it")
    return place, file.path if file else None
