"""The interface of one window, frame by frame: what is drawn over the scene, and what the user does there."""

from collections.abc import Callable
from pathlib import Path

from imgui_bundle import ImVec2, imgui

from explorer.desk.desk import Desk
from explorer.desk.modes import Dialog, Navigation, Tool
from explorer.desk.point_wording import point_lines
from explorer.desk.screenshot import Pixels
from explorer.desk.selection import uv_of
from explorer.desk.session import is_session
from explorer.desk.wording import reading_line
from explorer.gui.board import Board, Wishes
from explorer.gui.context import Gui
from explorer.gui.curves import Curves
from explorer.gui.dialogs import Dialogs
from explorer.gui.fields import Drafts
from explorer.gui.filming import recording
from explorer.gui.flight import FLIGHT, FlightStrip
from explorer.gui.focus import Focus
from explorer.gui.live import following
from explorer.gui.menu import MenuBar
from explorer.gui.notices import notice_boxes
from explorer.gui.panel import FIXED, MARGIN, WIDTH, panel
from explorer.gui.remembering import RecentFiles
from explorer.gui.shots import Shots
from explorer.gui.style import theme_named
from explorer.gui.timeline import TIMELINE, height_of_timeline, timeline
from explorer.looks.theme import Theme

ROOMY = 2.2  # a window so many panels wide has room for the panel beside the scene
MENU_FROM = 240  # points: a window lower than this has no place for a menu bar
TIP_SECONDS = 0.6  # a pointer that rests this long on a control has been told what there is to tell

HINTS = {
    Tool.SECTION: "drag a line, or set its ends with arrows and Enter: the values along it are drawn; Esc ends it",
    Tool.REFINE: "click, drag a rectangle, or set its corners with arrows and Enter: it is measured first; Esc ends it",
}
ANCHORED = {
    Tool.SECTION: "arrows move the other end, with Shift finer; Enter is done, Esc takes it back",
    Tool.REFINE: "arrows move the other corner, with Shift finer; Enter measures it, Esc takes it back",
}

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom in points from the top left


