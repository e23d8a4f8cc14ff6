"""What moves the camera while the hand does not: flights from one camera to another, and the swing after a drag."""

import math
from dataclasses import replace

import numpy as np

from explorer.camera.camera import Camera
from explorer.camera.steering import Turn, orbit, wrapped

FLIGHT_SECONDS = 0.35
SWING_SECONDS = 0.22  # time constant of the decay
REST = 3.0  # degrees per second: what is slower stops


class Motion:
    """At rest, in flight, or swinging. Time is what the caller's frame clock passes."""

    def __init__(self) -> None:
        self._flight: tuple[Camera, Camera, float] | None = None  # from, to, seconds under way
        self._swing: tuple[float, float] | None = None  # degrees per second to the right and up
        self._turn: Turn = orbit

    @property
    def moving(self) -> bool:
        """Whether the camera is under way by itself."""
        return self._flight is not None or self._swing is not None

    @property
    def goal(self) -> Camera | None:
        """Where a flight ends."""
        return self._flight[1] if self._flight else None

    def start(self, start: Camera, end: Camera) -> None:
        """Fly from here to there."""
        self.stop()
        self._flight = (start, end, 0.0) if start != end else None

    def throw(self, right: float, up: float, turn: Turn = orbit) -> None:
        """Let go of a drag that turned by so many degrees a second."""
        self.stop()
        self._swing = (right, up) if math.hypot(right, up) > REST else None
        self._turn = turn

    def advance(self, camera: Camera, seconds: float) -> Camera | None:
        """The camera so many seconds later; None at rest."""
        if self._flight:
            return self._fly(seconds)
        return self._swung(camera, seconds) if self._swing else None

    def stop(self) -> None:
        """Stay here."""
        self._flight = self._swing = None

    def _fly(self, seconds: float) -> Camera:
        assert self._flight is not None
        start, end, spent = self._flight
        spent += seconds
        self._flight = (start, end, spent) if spent < FLIGHT_SECONDS else None
        return between(start, end, spent / FLIGHT_SECONDS)

    def _swung(self, camera: Camera, seconds: float) -> Camera:
        """The velocity falls exponentially, so that the way does not depend on how time is cut into frames."""
        assert self._swing is not None
        right, up = self._swing
        left = math.exp(-seconds / SWING_SECONDS)
        way = SWING_SECONDS * (1 - left)
        self._swing = (right * left, up * left) if math.hypot(right, up) * left > REST else None
        return self._turn(camera, right * way, up * way)


def between(start: Camera, end: Camera, share: float) -> Camera:
    """The camera on the way: eased, the shorter way round, each moment nearer by the same factor. With and without
    perspective the target is equally large, so that a change between them is made where it is seen least: at once when
    perspective begins, at last when it ends."""
    if share >= 1:
        return end
    eased = share * share * (3 - 2 * share)
    growth = math.log(end.distance / start.distance)
    # The target goes as the distance does, so that what keeps its place in the picture does so on the way as well.
    way = math.expm1(growth * eased) / math.expm1(growth) if growth else eased
    x, y, z = (np.asarray(start.target) * (1 - way) + np.asarray(end.target) * way).tolist()
    return replace(
        start,
        azimuth=wrapped(start.azimuth + wrapped(end.azimuth - start.azimuth) * eased),
        elevation=start.elevation + (end.elevation - start.elevation) * eased,
        roll=wrapped(start.roll + wrapped(end.roll - start.roll) * eased),
        distance=start.distance * math.exp(growth * eased),
        target=(x, y, z),
        orthographic=start.orthographic and end.orthographic,
    )
