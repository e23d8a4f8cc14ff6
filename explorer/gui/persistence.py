"""The strip with persistence diagram and merge tree."""

from imgui_bundle import ImVec2, imgui

from compute.topology.merge_tree import MergeTree, merge_tree
from explorer.desk.desk import Desk
from explorer.ground.critical import Critical
from explorer.ground.diagram import Dots, dots
from explorer.ground.staging import Stage
from explorer.ground.tree import Twig, dendrogram
from explorer.gui.diagram import Diagram
from explorer.gui.pinned import Pins
from explorer.gui.plots import Rectangle, begin_strip
from explorer.gui.tree import MOST_TWIGS, draw_tree
from explorer.looks.theme import Theme

STRIP = "Persistence"


class Persistence:
    """Keeps what it draws until the surface or the threshold is another one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._diagram = Diagram()
        self._of: Critical | None = None  # what the next two are of
        self._dots: Dots | None = None
        self._tree: MergeTree | None = None
        self._laid: tuple[object, ...] = ()  # what the twigs are of
        self._twigs: tuple[Twig, ...] = ()
        self._gesture: object = None  # the step of undo of a threshold that is dragged

    def draw(self, place: Rectangle, theme: Theme) -> Rectangle:
        """Draw both side by side; where they are."""
        desk, stage = self._desk, self._desk.pane.stage
        rectangle, stays, shown = begin_strip(f"Persistence diagram and merge tree###{STRIP}", place)
        if shown and stage.standing.points:
            found, twigs = self._numbers(stage)
            size = ImVec2((imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2, -1)
            wished = self._diagram.draw(stage, found, Pins(stage, desk.selection), size, theme)
            imgui.same_line()
            draw_tree(stage, twigs, Pins(stage, desk.selection), size, theme)
            self._take(wished)
        elif shown:
            imgui.text_wrapped("No critical points yet: nothing is measured.")
        imgui.end()
        desk.persistence = stays
        return rectangle

    def _take(self, threshold: float | None) -> None:
        """The threshold that is dragged to; one drag is one step of undo."""
        desk = self._desk
        if not self._diagram.held:
            self._gesture = None
        elif threshold is not None and threshold != desk.view.threshold:
            self._gesture = self._gesture or object()
            desk.set_threshold(threshold, self._gesture)

    def _numbers(self, stage: Stage) -> tuple[Dots, tuple[Twig, ...]]:
        critical = stage.critical
        if self._dots is None or self._tree is None or self._of is not critical:
            self._of, self._dots, self._tree = critical, dots(critical), merge_tree(critical.level, critical.surface)
        laid = (critical, stage.standing.threshold)
        if self._laid != laid:
            shown = stage.standing.shown.tolist()
            self._laid, self._twigs = laid, dendrogram(self._tree, shown.__getitem__, MOST_TWIGS)
        return self._dots, self._twigs
