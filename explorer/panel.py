"""The ImGui panel: shows the state, returns what the user wishes. Holds no state of its own."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from imgui_bundle import ImVec2, imgui

from compute.scale import Scale, ScaleKind
from explorer.provenance import stopped
from explorer.resources import COLOUR_MAPS
from explorer.staging import Stage
from explorer.status import Status, duration
from explorer.task import PLANE_NAMES, READY
from explorer.ticks import tick_label
from explorer.view import ContourStyle, Scaling, SurfaceMode, View
from explorer.wording import counts_line, error_line

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom in points

WIDTH = 300.0
MARGIN = 12.0
GREY = imgui.ImVec4(0.60, 0.65, 0.72, 1.0)
ALERT = imgui.ImVec4(1.0, 0.62, 0.45, 1.0)
_FIXED = (
    imgui.WindowFlags_.no_move.value
    | imgui.WindowFlags_.no_resize.value
    | imgui.WindowFlags_.no_collapse.value
    | imgui.WindowFlags_.no_title_bar.value
    | imgui.WindowFlags_.no_saved_settings.value
)


LAYERS = (
    ("glyphs", "critical points", "Minima (red), saddles (blue), maxima (green) of the measured grid (c)"),
    ("path", "descent path", "The training, from yellow to cyan, projected on the plane (g)"),
    ("axes", "axes", "Box, ticks and numbers"),
    ("colour_bar", "colour bar", "Which colour is which value"),
    ("smooth", "smooth", "A spline through the measured points; off: straight lines between them"),
    ("flat", "flat", "Everything on the floor, as a map (s, a)"),
)
MODES = ["lit", "wireframe", "colour", "lit with grid", "hidden"]
LINE_MODES = ["area", "points", "colour", "area with points", "curve alone"]
NOT_OF_A_LINE = ("colour_bar", "flat")


@dataclass(frozen=True)
class Wishes:
    """What the user asked for in one frame of the panel."""

    view: View
    plane: str
    paused: bool
    restart: bool
    rectangle: Rectangle  # of the panel


@dataclass(frozen=True)
class Board:
    """What the panel shows; ``status`` is None where nothing is being measured."""

    view: View
    stage: Stage
    plane: str
    planes: tuple[str, ...]
    status: Status | None


def panel(board: Board, height: float, strong: imgui.ImFont) -> Wishes:
    """Draw the panel at the left of a window of this height in points; returns what the user asked for."""
    view, stage, plane, status = board.view, board.stage, board.plane, board.status
    imgui.set_next_window_pos(ImVec2(MARGIN, MARGIN))
    imgui.set_next_window_size_constraints(ImVec2(WIDTH, 0), ImVec2(WIDTH, height - 2 * MARGIN))
    imgui.begin("Basin", None, _FIXED | imgui.WindowFlags_.always_auto_resize.value)
    imgui.push_item_width(-92)
    imgui.push_font(strong, 0.0)
    title = str(stage.landscape.provenance.get("title", stage.landscape.name))
    imgui.text_wrapped("Ready-made example" if plane == READY else title)
    imgui.pop_font()
    if plane == READY:
        _grey(f"{title}. Your own takes its place as soon as its first level is measured.")
    _facts(stage)
    plane = _plane(plane, board.planes)
    paused = status.paused if status else False
    restart = False
    if status is not None:
        paused, restart = _measuring(status, plane)
    is_line = stage.scene.domain.is_line
    view = _surface(_metric(view, stage), stage.map.scale, LINE_MODES if is_line else MODES)
    view = view if is_line else _contours(view)
    view = _layers(view, is_line)
    imgui.pop_item_width()
    corner, size = imgui.get_window_pos(), imgui.get_window_size()
    imgui.end()
    return Wishes(view, plane, paused, restart, (corner.x, corner.y, corner.x + size.x, corner.y + size.y))


def readout(text: str, size: tuple[int, int], left: float) -> None:
    """One line at the bottom of the scene."""
    if not text:
        return
    imgui.set_next_window_pos(ImVec2((size[0] + left) / 2, size[1] - MARGIN), 0, ImVec2(0.5, 1.0))
    imgui.set_next_window_bg_alpha(0.80)
    flags = _FIXED | imgui.WindowFlags_.always_auto_resize.value | imgui.WindowFlags_.no_inputs.value
    imgui.begin("reading", None, flags | imgui.WindowFlags_.no_focus_on_appearing.value)
    imgui.text_unformatted(text)
    imgui.end()


def _facts(stage: Stage) -> None:
    land = stage.landscape
    rows, columns = land.domain.shape
    _grey(f"{land.measured:,} of {rows * columns:,} points measured")
    for line in (error_line(stage), stopped(land), counts_line(stage), stage.origin):
        if line:
            _grey(line)


def _plane(plane: str, planes: tuple[str, ...]) -> str:
    if len(planes) < 2:
        return plane
    labels = [PLANE_NAMES.get(name, name) for name in planes]
    changed, index = imgui.combo("plane", planes.index(plane), labels)
    _tip("Which two directions through weight space span the surface (Tab)")
    return planes[index] if changed else plane


def _measuring(status: Status, plane: str) -> tuple[bool, bool]:
    """Progress, and the buttons that go with it: (paused, restart wished for)."""
    imgui.separator_text("Measuring" if status.measuring else "Training")
    if status.failed:
        imgui.push_style_color(imgui.Col_.text.value, ALERT)
        imgui.text_wrapped(f"No more is measured: {status.failed.error}")
        imgui.pop_style_color()
        return status.paused, imgui.button("Restart, keeping all that is measured")
    training = status.training
    if training and not status.measuring:
        state = "paused" if status.paused else f"{duration(training.seconds_left)} left"
        _bar(f"epoch {training.epoch:.1f} of {training.epochs}, batch loss {training.loss:.3g}",
             training.epoch / max(training.epochs, 1), state)  # fmt: skip
    elif not status.measuring:
        _bar("loading torch", 0.0, "")
    for name, m in status.measuring.items():
        state = ""
        if name == status.latest and not status.finished:
            pace = "paused" if status.paused else f"{m.rate:.1f} points/s, {duration(m.seconds_left)} left"
            state = f"level {m.level + 1} of {m.levels}, {pace}"
        _bar(f"{PLANE_NAMES.get(name, name)}: {m.done:,} of {m.total:,} points", m.done / max(m.total, 1), state)
    if status.finished:
        _grey("all levels measured")
        return False, False
    pressed = imgui.button("Resume" if status.paused else "Pause")
    _tip("Stop or go on (Space)")
    return status.paused != pressed, False


def _bar(text: str, share: float, below: str) -> None:
    imgui.text_wrapped(text)
    imgui.progress_bar(share, ImVec2(-1, 5), "")
    if below:
        _grey(below)


def _metric(view: View, stage: Stage) -> View:
    """What is shown as height. Another metric has another scale: wishes about that of the last one are void."""
    imgui.separator_text("Curve" if stage.scene.domain.is_line else "Surface")
    names = list(stage.landscape.metrics)
    if len(names) < 2:
        return view
    changed, index = imgui.combo("height", names.index(stage.metric), [name.replace("_", " ") for name in names])
    _tip("Which of the measured values is shown as height")
    return replace(view, metric=names[index], height=Scaling()) if changed else view


def _surface(view: View, scale: Scale, modes: list[str]) -> View:
    changed, index = imgui.combo("mode", view.surface.value, modes)
    _tip("How the ground is drawn (1, 2, 3, 4, d)")
    if changed:
        view = replace(view, surface=SurfaceMode(index))
    changed, relief = imgui.slider_float("relief", view.relief, 0.05, 1.5, "%.2f")
    _tip("Height of the highest point, in half sides of the domain")
    if changed:
        view = replace(view, relief=relief, flat=False)
    auto = "log" if scale.log else "linear"
    choices: list[ScaleKind | None] = [None, *ScaleKind]
    changed, index = imgui.combo(
        "scale", choices.index(view.height.kind), [f"automatic ({auto})", *(kind.value for kind in ScaleKind)]
    )
    _tip("Scale of height and colour. Automatic: logarithmic when the values span two decades")
    if changed:
        view = replace(view, height=replace(view.height, kind=choices[index]))
    view = _cap(view, scale)
    _grey(scale.reason)
    changed, index = imgui.combo("colours", COLOUR_MAPS.index(view.colour.map), list(COLOUR_MAPS))
    _tip("Colour of the ground, from the lowest value to the highest (v, t, y, u)")
    return replace(view, colour=replace(view.colour, map=COLOUR_MAPS[index])) if changed else view


def _cap(view: View, scale: Scale) -> View:
    logarithmic = imgui.SliderFlags_.logarithmic.value if scale.low > 0 else 0
    lowest = scale.low + (scale.top - scale.low) * 1e-4
    label = f"{tick_label(float(f'{scale.high:.3g}'))}{'' if scale.high < scale.top else ' (all)'}"
    flags = imgui.SliderFlags_.always_clamp.value | logarithmic
    changed, cap = imgui.slider_float("cap", scale.high, lowest, scale.top, label, flags)
    _tip("Values above this are cut off; the right end shows all, also what is measured later")
    if changed:
        cap = math.inf if cap >= np.float32(scale.top) else cap  # ImGui counts in float32
        view = replace(view, height=replace(view.height, cap=cap, percentile=None))
    if view.height.cap is not None and imgui.small_button("automatic cap"):
        view = replace(view, height=replace(view.height, cap=None))
    return view


def _contours(view: View) -> View:
    imgui.separator_text("Contours")
    styles = list(ContourStyle)
    changed, index = imgui.combo("lines", styles.index(view.contours.style), [style.value for style in styles])
    _tip("Lines of equal loss (z, x)")
    if changed:
        view = replace(view, contours=replace(view.contours, style=styles[index]))
    changed, count = imgui.slider_int("count", view.contours.count, 1, 100)
    _tip("Number of levels between the lowest value and the cap")
    if changed:
        view = replace(view, contours=replace(view.contours, count=max(1, min(count, 400))))
    changed, width = imgui.slider_float("width", view.contours.width, 0.5, 4.0, "%.1f pt")
    _tip("Width of the lines in points; every fifth is wider")
    return replace(view, contours=replace(view.contours, width=width)) if changed else view


def _layers(view: View, is_line: bool) -> View:
    imgui.separator_text("Layers")
    offered = [layer for layer in LAYERS if not (is_line and layer[0] in NOT_OF_A_LINE)]
    for k, (name, label, tip) in enumerate(offered):
        if k % 2:
            imgui.same_line(150)
        changed, on = imgui.checkbox(label, getattr(view, name))
        _tip(tip)
        if changed:
            flag: dict[str, Any] = {name: on}
            view = replace(view, **flag)
    return view


def _grey(text: str) -> None:
    imgui.push_style_color(imgui.Col_.text.value, GREY)
    imgui.text_wrapped(text)
    imgui.pop_style_color()


def _tip(text: str) -> None:
    imgui.set_item_tooltip(text)
