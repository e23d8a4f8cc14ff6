"""What a film costs beyond drawing its pictures at 1280x800, and whether memory stays flat over 2,000 of them."""

import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.report import line
from compute.folder import open_folder
from explorer.gl.graphics import windowless_context
from explorer.looks.view import View
from explorer.pictures.film import SAMPLES, record
from explorer.pictures.flights import turntable
from explorer.pictures.frame import Frame
from explorer.pictures.instants import Take
from explorer.pictures.reel import shot_of, staged
from explorer.resources import resource

TAKE = Take(seconds=2.0, fps=30, size=(1280, 800))
TARGET_RATIO = 2.0
PICTURES, SETTLED, SMALL = 2000, 200, (320, 200)
MOST_GROWTH = 8.0  # MB
PAGES_PER_MB = 256
ENDINGS = (".mp4", ".webm", ".gif")


def run() -> None:
    """Pictures a second of each kind of film, and the growth of the process."""
    alone = drawn()
    line("drawing alone, 1280x800, 4 samples", TAKE.count / alone, "/s", "one", 1.0)
    for ending in ENDINGS:
        filmed = recorded(ending)
        line(f"recording a {ending[1:]}", TAKE.count / filmed, "/s", "drawing alone", TAKE.count / alone)
        line("  times as long as drawing", filmed / alone, "x", "target at most", TARGET_RATIO)
    line(f"growth of memory over {PICTURES} pictures of a film", growth(), "MB", "target at most", MOST_GROWTH)


def drawn() -> float:
    """Seconds for the pictures of the film, left on the graphics card; without the first, which compiles shaders."""
    ctx = windowless_context()
    with Frame(ctx, SAMPLES) as frame:
        landscape = open_folder(resource("assets", "ready"))
        start = 0.0
        for number, (instant, stage) in enumerate(staged(turntable(landscape, View(), TAKE), TAKE)):
            frame.set_heights(stage.heights, stage.map.measured, stage.paint)
            frame.draw(shot_of(instant, stage, TAKE.size, title="A film", counter=True))
            ctx.finish()
            start = start if number else time.perf_counter()
        spent = time.perf_counter() - start
    ctx.release()
    return spent * TAKE.count / (TAKE.count - 1)


def recorded(ending: str) -> float:
    """Seconds from the first picture of a film to the whole file."""
    landscape = open_folder(resource("assets", "ready"))
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"film{ending}")
        record(landscape, View(), path, TAKE.seconds, lambda share: times.append(time.perf_counter()), fps=TAKE.fps,
               size=TAKE.size, title="A film")  # fmt: skip
    return (time.perf_counter() - times[0]) * TAKE.count / (TAKE.count - 1)


def growth() -> float:
    """MB that the process grew by between the pictures SETTLED and PICTURES of one film."""
    landscape = open_folder(resource("assets", "ready"))
    resident: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        record(landscape, View(), Path(folder, "film.mp4"), PICTURES / 30, lambda share: resident.append(_resident()),
               fps=30, size=SMALL, title="")  # fmt: skip
    return max(islice(resident, SETTLED, None)) - resident[SETTLED]


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) / PAGES_PER_MB
