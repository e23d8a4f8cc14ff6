"""The training in ImPlot: its lines and dots, the step that is looked at, and the step that is dragged to."""

import numpy as np
from imgui_bundle import ImVec2, imgui, implot

from compute.landscape import Floats
from explorer.gui.series import DISTANCE, HOW, PLANE, RECORDED, Training, evenly, is_log
from explorer.looks.theme import Rgba, Theme

NARROW_PT = 260.0  # a narrower plot has no room for a line of text
DASH_PT, DOT_PT = 5.0, 4.0  # across, from dash to gap and from dot to dot


def draw_losses(training: Training, *, log: bool, named: bool, theme: Theme) -> None:
    """Those of checkpoints strong, of the plane dashed where runs are told by colour, the recorded ones thin; ``named``
    is whether the legend says so."""
    for series in training.losses:
        spec = implot.Spec()
        spec.line_color, spec.line_weight = imgui.ImVec4(*series.colour), 1.0 if series.kind == RECORDED else 1.8
        step, value = series.step, series.value
        if training.several and series.kind == PLANE:
            spec.flags, spec.line_weight = implot.LineFlags_.segments.value | _entry(named), 1.2
            step, value = evenly(series, DASH_PT * _steps_per_point(training), log=log)
        implot.plot_line(series.name, np.ascontiguousarray(step), np.ascontiguousarray(value), spec)
    for kind in (PLANE, RECORDED) if training.several and named else ():
        if any(series.kind == kind for series in training.losses):
            _grey_entry(HOW[kind], theme)


def draw_distances(training: Training, *, named: bool, theme: Theme) -> None:
    """Dots along the line, on the axis at the right."""
    if not training.distances:
        return
    log = has_log_distance(training)
    implot.set_axes(implot.ImAxis_.x1.value, implot.ImAxis_.y2.value)
    for series in training.distances:
        step, value = evenly(series, DOT_PT * _steps_per_point(training), log=log)
        _dots(series.name, step, value, series.colour, _entry(named or not training.several))
    if training.several and named:
        _grey_entry(HOW[DISTANCE], theme)
    implot.set_axes(implot.ImAxis_.x1.value, implot.ImAxis_.y1.value)


def _steps_per_point(training: Training) -> float:
    """As the axis will be once it fits: in the first frame it does not yet."""
    low, high = training.steps
    return (high - low) / max(implot.get_plot_size().x, 1.0)


def has_log_distance(training: Training) -> bool:
    """Whether the axis at the right is one."""
    return is_log([series.value for series in training.distances], zeros=True)


def _dots(name: str, x: Floats, y: Floats, colour: Rgba, flags: int) -> None:
    spec = implot.Spec()
    spec.flags = flags
    spec.marker, spec.marker_size = implot.Marker_.circle.value, 1.0
    spec.marker_fill_color = spec.marker_line_color = imgui.ImVec4(*colour)
    implot.plot_scatter(name, np.ascontiguousarray(x), np.ascontiguousarray(y), spec)


def _entry(named: bool) -> int:
    """Whether a line is in the legend, as a flag."""
    return 0 if named else int(implot.ItemFlags_.no_legend.value)


def _grey_entry(name: str, theme: Theme) -> None:
    """What is of all runs has no colour in the legend."""
    spec = implot.Spec()
    spec.line_color = spec.marker_fill_color = spec.marker_line_color = imgui.ImVec4(*theme.panel.grey)
    implot.plot_dummy(name, spec)


def held_step(training: Training) -> float | None:
    """The step under the pointer while it drags from within the plot."""
    corner, size = implot.get_plot_pos(), implot.get_plot_size()
    pressed = imgui.get_mouse_pos() - imgui.get_mouse_drag_delta(0, 0.0)
    inside = 0 <= pressed.x - corner.x <= size.x and 0 <= pressed.y - corner.y <= size.y
    if not (inside and imgui.is_mouse_down(0) and imgui.is_window_focused(imgui.FocusedFlags_.child_windows.value)):
        return None
    low, high = training.steps
    return min(max(float(implot.get_plot_mouse_pos().x), low), high)


def draw_moment(step: float, theme: Theme) -> None:
    """The step that is looked at."""
    spec = implot.Spec()
    spec.line_color, spec.line_weight = imgui.ImVec4(*theme.panel.accent), 2.0
    implot.plot_inf_lines("##moment", np.array([step]), spec)


def legend_width(training: Training) -> float:
    """Points that the names of a run alone take in a row above the plot, as ImPlot lays them out."""
    names = dict.fromkeys(series.name for series in (*training.losses, *training.distances))
    style, square = implot.get_style(), imgui.get_text_line_height()
    row = sum(square + imgui.calc_text_size(name).x for name in names) + style.legend_spacing.x * len(names)
    return row + 2 * (style.legend_inner_padding.x + style.legend_padding.x)


def note_inside(text: str, theme: Theme) -> None:
    """Lines in the upper left corner of the plot, no wider than it; where it is narrow, as wide as the window and over
    the legend."""
    corner, pad = implot.get_plot_pos(), imgui.get_style().item_spacing.y
    left, room = corner.x + 2 * pad, implot.get_plot_size().x - 6 * pad
    if room < NARROW_PT * imgui.get_style().font_scale_main:
        left, room = imgui.get_window_pos().x + pad, imgui.get_window_size().x - 4 * pad
    size = imgui.calc_text_size(text, False, room)
    low = ImVec2(left, corner.y + pad)
    high = ImVec2(low.x + size.x + 2 * pad, low.y + size.y + pad)
    drawn = imgui.get_foreground_draw_list()
    drawn.add_rect_filled(low, high, imgui.get_color_u32(imgui.ImVec4(*theme.panel.window_bg[:3], 1.0)))
    ink, place = imgui.get_color_u32(imgui.Col_.text.value), ImVec2(low.x + pad, low.y + 0.5 * pad)
    drawn.add_text(imgui.get_font(), imgui.get_font_size(), place, ink, text, wrap_width=room)
