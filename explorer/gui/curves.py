"""The plots beside the scene, and what pointing at them shows on the ground."""

from dataclasses import replace

from explorer.desk.desk import Desk
from explorer.ground.section import Profile, profile
from explorer.gui.panel import MARGIN
from explorer.gui.plots import Plotted, Rectangle, height_of_plots, places_of_plots, section_plot, training_plot
from explorer.looks.theme import Theme


class Curves:
    """Keeps the profile of the cross-section until it, or the ground, is another one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._key: tuple[object, ...] = ()
        self._profile: Profile | None = None

    def height(self, size: tuple[int, int]) -> float:
        """Points at the bottom of a window of this size that the plots take; 0 without any."""
        desk = self._desk
        wanted = desk.view.section is not None or (desk.curve and desk.pane.stage.landscape.trajectory is not None)
        return height_of_plots(size, desk.preferences.size) + 2 * MARGIN if wanted else 0.0

    def draw(self, size: tuple[int, int], left: float, theme: Theme) -> list[Rectangle]:
        """Draw those that are wished for; where they are."""
        desk = self._desk
        path = desk.pane.stage.landscape.trajectory if desk.curve else None
        cut = self._section()
        places = places_of_plots(size, left, (cut is not None) + (path is not None), desk.preferences.size, MARGIN)
        drawn: list[Rectangle] = []
        if cut is not None:
            drawn.append(self._section_plot(cut, places.pop(0), theme))
        if path is not None:
            marked = desk.marked if isinstance(desk.marked, int) else None
            plotted = training_plot(path, marked, places.pop(0), theme)
            desk.curve = plotted.open
            if plotted.checkpoint is not None:
                desk.marked = plotted.checkpoint
            drawn.append(plotted.rectangle)
        elif desk.curve:
            desk.curve = False
            desk.say("this landscape has no descent path, and so no training curve")
        return drawn

    def _section_plot(self, cut: Profile, place: Rectangle, theme: Theme) -> Rectangle:
        desk, stage = self._desk, self._desk.pane.stage
        log = stage.map.scale.log
        plotted: Plotted = section_plot(cut, stage.metric.replace("_", " "), log, place, theme)
        if not plotted.open:
            desk.change(lambda view: replace(view, section=None))
        if plotted.place is not None:
            desk.marked = plotted.place
        return plotted.rectangle

    def _section(self) -> Profile | None:
        """The profile of the active pane's section."""
        desk = self._desk
        section, ground = desk.view.section, desk.pane.stage.map
        if section is None:
            self._key, self._profile = (), None
            return None
        key = (section, ground)
        if len(self._key) != 2 or self._key[0] != section or self._key[1] is not ground:
            self._key, self._profile = key, profile(ground, section)
        return self._profile
