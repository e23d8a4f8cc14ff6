"""Curves beside the surface, in ImPlot: the loss along the cross-section, and the loss over the training."""

import math
from dataclasses import dataclass

import numpy as np
from imgui_bundle import ImVec2, imgui, implot

from compute.landscape import Floats, Trajectory
from explorer.ground.picking import nearest
from explorer.ground.section import Profile
from explorer.looks.theme import Theme
from explorer.looks.view import Span

NEAR_PT = 24.0  # a pointer this near to a step, along the plot, means it
_PLAIN = implot.Flags_.no_menus.value | implot.Flags_.no_box_select.value | implot.Flags_.no_mouse_text.value
_FITTED = implot.AxisFlags_.auto_fit.value
_QUIET = implot.AxisFlags_.no_menus.value | implot.AxisFlags_.no_highlight.value

Rectangle = tuple[float, float, float, float]
HEIGHT, MOST_HIGH = 230.0, 0.38  # points at the usual size, and at most so much of the window


@dataclass(frozen=True)
class Plotted:
    """What a plot was asked for: where it is, whether it stays open, and what is pointed at in it."""

    rectangle: Rectangle
    open: bool
    place: Span | None = None  # (u, v) on the ground
    checkpoint: int | None = None


def section_plot(profile: Profile, metric: str, log: bool, place: Rectangle, theme: Theme) -> Plotted:
    """Values along the cross-section with their error band, and the measured points beside it."""
    hovered: Span | None = None
    rectangle, stays, shown = _begin(f"{metric} along the cross-section###section", place)
    if shown and _begin_plot(
        "section", "from A to B, in units of the directions", metric, log=log and bool((profile.value > 0).any())
    ):
        _band(profile, theme)
        _line("surface", profile.distance, profile.value, theme.panel.accent)
        if len(profile.node_distance):
            _dots("measured beside it", profile.node_distance, profile.node_value, theme.panel.text)
        if implot.is_plot_hovered():
            at = min(max(implot.get_plot_mouse_pos().x, 0.0), profile.length)
            hovered = profile.place(at)
            _rule(at, theme)
            value = float(np.interp(at, profile.distance, profile.value))
            _note(f"{at:.4g}: {value:.4g}" if math.isfinite(value) else f"{at:.4g}: no number")
        implot.end_plot()
    imgui.end()
    return Plotted(rectangle, stays, place=hovered)


def training_plot(path: Trajectory, marked: int | None, place: Rectangle, theme: Theme) -> Plotted:
    """The loss of each checkpoint and that of the plane under it, over the steps; ``marked`` is a checkpoint."""
    found: int | None = None
    rectangle, stays, shown = _begin("Training###training", place)
    if shown and not training_known(path):
        imgui.text_wrapped("The losses of the checkpoints are not known: the path comes from a file of places alone.")
    elif shown and _begin_plot("training", "step", "loss", log=_is_log(path)):
        _line("true loss", path.step, path.loss, theme.panel.accent)
        _line("in the plane", path.step, path.plane_loss, theme.panel.alert)
        if implot.is_plot_hovered():
            found = step_near(path.step, implot.get_plot_mouse_pos().x, _per_point())
        shown_mark = found if found is not None else marked
        if shown_mark is not None and 0 <= shown_mark < len(path):
            _mark(path, shown_mark, theme)
        implot.end_plot()
    imgui.end()
    return Plotted(rectangle, stays, checkpoint=found)


def training_known(path: Trajectory) -> bool:
    """Whether there is a loss to be drawn."""
    return bool(np.isfinite(path.loss).any() or np.isfinite(path.plane_loss).any())


def step_near(steps: Floats, at: float, per_point: float) -> int | None:
    """The checkpoint whose step is nearest to a place on the axis, if it is near; ``per_point`` steps are a point."""
    places = np.column_stack([steps, np.zeros(len(steps))])
    return nearest(places, (at, 0.0), NEAR_PT * per_point)


def height_of_plots(size: tuple[int, int], scale: float) -> float:
    """Points that plots take of a window of this size."""
    return min(HEIGHT * scale, max(size[1] * MOST_HIGH, 60.0))


