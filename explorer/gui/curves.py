"""The plots beside the scene, and what pointing at them shows on the ground."""

from dataclasses import replace

from explorer.desk.desk import Desk
from explorer.desk.live import Live
from explorer.ground.maps import metric_word
from explorer.ground.runs import run_names, run_paths, same_checkpoint
from explorer.ground.section import Profile, profile
from explorer.gui.panel import MARGIN
from explorer.gui.persistence import Persistence
from explorer.gui.plots import Plotted, Rectangle, height_of_plots, places_of_plots, section_plot, training_plot
from explorer.gui.series import Training, training
from explorer.looks.theme import Theme
from explorer.worker.task import READY


class Curves:
    """Keeps the profile of the cross-section until it, or the ground, is another one, and what the training plot draws
    until there is more of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._persistence = Persistence(desk)
        self._key: tuple[object, ...] = ()
        self._profile: Profile | None = None
        self._known: tuple[object, ...] = ()  # what the training was made of
        self._training: Training | None = None

    def height(self, size: tuple[int, int]) -> float:
        """Points at the bottom of a window of this size that the plots take; 0 without any."""
        desk = self._desk
        wanted = desk.view.section is not None or desk.persistence or (desk.curve and self._has_training())
        return height_of_plots(size, desk.preferences.size) + 2 * MARGIN if wanted else 0.0

    def draw(self, size: tuple[int, int], left: float, theme: Theme) -> list[Rectangle]:
        """Draw those that are wished for; where they are."""
        desk = self._desk
        if desk.curve and not self._has_training():
            desk.curve = False
            desk.say("this landscape has no descent path, and so no training curve")
        cut = self._section()
        count = (cut is not None) + desk.curve + 2 * desk.persistence
        places = places_of_plots(size, left, count, desk.preferences.size, MARGIN)
        drawn: list[Rectangle] = []
        if cut is not None:
            drawn.append(self._section_plot(cut, places.pop(0), theme))
        if desk.curve:
            drawn.append(self._training_plot(places.pop(0), theme))
        if desk.persistence:
            right, (start, top, *_) = places
            drawn.append(self._persistence.draw((start, top, *right[2:]), theme))
        return drawn

    def _training_plot(self, place: Rectangle, theme: Theme) -> Rectangle:
        desk, live = self._desk, self._followed()
        training = self._training_drawn(theme, round(place[2] - place[0]))
        shown = desk.pane.stage.runs
        marked = same_checkpoint(shown, desk.marked, training.runs) if isinstance(desk.marked, int) else None
        plotted = training_plot(training, marked, live.moment if live else None, place, theme)
        desk.curve = plotted.open
        if plotted.checkpoint is not None:
            desk.marked = same_checkpoint(training.runs, plotted.checkpoint, shown)
        if live and plotted.moment is not None:
            desk.go_to(plotted.moment)
        return plotted.rectangle

    def _training_drawn(self, theme: Theme, columns: int) -> Training:
        """All of the training whatever moment is looked at, made anew only when there is more of it."""
        land, live = self._desk.pane.stage.landscape, self._followed()
        curves = live.curves if live else {}
        ends = tuple((name, len(curve), curve.loss[-1:].tobytes()) for name, curve in curves.items())
        known = (land, theme, columns, ends)
        if self._training is None or self._known != known:
            own = not (live and self._desk.name == READY)  # the path of an example is another training's
            paths, names = (run_paths(land), run_names(land)) if own else ((), tuple(curves))
            self._known, self._training = known, training(paths, curves, names, theme, columns)
        return self._training

    def _has_training(self) -> bool:
        return bool(run_paths(self._desk.pane.stage.landscape)) or self._followed() is not None

    def _followed(self) -> Live | None:
        """The training that is followed, if its plane, or what stands in for it, is shown."""
        live = self._desk.live
        return live if live is not None and self._desk.name in (live.name, READY) else None

    def _section_plot(self, cut: Profile, place: Rectangle, theme: Theme) -> Rectangle:
        desk, stage = self._desk, self._desk.pane.stage
        log = stage.map.scale.log
        plotted: Plotted = section_plot(cut, metric_word(stage.metric), log, place, theme)
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
