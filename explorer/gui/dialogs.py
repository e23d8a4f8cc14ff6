"""What is asked in a window of its own: files to open, and where to save sessions, pictures, films and surfaces."""

from collections.abc import Callable
from pathlib import Path

from imgui_bundle import imgui

from compute.errors import BadInputError
from compute.formats.writing import EXPORTS, export
from explorer.desk.desk import Desk
from explorer.desk.exporting import ENCODERS, contours_of, write_contours
from explorer.desk.keyframing import save_flight
from explorer.desk.modes import Dialog
from explorer.desk.screenshot import SCALES, ScreenshotChoice
from explorer.desk.session import ENDING, save_session
from explorer.ground.levels import contour_levels
from explorer.gui.browser import Browser
from explorer.gui.fields import check, choice, grey
from explorer.gui.filming import FilmForm
from explorer.gui.resample import ResampleForm
from explorer.gui.saving import SavePlace
from explorer.gui.sheet import about, key_sheet
from explorer.gui.window import answers, dialog
from explorer.looks.theme import Rgba
from explorer.looks.view import ContourStyle
from explorer.pictures.keyframes import ENDING as FLIGHT_ENDING
from explorer.resources import resource

WIDTH = 560.0
SURFACE, CONTOURS = "surface", "contours"
_SINGLE = (".ply", ".obj")  # formats with place for one metric

Take = Callable[[ScreenshotChoice, Path], None]