def places_of_plots(size: tuple[int, int], left: float, count: int, scale: float, margin: float) -> list[Rectangle]:
    """Where so many plots lie: side by side below the scene, as wide as there is room."""
    room = max(size[0] - left - margin * (count + 1), 40.0)
    width, height = room / max(count, 1), height_of_plots(size, scale)
    right, bottom = size[0] - margin, size[1] - margin
    corners = [right - width * (k + 1) - margin * k for k in range(count)]
    return [(corner, bottom - height, corner + width, bottom) for corner in corners]


def _begin(title: str, place: Rectangle) -> tuple[Rectangle, bool, bool]:
    imgui.set_next_window_pos(ImVec2(*place[:2]), imgui.Cond_.always.value)
    imgui.set_next_window_bg_alpha(0.97)
    imgui.set_next_window_size(ImVec2(place[2] - place[0], place[3] - place[1]), imgui.Cond_.always.value)
    flags = imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_collapse | imgui.WindowFlags_.no_move
    flags |= imgui.WindowFlags_.no_resize | imgui.WindowFlags_.no_focus_on_appearing
    shown, stays = imgui.begin(title, True, flags.value)
    return place, bool(stays), bool(shown)


def _begin_plot(name: str, across: str, up: str, *, log: bool) -> bool:
    if not implot.begin_plot(f"##{name}", ImVec2(-1, -1), _PLAIN):
        return False
    implot.setup_axes(across, up, _FITTED | _QUIET, _FITTED | _QUIET)
    if log:
        implot.setup_axis_scale(implot.ImAxis_.y1.value, implot.Scale_.log10.value)
    legend = implot.LegendFlags_.outside | implot.LegendFlags_.horizontal
    implot.setup_legend(implot.Location_.north_east.value, legend.value)
    return True


def _band(profile: Profile, theme: Theme) -> None:
    """The error band; none where nothing is known."""
    known = np.isfinite(profile.low) & np.isfinite(profile.high)
    if not (known & (profile.high > profile.low)).any():
        return
    spec = implot.Spec()
    spec.fill_color, spec.fill_alpha = imgui.ImVec4(*theme.panel.accent), 0.25
    low, high = np.where(known, profile.low, np.nan), np.where(known, profile.high, np.nan)
    implot.plot_shaded("error bar", profile.distance, np.ascontiguousarray(low), np.ascontiguousarray(high), spec)


def _line(name: str, x: Floats, y: Floats, colour: tuple[float, float, float, float]) -> None:
    if not np.isfinite(y).any():
        return
    spec = implot.Spec()
    spec.line_color, spec.line_weight = imgui.ImVec4(*colour), 1.8
    implot.plot_line(name, np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64), spec)


def _dots(name: str, x: Floats, y: Floats, colour: tuple[float, float, float, float]) -> None:
    spec = implot.Spec()
    spec.marker, spec.marker_size = implot.Marker_.circle.value, 2.5
    spec.marker_fill_color = spec.marker_line_color = imgui.ImVec4(*colour)
    implot.plot_scatter(name, np.ascontiguousarray(x), np.ascontiguousarray(y), spec)


def _mark(path: Trajectory, index: int, theme: Theme) -> None:
    """A checkpoint: a rule at its step, and what is known about it."""
    _rule(float(path.step[index]), theme)
    known = [("", path.loss[index]), (" in the plane", path.plane_loss[index])]
    parts = [f"{value:.4g}{where}" for where, value in known if math.isfinite(value)]
    _note(f"step {path.step[index]:g}: {', '.join(parts)}")


def _rule(x: float, theme: Theme) -> None:
    spec = implot.Spec()
    spec.line_color = imgui.ImVec4(*theme.panel.grey)
    implot.plot_inf_lines("##rule", np.array([x]), spec)


def _note(text: str) -> None:
    """A line above the plot, left of its legend."""
    left, top = imgui.get_window_pos().x, implot.get_plot_pos().y
    style, colour = imgui.get_style(), imgui.get_color_u32(imgui.Col_.text.value)
    place = ImVec2(left + style.window_padding.x, top - imgui.get_text_line_height() - style.item_spacing.y)
    imgui.get_window_draw_list().add_text(place, colour, text)


def _per_point() -> float:
    """Units of the axis across in a point."""
    limits = implot.get_plot_limits().x
    return float((limits.max - limits.min) / max(implot.get_plot_size().x, 1.0))


def _is_log(path: Trajectory) -> bool:
    values = np.concatenate([path.loss, path.plane_loss])
    values = values[np.isfinite(values)]
    return bool(len(values) and values.min() > 0 and values.max() / values.min() > 100)
