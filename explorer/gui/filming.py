"""What is asked for a film, and how far the one is that is being recorded."""

import math
from dataclasses import replace
from pathlib import Path

from imgui_bundle import ImVec2, imgui

from compute.errors import BadInputError
from explorer.desk.desk import Desk
from explorer.desk.filmchoice import (
    FORMATS,
    KEYFRAMES,
    RATES,
    SAMPLES,
    SECONDS,
    SIZES,
    FilmChoice,
    flights,
    length,
    ordered,
    size_of,
)
from explorer.gui.fields import Drafts, button, check, choice, coloured, explain, grey
from explorer.gui.notices import WIDTH
from explorer.gui.panel import FIXED, MARGIN
from explorer.gui.saving import SavePlace
from explorer.looks.theme import Rgba
from explorer.pictures.kinds import KINDS
from explorer.worker.status import duration

FIELD = 190.0  # points: width of a control, of which two stand side by side

Rectangle = tuple[float, float, float, float]


class FilmForm:
    """What was chosen in it; lives as long as the window."""

    def __init__(self, desk: Desk, save: SavePlace) -> None:
        self._desk, self._save, self._drafts = desk, save, Drafts()
        self._choice, self._fault = FilmChoice(), ""

    def begin(self) -> None:
        """It opens."""
        self._fault = ""
        possible = flights(self._desk)
        if self._choice.flight not in possible or self._desk.flying.count:
            self._choice = replace(self._choice, flight=possible[0])
        self._save.suggest(self._desk.pane.stage.landscape.name, self._choice.ending)

    def draw(self, scale: float, alert: Rgba) -> bool:
        """Its content; True once it has been answered."""
        before = self._choice
        imgui.push_item_width(FIELD * scale)
        self._what()
        self._how()
        imgui.pop_item_width()
        if self._choice != before:
            self._fault = ""
        if self._choice.ending != before.ending:
            self._save.with_ending(self._choice.ending, tuple(ending for ending in FORMATS if ending))
        if self._desk.filming.running:
            coloured("a film is being recorded; the next one can begin after it", alert)
        if self._fault:
            coloured(self._fault, alert)
        path, given_up = self._save.draw("Record", scale, alert, enabled=not self._desk.filming.running)
        if self._save.ending and self._save.ending in FORMATS and self._save.ending != self._choice.ending:
            self._choice = replace(self._choice, ending=self._save.ending, rate=None)  # as it was typed
        return given_up or (path is not None and self._begun(path))

    def _what(self) -> None:
        now, desk = self._choice, self._desk
        tip = "Which way the camera goes; of the ready-made ones from the view as it is now"
        flight = choice("flight", flights(desk), now.flight, str, tip)
        self._beside()
        number = self._drafts.number("seconds", round(length(now, desk), 2), "How long the film is, in seconds")
        seconds = now.seconds if number is None or number == round(length(now, desk), 2) else number
        if flight != now.flight:
            seconds = None
        elif seconds is not None:
            seconds = min(max(seconds, SECONDS[0]), SECONDS[1])
        ending = choice("format", list(FORMATS), now.ending, FORMATS.__getitem__, "What kind of file is written")
        self._beside()
        rates = sorted({*RATES, KINDS[ending].fps})
        shown = now.rate or KINDS[ending].fps
        rate = choice("pictures/s", rates, shown, str, "Pictures per second")
        self._choice = replace(now, flight=flight, seconds=seconds, ending=ending, rate=None if rate == shown else rate)
        if rate == shown and ending == now.ending:
            self._choice = replace(self._choice, rate=now.rate)

    def _how(self) -> None:
        now = self._choice
        size = choice("size", SIZES, now.size, str, "Width x height of the film, in pixels")
        self._beside()
        tip = "Samples a pixel, against jagged edges; more takes longer"
        samples = choice("samples", SAMPLES, now.samples, str, tip)
        title = check("title", now.title, "The name of the landscape, at the upper left")
        imgui.same_line()
        counter = check("captions", now.counter, "Captions of the keyframes; else step and loss, or grid and points")
        imgui.same_line()
        imgui.begin_disabled(now.flight == KEYFRAMES)
        tip = "The camera as near as has all of the landscape in the picture; else as far away as it is now"
        fitted = check("fitted", now.fitted, tip)
        imgui.end_disabled()
        self._choice = replace(now, size=size, samples=samples, title=title, counter=counter, fitted=fitted)
        width, height = size_of(self._choice, self._desk)
        rate = self._choice.rate or KINDS[now.ending].fps
        grey(f"{max(round(length(self._choice, self._desk) * rate), 1):,} pictures of {width} x {height}")

    def _beside(self) -> None:
        """The next control stands beside the last one, where there is room."""
        scale = self._desk.preferences.size
        if imgui.get_content_region_avail().x >= 2 * (FIELD + 70) * scale:
            imgui.same_line((FIELD + 80) * scale)

    def _begun(self, path: Path) -> bool:
        try:
            self._desk.filming.start(ordered(self._choice, self._desk, path))
        except BadInputError as error:
            self._fault = str(error)
            return False
        return True


def recording(desk: Desk, size: tuple[int, int], top: float, scale: float) -> Rectangle | None:
    """How far the film is that is being recorded, at the upper right; where it lies."""
    filming = desk.filming
    if not filming.running or filming.order is None:
        return None
    width = min(WIDTH * scale, max(size[0] - 2 * MARGIN, 60.0))
    imgui.set_next_window_pos(ImVec2(size[0] - MARGIN, top + MARGIN), 0, ImVec2(1.0, 0.0))
    imgui.set_next_window_size_constraints(ImVec2(width, 0), ImVec2(width, 400 * scale))
    flags = FIXED | imgui.WindowFlags_.always_auto_resize.value | imgui.WindowFlags_.no_focus_on_appearing.value
    imgui.begin("recording", None, flags)
    left = filming.seconds_left
    grey(f"Recording {filming.order.output.name}: " + (f"{duration(left)} left" if math.isfinite(left) else "starting"))
    explain(str(filming.order.output))
    button_width = 84 * scale
    imgui.progress_bar(
        filming.share, ImVec2(-button_width - imgui.get_style().item_spacing.x, 0), f"{filming.share:.0%}"
    )
    imgui.same_line()
    if button("Cancel##film", "The recording ends, and no file is written", width=button_width):
        filming.cancel()
    corner, extent = imgui.get_window_pos(), imgui.get_window_size()
    imgui.end()
    return corner.x, corner.y, corner.x + extent.x, corner.y + extent.y
