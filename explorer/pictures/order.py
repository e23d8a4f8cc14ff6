"""What film is wanted, as a process is told that makes it: one line of JSON in, and one for each news out."""

import json
from dataclasses import dataclass
from pathlib import Path

from explorer.looks.plain import from_plain, to_plain
from explorer.looks.view import View
from explorer.pictures.keyframes import FlightFile


@dataclass(frozen=True)
class FilmOrder:
    """A film of the landscape in a file or folder. ``flight`` is the name of one, or keyframes; ``fitted``: the camera
    as near as has all of the landscape in the picture. Files are absolute."""

    landscape: Path
    output: Path
    view: View
    flight: str | FlightFile = "turntable"
    trajectory: Path | None = None  # a descent path from a file of its own
    seconds: float = 6.0
    fps: int = 30
    size: tuple[int, int] = (1280, 720)
    samples: int = 4
    title: str = ""
    counter: bool = True
    fitted: bool = False


@dataclass(frozen=True)
class FilmNews:
    """How far it is, from 0 to 1, and why it ended if that was not as it should."""

    share: float = 0.0
    error: str = ""


def line_of(value: FilmOrder | FilmNews) -> str:
    """One line of JSON."""
    return json.dumps(to_plain(value)) + "\n"


def order_from(line: str) -> FilmOrder:
    """Raises BadInputError for what ``line_of`` does not write."""
    return from_plain(FilmOrder, json.loads(line), "")


def news_from(line: str) -> FilmNews:
    """Raises BadInputError for what ``line_of`` does not write."""
    return from_plain(FilmNews, json.loads(line), "")
