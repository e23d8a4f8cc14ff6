"""The flight of a window as it is worked on: which keyframe is meant, where the film is, and whether it is played."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from explorer.camera.camera import Camera
from explorer.camera.splines import Track, camera_at
from explorer.desk import keyframing
from explorer.desk.panes import Panes
from explorer.looks.theme import THEMES
from explorer.pictures.keyframes import CONSTANT, EASED, FlightFile, said_at, step_at
from explorer.writing.flight_lines import FlightLines, flight_lines

NUDGE = 0.1  # seconds that a key moves a keyframe, or the film, by
SECONDS = 6.0  # of a ready-made way


@dataclass(frozen=True, eq=False)
class Way:
    """Where the camera is along a flight, and when: seconds of the film (n,) and times among the keyframes (n,)."""

    flight: FlightFile
    track: Track
    seconds: np.ndarray
    times: np.ndarray


class Flying:
    """Edits the flight that the panes keep, each a step of their history, and leads the camera along it. ``moment``
    tells up to which step of the training the path is shown, None for all of it, and ``show_until`` changes that."""

    def __init__(
        self, panes: Panes, moment: Callable[[], float | None], show_until: Callable[[float | None], None]
    ) -> None:
        self._panes, self._moment, self._show_until = panes, moment, show_until
        self.shown = False  # whether the timeline is
        self.playing = False
        self.time = 0.0  # where the film is, on the clock of the keyframes
        self._chosen: int | None = None
        self._played = 0.0  # seconds of the film
        self._led: Camera | None = None  # the camera that was led there last: another one is the hand's
        self._growing = False  # whether the path is shown up to a step of the flight
        self._before: float | None = None  # up to which step it was before
        self._way: Way | None = None
        self._lines: tuple[tuple[object, ...], FlightLines | None] = ((), None)

    @property
    def flight(self) -> FlightFile:
        """The keyframes in order."""
        return self._panes.flight

    @property
    def count(self) -> int:
        """The number of keyframes."""
        return len(self.flight.keyframes)

    @property
    def selected(self) -> int | None:
        """The keyframe that is meant."""
        return self._chosen if self._chosen is not None and self._chosen < self.count else None

    @property
    def seconds(self) -> float:
        """How long the film is."""
        return self.flight.seconds if self.count else 0.0

    @property
    def elapsed(self) -> float:
        """Seconds of the film at the time where it is."""
        way = self._track()
        return float(np.interp(self.time, way.times, way.seconds)) if way else 0.0

    @property
    def caption(self) -> str:
        """What is said where the film is."""
        return said_at(self.flight.keyframes, self.time)

    # ── keyframes ─────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, flight: FlightFile) -> None:
        """Another flight in place of the one before, such as one out of a file."""
        self._keep(keyframing.begun(flight))
        self.stop()
        self.shown, self._chosen, self.time = True, 0 if flight.keyframes else None, 0.0

    def add(self) -> None:
        """A keyframe of the camera as it is, where the film is or behind the one there."""
        count = self.count
        flight, place = keyframing.added(self.flight, self.time, self._panes.bound_for, self._moment())
        self.shown = True
        if len(flight.keyframes) > count:
            self._keep(flight)
        self._stand_at(place)

    def update(self) -> None:
        """The keyframe that is meant gets the camera as it is."""
        place = self.selected
        if place is not None:
            key = replace(self.flight.keyframes[place], camera=self._panes.bound_for, step=self._moment())
            self._keep(keyframing.changed(self.flight, place, key))

    def delete(self) -> None:
        """The keyframe that is meant goes; the one before it is meant then."""
        place = self.selected
        if place is not None:
            self._keep(keyframing.without(self.flight, place))
            self._stand_at(max(place - 1, 0) if self.count else None)

    def clear(self) -> None:
        """All keyframes go."""
        self._keep(keyframing.NOTHING)
        self._stand_at(None)

    def caption_it(self, text: str) -> None:
        """What the film says from the keyframe that is meant on."""
        place = self.selected
        if place is not None:
            key = replace(self.flight.keyframes[place], caption=text)
            self._keep(keyframing.changed(self.flight, place, key))

    def move(self, time: float, gesture: object) -> None:
        """The keyframe that is meant, at another time; beyond another one it changes places with it."""
        place = self.selected
        if place is not None:
            flight, self._chosen = keyframing.moved(self.flight, place, time)
            self._keep(flight, gesture)
            self.time = self.flight.keyframes[self._chosen].time

    def settle(self, gesture: object) -> None:
        """A keyframe was let go of: the flight begins at 0."""
        self._keep(keyframing.begun(self.flight), gesture)
        if self.selected is not None:
            self.time = self.flight.keyframes[self.selected].time

    def nudge(self, direction: int) -> None:
        """Move the keyframe that is meant by a little; past a neighbour, where there is one that near."""
        place = self.selected
        if place is None:
            return
        keys = self.flight.keyframes
        goal = keys[place].time + direction * NUDGE
        beyond = place + direction
        if 0 <= beyond < len(keys) and (keys[beyond].time - goal) * direction < keyframing.GAP:
            goal = keys[beyond].time + direction * keyframing.GAP
        gesture = ("nudge", place)
        self.move(goal, gesture)
        self.settle(gesture)

    def last(self, seconds: float) -> None:
        """Make the whole flight so long."""
        share = (self.time - self._first) / self.seconds if self.seconds else 0.0
        self._keep(keyframing.lasting(self.flight, seconds))
        self.time = self._first + share * self.seconds

    def keep_speed(self, constant: bool) -> None:
        """One speed throughout, or each keyframe at its time."""
        self._keep(replace(self.flight, speed=CONSTANT if constant else EASED))

    def lay(self, name: str) -> None:
        """A ready-made way in place of the keyframes. Raises BadInputError where there is none here."""
        stage = self._panes.pane.stage
        view = replace(self._panes.view, camera=self._panes.bound_for)
        self.put(keyframing.laid(name, stage.landscape, view, SECONDS))

    # ── where the film is ─────────────────────────────────────────────────────────────────────────────────────────

    def choose(self, place: int) -> None:
        """Mean a keyframe, and glide to it."""
        if 0 <= place < self.count:
            self._stand_at(place)
            self._panes.fly_to(self.flight.keyframes[place].camera)

    def choose_by(self, steps: int) -> None:
        """The next keyframe but so many, or back; from between two of them the one beside."""
        times = [key.time for key in self.flight.keyframes]
        place = bisect_right(times, self.time) - 1 if steps > 0 else bisect_left(times, self.time)
        self.choose(min(max(place + steps, 0), len(times) - 1))

    def seek(self, time: float) -> None:
        """Look at a time of the film: the camera is where it will be then."""
        self.stop()
        self._lead(time)
        if (on := keyframing.at(self.flight, self.time)) is not None and self.flight.keyframes[on].time == self.time:
            self._chosen = on

    def play(self) -> None:
        """Show the film as fast as it will be, from where it is, or from its start once it is at its end."""
        if self.playing:
            self.stop()
        elif self.count > 1:
            self.playing = True
            self._played = self.elapsed if self.elapsed < self.seconds - 1e-6 else 0.0
            self._lead(self._first if self._played == 0.0 else self.time)

    def stop(self) -> None:
        """Stay where the film is."""
        self.playing = False
        if self._growing:
            self._growing = False
            self._show_until(self._before)

    def advance(self, seconds: float) -> bool:
        """Let time pass; True while the film is played. A hand on the camera ends that."""
        if not self.playing:
            return False
        way = self._track()
        if way is None or self._panes.motion.moving or self._panes.pane.camera != self._led:
            self.stop()
            return True
        self._played += seconds
        self._lead(float(np.interp(self._played, way.seconds, way.times)))
        if self._played >= self.seconds:
            self.stop()
        return True

    def lines(self) -> FlightLines | None:
        """The way in the scene, while it is worked on and not played."""
        way = self._track() if self.shown and not self.playing else None
        if way is None:
            return None
        camera, theme = self._panes.pane.camera, self._panes.view.theme
        known = (way, self.selected, theme, camera)
        if self._lines[0] != known:
            self._lines = known, flight_lines(way.track, self.selected, camera, THEMES[theme])
        return self._lines[1]

    @property
    def _first(self) -> float:
        return self.flight.keyframes[0].time if self.count else 0.0

    def _keep(self, flight: FlightFile, gesture: object = None) -> None:
        self._panes.keep_flight(flight, gesture)

    def _stand_at(self, place: int | None) -> None:
        self.stop()
        self._chosen = place
        self.time = self._first if place is None else self.flight.keyframes[place].time

    def _track(self) -> Way | None:
        flight = self.flight
        if self._way is None or self._way.flight is not flight:
            track = keyframing.way_of(flight)
            self._way = Way(flight, track, *keyframing.clock(flight, track)) if track else None
        return self._way

    def _lead(self, time: float) -> None:
        """The camera and the path are as at a time of the film."""
        way = self._track()
        if way is None:
            return
        self.time = min(max(time, float(way.track.times[0])), float(way.track.times[-1]))
        self._panes.carry(camera_at(way.track, self.time))
        self._led = self._panes.pane.camera
        step = step_at(self.flight.keyframes, self.time)
        if step is not None:
            self._before = self._before if self._growing else self._moment()
            self._growing = True
            self._show_until(step)
