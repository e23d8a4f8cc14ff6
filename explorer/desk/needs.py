"""What actions need to do anything at all, and what is said where it is missing."""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.desk.desk import Desk
from explorer.ground.arrows import why_no_arrows
from explorer.ground.runs import run_paths


@dataclass(frozen=True)
class Need:
    """``why`` says what is missing where the need is not ``met``."""

    met: Callable[[Desk], bool]
    why: str


def is_followed(desk: Desk) -> bool:
    """Whether the landscape in view is of a training that is being followed."""
    return desk.live is not None and desk.live.name == desk.name


NOTHING = Need(lambda desk: True, "")
SURFACE = Need(lambda desk: not desk.pane.is_line, "only of a surface; this landscape is a line")
GRAPHICS_CARD = Need(
    lambda desk: not (desk.pane.is_line or desk.pane.software), "only on a graphics card, and of a surface"
)
PATH = Need(lambda desk: bool(run_paths(desk.pane.stage.landscape)), "this landscape has no descent path")
TRAINING = Need(lambda desk: PATH.met(desk) or is_followed(desk), f"{PATH.why}, and so no training curve")
DESCENT = Need(lambda desk: SURFACE.met(desk) and PATH.met(desk), "only of a surface with a descent path")
ARROWS = Need(
    lambda desk: not why_no_arrows(desk.pane.stage.landscape),
    "only of a surface whose gradient was measured; Measure curvature in the plane does that",
)
ASKABLE = Need(
    lambda desk: not desk.looking.why_not, "only of a landscape that basin sample made, and whose checkpoints are there"
)
MEASURED = Need(lambda desk: desk.pane.stage.landscape.measured > 0, "nothing is measured yet")
FOLLOWED = Need(lambda desk: desk.live is not None, "no training is followed")
FITTING = Need(lambda desk: desk.live is not None and desk.measurement.follows, "no training is being followed")
RUNNING = Need(lambda desk: bool(desk.task and desk.task.status.running), "nothing is being measured")
SEVERAL = Need(lambda desk: len(desk.choices()) > 1, "only one landscape is open; open another one first")
SPARE = Need(lambda desk: len(desk.stages) > 1, "the last landscape stays open")
KEYFRAMES = Need(lambda desk: desk.flying.count > 0, "no keyframe yet; add one first (Insert)")
SELECTED = Need(lambda desk: desk.flying.selected is not None, "no keyframe is selected; choose one on the timeline")
SEVERAL_KEYFRAMES = Need(lambda desk: desk.flying.count > 1, "it takes two keyframes to fly; add them with Insert")
FILMING = Need(lambda desk: desk.filming.running, "no film is being recorded")
UNDOABLE = Need(lambda desk: desk.can_undo, "no change of the view to take back")
REDOABLE = Need(lambda desk: desk.can_redo, "nothing was taken back")
