"""What the panel and its sections are about."""

from dataclasses import dataclass, field

from explorer.desk.looking import Looking
from explorer.desk.selection import Selection
from explorer.ground.staging import Stage
from explorer.gui.fields import Drafts
from explorer.looks.settings import Links, Preferences
from explorer.looks.theme import Theme
from explorer.looks.view import View
from explorer.worker.status import Status


@dataclass(frozen=True)
class Board:
    """What the panel shows; ``status`` is None where nothing is being measured, ``planes`` are to choose from."""

    view: View
    stage: Stage
    plane: str
    planes: tuple[str, ...]
    status: Status | None
    links: Links
    preferences: Preferences
    panes: int  # that are side by side
    theme: Theme
    drafts: Drafts
    selection: Selection
    looking: Looking
    requests: list[str] = field(default_factory=list)  # inspections that were asked for in this frame
    leaves: list[str] = field(default_factory=list)  # and those that are wanted no longer

    @property
    def is_line(self) -> bool:
        """Whether it is a curve and no surface."""
        return self.stage.scene.domain.is_line


@dataclass(frozen=True)
class Wishes:
    """What the user asked for in one frame of the panel; ``gesture`` is the same as long as one control is held."""

    view: View
    plane: str
    links: Links
    preferences: Preferences
    paused: bool = False
    restart: bool = False
    rectangle: tuple[float, float, float, float] = field(default=(0.0, 0.0, 0.0, 0.0))  # left, top, right, bottom
