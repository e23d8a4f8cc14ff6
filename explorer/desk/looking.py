"""What a landscape's network is asked beyond its surface: what was asked for, what goes on, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compute.landscape import Landscape
from compute.levels import level_points, level_shape, points_per_axis
from compute.maps import GRADIENT_ALPHA, LAMBDA_RATIO
from compute.messages import PLANE, SHARPNESS, SPECTRUM, VERIFY, Inspecting, Sample
from compute.verification import KEY, Outcome, verdicts
from explorer.ground.maps import points_of
from explorer.ground.provenance import mean_over
from explorer.ground.sharpness import KEY as SHARPNESS_KEY
from explorer.worker.status import Status, duration

NOT_WHILE_FOLLOWED = "not while its training is followed; open its folder in a window of its own"

WORDS = {
    VERIFY: "Check critical points",
    PLANE: "Measure curvature in the plane",
    SPECTRUM: "Measure |λmin / λmax|",
    SHARPNESS: "Measure sharpness of the centre",
}
DOING = {
    VERIFY: "checking critical points",
    PLANE: "curvature in the plane",
    SPECTRUM: "|λmin / λmax|",
    SHARPNESS: "sharpness of the centre",
}
_MAPS = {PLANE: GRADIENT_ALPHA, SPECTRUM: LAMBDA_RATIO}  # one that stands for all of an inspection


@dataclass(frozen=True)
class Asked:
    """One thing that a plane is to be looked into for, and in which folder the plane is."""

    folder: Path
    what: str
    landscape: Landscape = field(compare=False)
    ordered: bool = False  # whether the worker was started for it
    told: bool = False  # whether the worker was asked
    heard: bool = False  # whether it said anything of it since


@dataclass(frozen=True)
class Looking:
    """How it stands with one landscape. ``why_not`` says why nothing more can be asked, "" where it can; ``asked`` is
    what was asked for and is not done, ``now`` what goes on."""

    why_not: str = ""
    asked: frozenset[str] = frozenset()
    now: Inspecting | None = None
    paused: bool = False

    def goes_on(self, what: str) -> bool:
        """Whether it was asked for and is not done yet."""
        return what in self.asked or (self.now is not None and self.now.what == what)


def in_work(status: Status, plane: str | None) -> Inspecting | None:
    """What a worker is at in a plane."""
    now = status.inspecting
    return now if now is not None and status.running and now.plane == plane and now.done < now.total else None


def is_done(message: Inspecting) -> bool:
    """Whether that was the last of an inspection."""
    return message.done >= message.total


def share_done(looking: Looking, what: str) -> float:
    """From 0 to 1."""
    now = looking.now
    return now.done / max(now.total, 1) if now is not None and now.what == what else 0.0


def progress_line(looking: Looking, what: str) -> str:
    """How far it is, and for how long it goes on."""
    now = looking.now
    if now is None or now.what != what:
        return f"{DOING[what]}: waiting for the worker"
    left = "paused" if looking.paused else f"{duration(now.seconds_left)} left"
    return f"{DOING[what]}: {now.done:,} of {now.total:,}, {left}"


def found_line(landscape: Landscape, what: str) -> str:
    """What came of it so far; "" where nobody asked."""
    if what == VERIFY:
        return _verified(landscape)
    name = _MAPS.get(what)
    if name is None or name not in landscape.maps:
        return ""
    examples = landscape.maps[name].get("examples")
    behind = f", {mean_over(examples)}" if isinstance(examples, int) else ""
    return f"{DOING[what]}: {points_of(landscape, name):,} of {curvature_nodes(landscape):,} points{behind}"


def is_complete(landscape: Landscape, what: str) -> bool:
    """Whether asking again would find out nothing. Critical points may have become others."""
    if what == SHARPNESS:
        return isinstance(landscape.provenance.get(SHARPNESS_KEY), Mapping)
    name = _MAPS.get(what)
    return name in landscape.maps and points_of(landscape, name) >= curvature_nodes(landscape)


def curvature_points(shape: tuple[int, int]) -> int:
    """Points per axis of the level at which curvature is measured: the usual number, or else the most below it that
    the grid has, or the fewest."""
    known = level_points(shape)
    return next((points for points in known if points <= Sample.inspect_points), known[-1])


def curvature_nodes(landscape: Landscape) -> int:
    """How many points that level has."""
    shape = landscape.domain.shape
    rows, columns = level_shape(shape, (points_per_axis(shape) - 1) // (curvature_points(shape) - 1))
    return rows * columns


def _verified(landscape: Landscape) -> str:
    entry = landscape.provenance.get(KEY)
    if not isinstance(entry, Mapping):
        return ""
    outcomes = [verdict.outcome for verdict in verdicts(landscape.provenance)]
    if not outcomes:
        return "no critical point stands out, so none was checked"
    left_out = entry.get("left_out")
    more = isinstance(left_out, int) and left_out > 0
    asked = f"that stand out{' most' if more else ''}"  # from noise, whatever the threshold shows
    parts = [f"verified {outcomes.count(Outcome.VERIFIED)} of {len(outcomes)} {asked}"]
    parts += [f"{outcomes.count(each)} {each.value}" for each in (Outcome.MOVED, Outcome.REFUTED) if each in outcomes]
    parts += [f"{left_out} less persistent not asked"] if more else []
    return ", ".join(parts)
