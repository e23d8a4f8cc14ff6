"""Which critical points a person means: the one that is pointed at, and up to two that were chosen."""

import numpy as np

from compute.landscape import Floats
from explorer.ground.critical import Place, is_minimum
from explorer.ground.marks import critical_marks, to_uv
from explorer.ground.scene import NO_PICK, UV, Instances, Picked
from explorer.ground.staging import Stage
from explorer.ground.ways import Ways, ways

MOST = 2


class Selection:
    """Chosen points are known by their places. One that the landscape has no longer, or that is hidden, is passed over
    as long as that is so."""

    def __init__(self) -> None:
        self.chosen: tuple[Place, ...] = ()
        self.pointed: Place | None = None  # as of the last frame
        self.fly: Place | None = None  # where the camera is asked to go
        self._found: Place | None = None  # that was pointed at in this frame
        self._unseen: Place | None = None  # chosen elsewhere than in the list, which is still to show it
        self._ways: tuple[tuple[object, ...], Ways | None] = ((), None)
        self._picked: tuple[tuple[object, ...], Picked] = ((), NO_PICK)

    def point_at(self, place: Place) -> None:
        """The pointer is on this one, in the scene, the list or a plot."""
        self._found = place

    def follow(self) -> None:
        """A frame is over: what was pointed at in it is what is pointed at."""
        self.pointed, self._found = self._found, None

    def reveal(self) -> Place | None:
        """What the list has to scroll to; asked once."""
        place, self._unseen = self._unseen, None
        return place

    def choose(self, place: Place, *, adding: bool = False, reveal: bool = False) -> None:
        """This one alone; ``adding`` it as the second one, or taking away what was chosen already. ``reveal``: it was
        chosen elsewhere than in the list."""
        self._unseen = place if reveal else None
        if adding and place in self.chosen:
            self.chosen = tuple(other for other in self.chosen if other != place)
        else:
            self.chosen = (*self.chosen[:1], place) if adding else (place,)

    def clear(self) -> None:
        """None is meant."""
        self.chosen, self.pointed, self.fly = (), None, None

    def present(self, stage: Stage) -> tuple[Place, ...]:
        """Those chosen that are shown."""
        return tuple(place for place in self.chosen[:MOST] if is_shown(stage, place))

    def ways(self, stage: Stage) -> Ways | None:
        """The ways between two minima, where two are chosen."""
        chosen = self.present(stage)
        key = (stage.critical, chosen)
        if self._ways[0] != key:
            both = len(chosen) == MOST and all(is_minimum(stage.critical, place) for place in chosen)
            self._ways = key, ways(stage.critical, *chosen) if both else None
        return self._ways[1]

    def picked(self, stage: Stage) -> Picked:
        """How they are drawn; the same as long as nothing changes."""
        chosen = self.present(stage)
        key = (stage.critical, stage.scene, chosen)
        if self._picked[0] != key:
            self._picked = key, _picked(stage, chosen, self.ways(stage)) if chosen else NO_PICK
        return self._picked[1]


def is_shown(stage: Stage, place: Place) -> bool:
    """Whether a critical point of the surface stands out there."""
    number = stage.critical.number(place)
    return number is not None and bool(stage.standing.shown[number])


def uv_of(stage: Stage, place: Place) -> UV:
    """A place in shares of the domain."""
    u, v = to_uv(stage.landscape.domain, *np.array([place]).T)[0].tolist()
    return u, v


def _picked(stage: Stage, chosen: tuple[Place, ...], found: Ways | None) -> Picked:
    critical, domain = stage.critical, stage.landscape.domain
    points = tuple(critical.points[number] for place in chosen if (number := critical.number(place)) is not None)
    marks = critical_marks(domain, points, stage.verdicts)
    if found is None:
        return Picked(marks)

    def on_ground(way: Floats) -> Instances:
        return to_uv(domain, *way.T).astype(np.float32)

    passes = () if found.at is None else (uv_of(stage, found.at),)
    return Picked(marks, passes, on_ground(found.straight), on_ground(found.lowest))
