"""Time from the end of the training to the first full coarse surface on the screen."""

from benchmarks.frames import notes
from benchmarks.report import line

TARGET_SECONDS = 3.0


def run() -> None:
    """One demo: 25 points of 256 examples, reconstruction and drawing included."""
    seen = notes()
    waited = seen["on screen"] - seen["trained"]
    line("end of training to first live surface on screen", waited, "s", "target", TARGET_SECONDS)