class Dialogs:
    """What was typed and chosen in them; lives as long as the window. ``take`` is asked for pictures."""

    def __init__(self, desk: Desk, open_path: Callable[[Path], None], take: Take) -> None:
        self._desk, self._open_path, self._take = desk, open_path, take
        folder = _folder_of(desk)
        self._browser, self._save = Browser(folder), SavePlace(folder)
        self._form, self._film = ResampleForm(desk), FilmForm(desk, self._save)
        self._picture = ScreenshotChoice()
        self._what, self._format, self._log_height = SURFACE, ".vtp", False
        self._seen = Dialog.NONE

    def draw(self, size: tuple[int, int], scale: float, strong: imgui.ImFont, alert: Rgba) -> None:
        """The one that is open, if one is."""
        asked = self._desk.dialog
        if asked is not self._seen:
            self._seen = asked
            self._begin(asked)
        if asked is Dialog.NONE:
            return
        if asked is Dialog.KEYS:
            stays = key_sheet(size, scale)
        elif asked is Dialog.ABOUT:
            stays = about(size, scale, strong)
        else:
            with dialog(_TITLES[asked], size, scale, WIDTH) as window:
                done = window.shown and self._content(asked, scale, alert)
            stays = window.open and not done
        if not stays and self._desk.dialog is asked:
            self._desk.dialog = Dialog.NONE

    def _begin(self, asked: Dialog) -> None:
        """Names are suggested, and folders read, at the moment a dialog opens."""
        stem = self._desk.pane.stage.landscape.name
        if asked is Dialog.OPEN:
            self._browser.begin()
        elif asked is Dialog.SAVE_SESSION:
            self._save.suggest(stem, ENDING)
        elif asked is Dialog.SCREENSHOT:
            self._save.suggest(stem, ".png")
        elif asked is Dialog.EXPORT:
            self._save.suggest(stem, self._format)
        elif asked is Dialog.RESAMPLE:
            self._form.begin()
        elif asked is Dialog.FILM:
            self._film.begin()
        elif asked is Dialog.SAVE_FLIGHT:
            self._save.suggest(stem, FLIGHT_ENDING)

    def _content(self, asked: Dialog, scale: float, alert: Rgba) -> bool:
        """What is in it; True once it has been answered."""
        if asked is Dialog.OPEN:
            return self._open_content(scale, alert)
        if asked is Dialog.RESAMPLE:
            return self._form.draw(scale, alert)
        if asked is Dialog.FILM:
            return self._film.draw(scale, alert)
        if asked is Dialog.SCREENSHOT:
            self._screenshot_fields()
        elif asked is Dialog.EXPORT:
            self._export_fields()
        path, given_up = self._save.draw("Save", scale, alert)
        if path is not None:
            self._answered(asked, path)
        return given_up or path is not None

    def _open_content(self, scale: float, alert: Rgba) -> bool:
        chosen = self._browser.draw(scale, alert)
        selected = self._browser.selected
        tip = f"{selected.path}; a double click or Enter does the same" if selected else "Select an entry first"
        pressed, given_up = answers("Open", tip, scale, enabled=selected is not None)
        if pressed:
            chosen = self._browser.open_selected() or chosen
        if chosen is not None:
            self._open_path(chosen)
        return given_up or chosen is not None

    def _answered(self, asked: Dialog, path: Path) -> None:
        """Do what was asked for; what goes wrong is said in the window."""
        try:
            if asked is Dialog.SAVE_SESSION:
                self._desk.say(f"saved {save_session(self._desk.session(), path)}")
            elif asked is Dialog.SCREENSHOT:
                self._take(self._picture.possible, path)
            elif asked is Dialog.EXPORT:
                self._write(path)
            elif asked is Dialog.SAVE_FLIGHT:
                self._desk.say(f"saved {save_flight(self._desk.flight, path)}")
        except BadInputError as error:
            self._desk.complain(str(error))
        except OSError as error:
            self._desk.complain(f"{error.filename or path}: {error.strerror or error}")

    # ── pictures ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _screenshot_fields(self) -> None:
        asked = self._picture
        panel = check("with the panel", asked.panel, "The window as it is; else the scene alone")
        imgui.begin_disabled(panel)
        factor = choice("size", SCALES, asked.scale, lambda each: f"{each}x", "Times the size of the window in pixels")
        clear = check("transparent background", asked.transparent, "Nothing behind the landscape")
        flight = asked.flight
        if self._desk.flying.lines() is not None:
            flight = check("with the camera's way", flight, "The keyframes of the film, as they are in the scene now")
        imgui.end_disabled()
        self._picture = ScreenshotChoice(factor, clear, panel, flight)

    # ── export ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _export_fields(self) -> None:
        is_line = self._desk.pane.is_line
        kinds = (SURFACE,) if is_line else (SURFACE, CONTOURS)
        self._what = choice("what", kinds, self._what, str, "All measured values, or the lines as they are drawn")
        formats = tuple(ENCODERS) if self._what == CONTOURS else tuple(EXPORTS)
        chosen = choice("format", formats, self._format, str, "The ending of the file says what it is")
        if self._what != CONTOURS:
            grey(EXPORTS.get(chosen, ""))
        if chosen == ".obj":
            tip = "Heights are decimal logarithms of the values"
            self._log_height = check("logarithmic height", self._log_height, tip)
        if chosen != self._format:
            self._save.with_ending(chosen, tuple({*ENCODERS, *EXPORTS}))
            self._format = chosen

    def _write(self, path: Path) -> None:
        desk = self._desk
        stage = desk.pane.stage
        if self._what == CONTOURS:
            levels = contour_levels(stage.map.scale, desk.view.contours)
            drawn = desk.view.contours.style is not ContourStyle.OFF
            lines = contours_of(desk.pane.segments(), levels.values, stage.landscape.domain) if drawn else []
            write_contours(lines, path)
            desk.say(f"saved {path}: {len(lines)} lines")
            return
        single = stage.metric if path.suffix.lower() in _SINGLE else None
        written = export(stage.landscape, path, single, log_height=self._log_height and path.suffix == ".obj")
        desk.say(f"saved {', '.join(map(str, written.files))}")
        for note in written.notes:
            desk.say(note)


def _folder_of(desk: Desk) -> Path:
    """Where one looks first: beside the run that is followed, else what is open, else where one started."""
    if desk.live is not None:
        return desk.live.runs[0].source.absolute().parent
    file = desk.files.get(desk.name)
    own = resource("assets", "ready").absolute()  # nobody keeps own files beside the ready example
    return file.file.absolute().parent if file and file.file.absolute() != own else Path.cwd()


_TITLES = {
    Dialog.OPEN: "Open a landscape or a session",
    Dialog.SAVE_SESSION: "Save the session",
    Dialog.SCREENSHOT: "Save a picture",
    Dialog.EXPORT: "Export contours or surface",
    Dialog.RESAMPLE: "Measure another plane",
    Dialog.FILM: "Record a film",
    Dialog.SAVE_FLIGHT: "Save the keyframes",
}
