"""What is done to the keyframes of a flight: each makes another one. Times are in seconds, to the hundredth."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from compute.atomic import write_atomically
from compute.landscape import Landscape
from explorer.camera.camera import Camera
from explorer.camera.splines import Track, even_times, track
from explorer.camera.steering import level
from explorer.looks.view import View
from explorer.pictures.instants import Take
from explorer.pictures.keyframes import CONSTANT, EASED, ENDING, MOST, FlightFile, Keyframe, flight_text
from explorer.pictures.ready import FLIGHTS

NOTHING = FlightFile(())
STEP = 2.0  # from a keyframe to one that is put behind it
GAP = 0.05  # between two keyframes, at least
LONGEST = 3600.0  # the whole flight
LAID = {"turntable": 8, "rise": 5, "descent": 16}  # ready-made ways, and how many keyframes tell each
CONTINUOUS = "turntable"  # one way ends where it begins, and goes on at one speed
FINE = 1024  # places by which time and way of a flight at one speed are told from each other


def added(flight: FlightFile, time: float, camera: Camera, step: float | None = None) -> tuple[FlightFile, int]:
    """One keyframe more, at this time; the flight and its place in it. On another keyframe it comes halfway to the
    next one, or behind the last. The flight as it is, where it has as many as it can."""
    keys = flight.keyframes
    if len(keys) >= MOST:
        return flight, len(keys) - 1
    on = at(flight, time)
    if on is not None:
        time = keys[on].time + STEP if on == len(keys) - 1 else (keys[on].time + keys[on + 1].time) / 2
    key = Keyframe(_hundredth(time), level(camera), step=step)
    if on is not None and on < len(keys) - 1 and keys[on + 1].time - keys[on].time < 2 * GAP:  # there is no room
        later = [replace(each, time=_hundredth(each.time + STEP)) for each in keys[on + 1 :]]
        key = replace(key, time=_hundredth(keys[on].time + STEP / 2))
        return begun(replace(flight, keyframes=(*keys[: on + 1], key, *later))), on + 1
    return _sorted(flight, keys, key)


def without(flight: FlightFile, place: int) -> FlightFile:
    """One keyframe less; the others stay at their times, but the flight begins with the first of them."""
    return begun(replace(flight, keyframes=flight.keyframes[:place] + flight.keyframes[place + 1 :]))


def changed(flight: FlightFile, place: int, key: Keyframe) -> FlightFile:
    """Another keyframe in the place of one, at its time."""
    keys = flight.keyframes
    key = replace(key, time=keys[place].time, camera=level(key.camera))
    return replace(flight, keyframes=(*keys[:place], key, *keys[place + 1 :]))


def moved(flight: FlightFile, place: int, time: float) -> tuple[FlightFile, int]:
    """A keyframe at another time, which may lie beyond others; the flight and the keyframe's place in it. It begins
    at 0 again only by ``begun``, so that nothing jumps while a keyframe is dragged."""
    keys = flight.keyframes
    others = keys[:place] + keys[place + 1 :]
    return _sorted(flight, others, replace(keys[place], time=_free(others, time)))


def begun(flight: FlightFile) -> FlightFile:
    """The same flight, which begins at 0."""
    keys = flight.keyframes
    if not keys or keys[0].time == 0:
        return flight
    return replace(flight, keyframes=tuple(replace(key, time=_hundredth(key.time - keys[0].time)) for key in keys))


def lasting(flight: FlightFile, seconds: float) -> FlightFile:
    """The same flight, slower or faster throughout; as short as it can be at least."""
    keys = flight.keyframes
    if len(keys) < 2:
        return flight
    wanted = min(max(seconds, GAP * (len(keys) - 1)), LONGEST)
    times = [_hundredth((key.time - keys[0].time) * wanted / flight.seconds) for key in keys]
    for k in range(1, len(times)):
        times[k] = _hundredth(max(times[k], times[k - 1] + GAP))
    return replace(flight, keyframes=tuple(replace(key, time=time) for key, time in zip(keys, times, strict=True)))


def laid(name: str, landscape: Landscape, view: View, seconds: float) -> FlightFile:
    """A ready-made way as keyframes, seen as from this view. Raises BadInputError where there is none, such as a
    descent without a path."""
    count = LAID[name]
    cameras = [instant.view.camera for instant in FLIGHTS[name](landscape, view, Take(float(count), 1))]
    if name == CONTINUOUS:
        cameras.append(cameras[0])
    times = np.linspace(0.0, seconds, len(cameras)).tolist()
    keys = tuple(Keyframe(_hundredth(time), camera) for time, camera in zip(times, cameras, strict=True))
    return FlightFile(keys, CONSTANT if name == CONTINUOUS else EASED)


def is_flight(path: Path) -> bool:
    """Whether a file is one of a flight, by its name."""
    return path.name.lower().endswith(ENDING)


def save_flight(flight: FlightFile, path: Path) -> Path:
    """Write the flight; the file that was written, whose name always ends as those of flights do.

    Raises OSError where that cannot be done; what was there before is then still there.
    """
    target = path if is_flight(path) else path.with_name(f"{path.name}{ENDING}")
    text = flight_text(flight).encode()
    write_atomically(target, lambda file: file.write(text))
    return target


def at(flight: FlightFile, time: float) -> int | None:
    """The keyframe at a time, if there is one."""
    near = (k for k, key in enumerate(flight.keyframes) if abs(key.time - time) < GAP)
    return next(near, None)


def way_of(flight: FlightFile) -> Track | None:
    """Where the camera is at each time; None without keyframes."""
    keys = flight.keyframes
    return track([key.camera for key in keys], [key.time for key in keys]) if keys else None


def clock(flight: FlightFile, way: Track) -> tuple[np.ndarray, np.ndarray]:
    """(n,) seconds of the film, and (n,) times among the keyframes that it is at then: the same, but at one speed."""
    first, last = float(way.times[0]), float(way.times[-1])
    if flight.speed == CONSTANT and last > first:
        return np.linspace(0.0, last - first, FINE), even_times(way, FINE)
    return np.array([0.0, max(last - first, 1e-9)]), np.array([first, last])


def _free(others: Sequence[Keyframe], time: float) -> float:
    """The time nearest to a time that is not too near to any keyframe."""

    def apart(candidate: float) -> bool:
        return all(abs(key.time - candidate) >= GAP - 1e-9 for key in others)

    wanted = _hundredth(min(time, LONGEST))
    beside = (_hundredth(key.time + side * GAP) for key in others for side in (-1, 1))
    free = [candidate for candidate in (wanted, *beside) if apart(candidate)]
    return min(free, key=lambda candidate: abs(candidate - wanted))


def _sorted(flight: FlightFile, others: Sequence[Keyframe], key: Keyframe) -> tuple[FlightFile, int]:
    place = sum(other.time < key.time for other in others)
    return replace(flight, keyframes=(*others[:place], key, *others[place:])), place


def _hundredth(time: float) -> float:
    return round(time, 2) + 0.0
