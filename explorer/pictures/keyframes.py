"""Flights from files: keyframes of the camera, by time.

    {"format": 1, "kind": "flight", "keyframes": [{"time": 0, "camera": {…}}, {"time": 2.5, "camera": {…}}]}

A camera is what Ctrl+C in the window copies. A keyframe may have a ``caption``, said from there on, and a ``step``, up
to which the path is shown; between two that have one it goes on evenly. ``"speed": "constant"`` at the top keeps one
speed throughout; else each keyframe is passed at its time, with rest at both ends. Where the last one has a caption,
the film stays there for 1.5 seconds more, so that it can be read.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from compute.errors import BadInputError
from compute.landscape import Landscape
from explorer.camera.camera import Camera
from explorer.camera.splines import camera_at, even_times, track
from explorer.looks.limits import check_view
from explorer.looks.plain import from_plain, to_plain
from explorer.looks.view import View
from explorer.pictures.instants import Flight, Instant, Take, shares

FORMAT, KIND, ENDING = 1, "flight", ".flight.json"
EASED, CONSTANT = "eased", "constant"
MAX_BYTES, MOST = 2**22, 1000
READING = 1.5  # seconds that a caption at the end of a film is there for


@dataclass(frozen=True)
class Keyframe:
    """Where the camera is at a time, in seconds."""

    time: float
    camera: Camera
    caption: str = ""
    step: float | None = None


@dataclass(frozen=True)
class FlightFile:
    """What the file holds."""

    keyframes: tuple[Keyframe, ...]
    speed: str = EASED
    format: int = FORMAT
    kind: str = KIND

    @property
    def seconds(self) -> float:
        """From the first keyframe to the last."""
        return self.keyframes[-1].time - self.keyframes[0].time

    @property
    def film_seconds(self) -> float:
        """How long a film of it is: the flight, and the time to read what is said at its end."""
        return self.seconds + (READING if self.seconds and self.keyframes[-1].caption else 0.0)


def read_flight(path: Path) -> FlightFile:
    """Raises BadInputError naming the file, and the place in it, for whatever is no flight."""
    try:
        with path.open("rb") as file:
            plain = json.loads(file.read(MAX_BYTES))
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; give the name of a flight or a file of keyframes") from None
    except (ValueError, RecursionError, OSError) as error:
        raise BadInputError(f"{path}: cannot be read as JSON ({error})") from None
    version = plain.get("format") if isinstance(plain, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise BadInputError(f"{path}: format {version} is newer than this Basin reads ({FORMAT}); upgrade loss-basin")
    try:
        found = from_plain(FlightFile, plain, "")
        check_flight(found)
    except BadInputError as error:
        raise BadInputError(f"{path}: {error}") from None
    return found


def flight_text(flight: FlightFile) -> str:
    """The file of a flight."""
    return json.dumps(to_plain(flight), indent=2) + "\n"


def along_keyframes(flight: FlightFile) -> Flight:
    """The flight through the keyframes, slower or faster as the film is longer or shorter than they say."""

    def fly(landscape: Landscape, view: View, take: Take) -> Iterator[Instant]:
        keys = flight.keyframes
        times = np.array([key.time for key in keys])
        way = track([key.camera for key in keys], times.tolist())
        spent = np.array(shares(take)) * flight.film_seconds
        places = times[0] + np.minimum(spent, flight.seconds)
        if flight.speed == CONSTANT:
            under_way = spent < flight.seconds
            places[under_way] = even_times(way, int(under_way.sum()) + 1)[:-1]
        for time in places.tolist():
            seen = replace(view, camera=camera_at(way, time))
            caption = said_at(keys, time)
            yield Instant(landscape, seen, step_at(keys, time), said=(("", caption),) if caption else ())

    return fly


def check_flight(flight: FlightFile) -> None:
    """Raises BadInputError, which names the place, for what the types do not say."""
    keys = flight.keyframes
    if flight.kind != KIND:
        raise BadInputError(f'kind: expected "{KIND}"')
    if flight.speed not in (EASED, CONSTANT):
        raise BadInputError(f"speed: expected {EASED} or {CONSTANT}")
    if not 1 <= len(keys) <= MOST:
        raise BadInputError(f"keyframes: give 1 to {MOST} of them")
    for k, key in enumerate(keys):
        check_view(View(camera=key.camera), f"keyframes[{k}]")
        if k and not key.time > keys[k - 1].time:
            raise BadInputError(f"keyframes[{k}].time: {key.time:g} is not after {keys[k - 1].time:g}")


def said_at(keys: Sequence[Keyframe], time: float) -> str:
    """The caption that is shown at a time; empty without one."""
    return next((key.caption for key in reversed(keys) if key.caption and key.time <= time + 1e-9), "")


def step_at(keys: Sequence[Keyframe], time: float) -> float | None:
    """The step of the training up to which the path is shown at a time; None: all of it."""
    known = [(key.time, key.step) for key in keys if key.step is not None]
    return float(np.interp(time, [at for at, _ in known], [step for _, step in known])) if known else None
