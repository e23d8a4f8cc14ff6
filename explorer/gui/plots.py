"""Curves beside the surface, in ImPlot: the loss along the cross-section, and the loss over the training."""

import math
from dataclasses import dataclass

import numpy as np
from imgui_bundle import ImVec2, imgui, implot

from compute.landscape import Floats
from explorer.ground.picking import nearest
from explorer.ground.runs import checkpoint_of, number_of
from explorer.ground.section import Profile
from explorer.gui.series import Training, is_log, nearest_run, told
from explorer.gui.training import (
    draw_distances,
    draw_losses,
    draw_moment,
    has_log_distance,
    held_step,
    legend_width,
    note_inside,
)
from explorer.looks.theme import Rgb, Theme
from explorer.looks.view import Span

PALE = 0.38  # of the way from the paper to the ink
NAMED_PT = 480.0  # a narrower plot of several runs has no room for a legend of the kinds of lines
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
    moment: float | None = None  # the step under the pointer while its button is down


def section_plot(profile: Profile, metric: str, log: bool, place: Rectangle, theme: Theme) -> Plotted:
    """Values along the cross-section with their error band, and the measured points beside it."""
    hovered: Span | None = None
    rectangle, stays, shown = begin_strip(f"{metric} along the cross-section###section", place)
    if shown and _begin_plot(
        "section", "from A to B, in units of the directions", metric, log=log and has_decade(profile)
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


def training_plot(
    training: Training, marked: int | None, moment: float | None, place: Rectangle, theme: Theme
) -> Plotted:
    """The losses of all runs over the steps, and on the right their distances from the plane. ``marked`` is a
    checkpoint by its number among those of all runs; ``moment`` is the step that is looked at, None for the newest."""
    found: int | None = None
    held: float | None = None
    rectangle, stays, shown = begin_strip("Training###training", place)
    log, right = is_log([series.value for series in training.losses]), "distance" if training.distances else ""
    if shown and not training.losses:
        imgui.text_wrapped("The losses of the checkpoints are not known: the path comes from a file of places alone.")
    elif shown and _begin_plot("training", "step", "loss", log=log, right=right, log_right=has_log_distance(training)):
        if training.several:
            implot.setup_legend(implot.Location_.east.value, implot.LegendFlags_.outside.value)
        named = place[2] - place[0] >= NAMED_PT * imgui.get_style().font_scale_main
        draw_losses(training, log=log, named=named, theme=theme)
        draw_distances(training, named=named, theme=theme)
        if moment is not None:
            draw_moment(moment, theme)
        if implot.is_plot_hovered():
            found = _point_at_training(training, log=log, theme=theme)
        elif marked is not None and (of := checkpoint_of(training.runs, marked)):
            _say_checkpoint(training, of[0].name, float(of[0].path.step[of[1]]), of[1], theme)
        held = held_step(training)
        implot.end_plot()
    imgui.end()
    return Plotted(rectangle, stays, checkpoint=found, moment=held)


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


def begin_strip(title: str, place: Rectangle) -> tuple[Rectangle, bool, bool]:
    """A window that stays in its place: where, whether it stays open, and whether it is to be filled."""
    imgui.set_next_window_pos(ImVec2(*place[:2]), imgui.Cond_.always.value)
    imgui.set_next_window_bg_alpha(0.97)
    imgui.set_next_window_size(ImVec2(place[2] - place[0], place[3] - place[1]), imgui.Cond_.always.value)
    flags = imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_collapse | imgui.WindowFlags_.no_move
    flags |= imgui.WindowFlags_.no_resize | imgui.WindowFlags_.no_focus_on_appearing
    shown, stays = imgui.begin(title, True, flags.value)
    return place, bool(stays), bool(shown)


def _begin_plot(name: str, across: str, up: str, *, log: bool, right: str = "", log_right: bool = False) -> bool:
    if not implot.begin_plot(f"##{name}", ImVec2(-1, -1), _PLAIN):
        return False
    implot.setup_axes(across, up, _FITTED | _QUIET, _FITTED | _QUIET)
    if log:
        implot.setup_axis_scale(implot.ImAxis_.y1.value, implot.Scale_.log10.value)
    if right:
        implot.setup_axis(implot.ImAxis_.y2.value, right, _FITTED | _QUIET | implot.AxisFlags_.aux_default.value)
        if log_right:
            implot.setup_axis_scale(implot.ImAxis_.y2.value, implot.Scale_.log10.value)
    legend = implot.LegendFlags_.outside | implot.LegendFlags_.horizontal
    implot.setup_legend(implot.Location_.north_east.value, legend.value)
    return True


def has_decade(profile: Profile) -> bool:
    """Whether there is a power of ten among the values and their band: on a logarithmic axis only those are written."""
    drawn = np.concatenate([profile.value, profile.low, profile.high, profile.node_value])
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    return bool(drawn.size) and math.floor(math.log10(drawn.max())) >= math.ceil(math.log10(drawn.min()))


def _band(profile: Profile, theme: Theme) -> None:
    """The error band; none where nothing is known."""
    known = np.isfinite(profile.low) & np.isfinite(profile.high)
    if not (known & (profile.high > profile.low)).any():
        return
    spec = implot.Spec()
    # Paler than the line and opaque, so that the legend, which shows no transparency, has the very same colour.
    spec.fill_color = imgui.ImVec4(*pale(theme), 1.0)
    low, high = np.where(known, profile.low, np.nan), np.where(known, profile.high, np.nan)
    implot.plot_shaded("error bar", profile.distance, np.ascontiguousarray(low), np.ascontiguousarray(high), spec)


def pale(theme: Theme) -> Rgb:
    """The colour of a band around a line of the accent's colour."""
    paper, ink = np.array(theme.panel.window_bg[:3]), np.array(theme.panel.accent[:3])
    red, green, blue = (paper + PALE * (ink - paper)).tolist()
    return red, green, blue


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


def _point_at_training(training: Training, *, log: bool, theme: Theme) -> int | None:
    """Say what the pointer is on; the number of the checkpoint there."""
    mouse = implot.get_plot_mouse_pos()
    name = nearest_run(training, mouse.x, mouse.y, log=log)
    run = next((run for run in training.runs if run.name == name), None)
    index = step_near(run.path.step, mouse.x, _per_point()) if run else None
    if name is not None:
        _say_checkpoint(training, name, mouse.x, index, theme)
    return number_of(training.runs, run, index) if run and index is not None else None


def _say_checkpoint(training: Training, name: str, step: float, index: int | None, theme: Theme) -> None:
    """A rule at the step, and what is known about the run there."""
    run = next((run for run in training.runs if run.name == name), None)
    _rule(float(run.path.step[index]) if run and index is not None else step, theme)
    text = told(training, name, step, index)
    room = imgui.get_window_size().x - legend_width(training) - 3 * imgui.get_style().window_padding.x
    if training.several or imgui.calc_text_size(text).x > room:
        note_inside(text, theme)
    else:
        _note(text)


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
