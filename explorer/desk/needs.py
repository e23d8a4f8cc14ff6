"""What actions need to do anything at all, and what is said where it is missing."""

from collections.abc import Callable
from dataclasses import dataclass

from compute.messages import PLANE
from explorer.desk.desk import Desk
from explorer.desk.looking import NOT_WHILE_FOLLOWED, WORDS
from explorer.desk.modes import Tool
from explorer.ground.arrows import WHY_NOT as NO_GRADIENT
from explorer.ground.arrows import why_no_arrows
from explorer.ground.runs import run_paths


@dataclass(frozen=True)
class Need:
    """``why`` says what is missing where the need is not ``met``, or finds it out."""

    met: Callable[[Desk], bool]
    why: str | Callable[[Desk], str]

    def missing(self, desk: Desk) -> str:
        """What is missing."""
        return self.why if isinstance(self.why, str) else self.why(desk)


def is_followed(desk: Desk) -> bool:
    """Whether the landscape in view is of a training that is being followed."""
    return desk.live is not None and desk.live.name == desk.name


def is_measurable(desk: Desk) -> bool:
    """Whether more of the landscape in view can be measured, if only by the training that it follows."""
    return desk.looking.why_not in ("", NOT_WHILE_FOLLOWED)


def no_gradient(desk: Desk) -> str:
    """Why there are no arrows, and whether that can be helped."""
    why = why_no_arrows(desk.pane.stage.landscape)
    if not why.startswith(NO_GRADIENT):
        return why
    return f"{why}, and cannot be" if desk.looking.why_not else f"{why}; {WORDS[PLANE]} does that"


NOTHING = Need(lambda desk: True, "")
SURFACE = Need(lambda desk: not desk.pane.is_line, "only of a surface; this landscape is a line")
GRAPHICS_CARD = Need(
    lambda desk: not (desk.pane.is_line or desk.pane.software), "only on a graphics card, and of a surface"
)
PATH = Need(lambda desk: bool(run_paths(desk.pane.stage.landscape)), "this landscape has no descent path")
TRAINING = Need(lambda desk: PATH.met(desk) or is_followed(desk), f"{PATH.why}, and so no training curve")
DESCENT = Need(lambda desk: SURFACE.met(desk) and PATH.met(desk), "only of a surface with a descent path")
ARROWS = Need(lambda desk: not why_no_arrows(desk.pane.stage.landscape), no_gradient)
ASKABLE = Need(lambda desk: not desk.looking.why_not, lambda desk: desk.looking.why_not)
MEASURABLE = Need(is_measurable, ASKABLE.why)
REFINABLE = Need(
    lambda desk: desk.tool is Tool.REFINE or (SURFACE.met(desk) and MEASURABLE.met(desk)),
    lambda desk: (MEASURABLE if SURFACE.met(desk) else SURFACE).missing(desk),
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