class Interface:
    """Draws panel, menus, dialogs and plots of a desk. ``covered`` is where they lie, as drawn last."""

    def __init__(self, desk: Desk, gui: Gui) -> None:
        self._desk, self._gui = desk, gui
        self._drafts, self._recent, self._shots = Drafts(), RecentFiles(desk), Shots(desk)
        self._dialogs = Dialogs(desk, self.open_path, self._shots.ask)
        self._curves, self._focus, self._menu = Curves(desk), Focus(gui), MenuBar(desk, self.open_path)
        self._flight = FlightStrip(desk)
        self._gesture = 0  # so many controls have been taken hold of
        self._holding = False
        self._ratio = 1.0  # pixels per point
        self._text = ""  # of the readout
        self._stirred = False  # whether another critical point is pointed at than in the last frame
        self._rested = 0.0  # seconds that the pointer has been on the same control
        self.covered: list[Rectangle] = []

    @property
    def shots(self) -> bool:
        """Whether a picture has been asked for that is still to be taken."""
        return self._shots.asked

    @property
    def restless(self) -> bool:
        """Whether another frame is needed though nothing happens: for a tooltip, a picture, or events not yet read."""
        return self.shots or self._gui.has_unread or self._stirred or 0.0 < self._rested < TIP_SECONDS

    def margins(self, size: tuple[int, int]) -> tuple[float, float]:
        """What lies over the scene at the left and at the top of a window of this size, in points."""
        scale = self._desk.preferences.size
        self._desk.roomy = size[0] >= ROOMY * WIDTH * scale
        left = WIDTH * scale + MARGIN if self._desk.panel_shown else 0.0
        return left, float(imgui.get_frame_height()) if size[1] >= MENU_FROM else 0.0

    def below(self, size: tuple[int, int]) -> float:
        """What the plots take of a window of this size at the bottom, in points; the scene ends above."""
        strip = self._strips(size)
        return self._curves.height(_above(size, strip)) + strip

    def draw(self, size: tuple[int, int], ratio: float, pixel: tuple[float, float] | None) -> None:
        """Everything over the scene of a window of this size in points; ``pixel`` is pointed at in the scene."""
        desk, self._ratio = self._desk, ratio
        theme, scale = theme_named(desk.view.theme), desk.preferences.size
        left, top = self.margins(size)
        self._recent.follow()
        self.covered = [(0.0, 0.0, float(size[0]), top)]
        if top and self._menu.draw(self._recent.list, lead=self._focus.to_menu):
            self._focus.end()
        if desk.panel_shown:
            self._panel(size, top, theme)
        self._point_at(pixel)
        strip, slider = self._strips(size), height_of_timeline(desk)
        plots = self._curves.draw(_above(size, strip), left, theme)
        self._tell_point()
        self._caption(left, top)
        self._readout((size[0] + left) / 2, min((plot[1] for plot in plots), default=size[1] - strip))
        if slider:
            timeline(desk, (MARGIN, size[1] - slider, size[0] - MARGIN, size[1] - MARGIN))
        if strip > slider:
            self._flight.draw((MARGIN, size[1] - strip, size[0] - MARGIN, size[1] - slider - MARGIN), theme)
        if strip:
            self.covered.append((0.0, size[1] - strip, float(size[0]), float(size[1])))
        self.covered += plots
        film = recording(desk, size, top, scale)
        self.covered += [film] if film else []
        self.covered += notice_boxes(desk.notices, size, film[3] if film else top, scale, theme)
        self._dialogs.draw(size, scale, self._gui.strong, theme.panel.alert)
        asking = desk.dialog not in (Dialog.NONE, Dialog.KEYS, Dialog.ABOUT)
        strips = [name for name, high in ((FLIGHT, strip - slider), (TIMELINE, slider)) if high]
        if self._focus.leave(asking, strips) and asking:
            desk.dialog = Dialog.NONE
        self._rest()

    def dress(self) -> None:
        """Theme and size as they are wished for; between two frames."""
        self._gui.dress(self._desk.view.theme, self._desk.preferences.size)

    def open_path(self, path: Path) -> None:
        """Open a file, a folder or a session, and remember it."""
        self._desk.open(path)
        if is_session(path):
            self._recent.add(path)

    def finish_shots(self, read: Callable[[], Pixels]) -> None:
        """Take the pictures that were asked for; ``read`` is what the window shows, drawn without dialogs."""
        self._shots.finish(self._ratio, read)

    def release(self) -> None:
        """Nothing here outlives the context of ImGui."""

    def _strips(self, size: tuple[int, int]) -> float:
        """Points that the strips at the bottom take: of a training that is followed, and of a film."""
        return height_of_timeline(self._desk) + self._flight.height(size)

    def _panel(self, size: tuple[int, int], top: float, theme: Theme) -> None:
        desk = self._desk
        task = desk.task
        board = Board(
            desk.view, desk.pane.stage, desk.name, tuple(desk.choices()), task.status if task else None,
            desk.links, desk.preferences, len(desk.panes), theme, self._drafts, desk.selection, desk.looking,
        )  # fmt: skip
        bottom = float(size[1]) - self._strips(size)
        wishes = panel(board, top, bottom, self._gui.strong, lambda: following(desk, theme))
        self.covered.append(wishes.rectangle)
        self._grant(wishes)
        for what in board.requests:
            desk.inspect(what)
        for what in board.leaves:
            desk.leave_inspection(what)

    def _grant(self, wishes: Wishes) -> None:
        """Do what the user asked for in the panel."""
        desk, holding = self._desk, bool(imgui.is_any_item_active())
        self._gesture += holding and not self._holding
        self._holding = holding
        if wishes.view != desk.view:
            desk.show(wishes.view, ("panel", self._gesture))
        if wishes.links != desk.links:
            desk.link(wishes.links)
        if wishes.preferences.size != desk.preferences.size:
            desk.panel = True  # it stays while it grows, however narrow the window
        desk.preferences = wishes.preferences
        if wishes.plane != desk.name:
            desk.look(wishes.plane)
        if self._drafts.complaint:
            desk.complain(self._drafts.complaint)
            self._drafts.complaint = ""
        if desk.task:
            desk.task.pause(wishes.paused)
            if wishes.restart:
                desk.task.start()

    def _point_at(self, pixel: tuple[float, float] | None) -> None:
        """Find out what the pointer is on; a checkpoint under it is marked."""
        desk = self._desk
        index = desk.pane_at(pixel) if pixel else None
        self._text = self._hint()
        desk.marked = None
        if pixel is None or index is None:
            return
        pane = desk.panes[index]
        corner = pane.rectangle[:2]
        reading = pane.reading((pixel[0] - corner[0], pixel[1] - corner[1]))
        if desk.tool is Tool.LOOK:
            self._text = reading_line(reading, pane.stage) or self._text
        if reading is not None and index == desk.active:
            desk.marked = reading.checkpoint
        place = pane.critical((pixel[0] - corner[0], pixel[1] - corner[1])) if index == desk.active else None
        if place is not None and desk.tool is Tool.LOOK:
            desk.selection.point_at(place)

    def _tell_point(self) -> None:
        """What is known about the critical point that is pointed at, in the scene, the panel or a plot; its mark gets a
        ring."""
        desk, stage, before = self._desk, self._desk.pane.stage, self._desk.selection.pointed
        desk.selection.follow()
        place = desk.selection.pointed
        self._stirred = place != before  # the ring around it is in the next picture
        if place is not None and stage.critical.number(place) is not None:
            self._text = point_lines(stage, place, desk.marked if isinstance(desk.marked, int) else None)
            desk.marked = uv_of(stage, place)
        if desk.selection.fly is not None:
            desk.fly_to_point(desk.selection.fly)
            desk.selection.fly = None

    def _hint(self) -> str:
        """What the next drag does, or how the panel comes back, while the pointer is on nothing."""
        if self._desk.tool is not Tool.LOOK:
            return (ANCHORED if self._desk.anchor else HINTS)[self._desk.tool]
        if self._desk.navigation is Navigation.FLY:
            return "flying: W A S D and Q E move, a drag looks around, Esc ends it"
        untold = not self._desk.panel_shown and self._desk.panel is None
        return "h shows the panel, ? all keys" if untold else ""

    def _caption(self, left: float, top: float) -> None:
        """What is said in a film that is played, at the upper left as in the film itself."""
        if self._desk.flying.playing and self._desk.flying.caption:
            self._line("caption", self._desk.flying.caption, ImVec2(left + MARGIN, top + MARGIN), ImVec2(0.0, 0.0))

    def _readout(self, middle: float, bottom: float) -> None:
        """One line below the scene: what the pointer is on, or how the panel comes back."""
        if not self._text:
            return
        self._line("reading", self._text, ImVec2(middle, bottom - MARGIN), ImVec2(0.5, 1.0))

    def _line(self, name: str, text: str, place: ImVec2, pivot: ImVec2) -> None:
        imgui.set_next_window_pos(place, 0, pivot)
        imgui.set_next_window_bg_alpha(0.80)
        flags = FIXED | imgui.WindowFlags_.always_auto_resize.value | imgui.WindowFlags_.no_inputs.value
        flags |= imgui.WindowFlags_.no_focus_on_appearing.value | imgui.WindowFlags_.no_bring_to_front_on_focus.value
        imgui.begin(name, None, flags)
        imgui.text_unformatted(text)
        imgui.end()

    def _rest(self) -> None:
        """How long the pointer has been still on a control or a line."""
        io = imgui.get_io()
        moved = io.mouse_delta.x or io.mouse_delta.y
        if not (imgui.is_any_item_hovered() or io.want_capture_mouse):  # lines of text have tooltips, and are no items
            self._rested = 0.0
        elif moved or not self._rested:
            self._rested = 1e-6
        else:
            self._rested += io.delta_time


def _above(size: tuple[int, int], strip: float) -> tuple[int, int]:
    """What is left of a window of this size above a strip at its bottom."""
    return size[0], max(round(size[1] - strip), 1)
