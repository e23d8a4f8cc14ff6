"""The persistence diagram in ImPlot: each basin and each peak by the losses at which it is born and dies."""

import numpy as np
from imgui_bundle import ImVec2, imgui, implot

from compute.landscape import Floats
from compute.topology.critical_points import Bools
from explorer.ground.diagram import Dots, above_diagonal, persistence_between, reach
from explorer.ground.staging import Stage
from explorer.gui.axes import heights, limits, never, setup_loss_axis, ticks_up
from explorer.gui.pinned import Pin, Pins
from explorer.gui.plots import pale
from explorer.looks.theme import Theme

MOST_FAINT = 2000  # dots of what is hidden
SAMPLES = 65  # of the band, which is curved on some scales
_FLAGS = (
    implot.Flags_.no_menus | implot.Flags_.no_box_select | implot.Flags_.no_mouse_text | implot.Flags_.no_legend
).value
_AXIS = (implot.AxisFlags_.no_menus | implot.AxisFlags_.no_highlight | implot.AxisFlags_.no_grid_lines).value


class Diagram:
    """Draws the diagram; a drag in it, but for the marks, leads the line of the threshold."""

    def __init__(self) -> None:
        self._held = False

    @property
    def held(self) -> bool:
        """Whether the threshold is in the hand."""
        return self._held

    def draw(self, stage: Stage, found: Dots, pins: Pins, size: ImVec2, theme: Theme) -> float | None:
        """Draw it; the threshold that is dragged to, if one is."""
        scale, critical = stage.map.scale, stage.critical
        ends, about = reach(found, scale), ticks_up()
        if not implot.begin_plot("##diagram", size, _FLAGS):
            return None
        implot.setup_axes("born at", "dies at", _AXIS, _AXIS)
        setup_loss_axis(implot.ImAxis_.x1.value, scale, ends, 4)
        setup_loss_axis(implot.ImAxis_.y1.value, scale, ends, about, infinity=True)
        low, high = limits(scale, ends)
        line = np.linspace(low, high, SAMPLES)
        threshold = critical.noise if stage.standing.threshold is None else stage.standing.threshold
        bound = heights(scale, above_diagonal(scale.values(line), threshold, log=critical.log))
        _band(line, bound, theme, automatic=stage.standing.threshold is None)
        shown = stage.standing.shown[found.number]
        _never(low, high, never(scale, ends), theme)
        _faint(found, shown, stage, theme)
        pins.place(_pins(found, shown, stage, never(scale, ends)))
        pins.draw(theme)
        wished = self._drag(stage, pins)
        implot.end_plot()
        return wished

    def _drag(self, stage: Stage, pins: Pins) -> float | None:
        """The threshold at the pointer, as long as a button is down that went down in the plot."""
        mouse, free = implot.get_plot_mouse_pos(), implot.is_plot_hovered() and pins.hovered is None
        self._held = imgui.is_mouse_down(0) and (self._held or (free and imgui.is_mouse_clicked(0)))
        if not (free or self._held):
            return None
        imgui.set_mouse_cursor(imgui.MouseCursor_.resize_ns.value)
        if not self._held:
            return None
        scale, critical = stage.map.scale, stage.critical
        birth, death = scale.values(np.array([mouse.x, mouse.y])).tolist()
        return min(persistence_between(birth, death, log=critical.log), critical.largest)


def _band(line: Floats, bound: Floats, theme: Theme, *, automatic: bool) -> None:
    """The diagonal, and what lies between it and the threshold."""
    spec = implot.Spec()
    if np.isfinite(bound).all() and (bound > line).any():
        spec.fill_color = imgui.ImVec4(*pale(theme), 0.45)
        implot.plot_shaded("##band", line, np.ascontiguousarray(line), np.ascontiguousarray(bound), spec)
        edge = implot.Spec()
        edge.line_color, edge.line_weight = imgui.ImVec4(*theme.panel.accent), 1.2 if automatic else 2.0
        implot.plot_line("##threshold", line, np.ascontiguousarray(bound), edge)
    spec = implot.Spec()
    spec.line_color = imgui.ImVec4(*theme.panel.grey)
    implot.plot_line("##diagonal", line, np.ascontiguousarray(line), spec)


def _never(low: float, high: float, at: float, theme: Theme) -> None:
    """What never dies is on a line of its own."""
    spec = implot.Spec()
    spec.line_color = imgui.ImVec4(*theme.panel.grey)
    implot.plot_line("##never", np.array([low, high]), np.array([at, at]), spec)


def _faint(found: Dots, shown: Bools, stage: Stage, theme: Theme) -> None:
    """What is hidden, as small grey dots."""
    hidden = np.flatnonzero(~shown & np.isfinite(found.death))[:MOST_FAINT]
    if not len(hidden):
        return
    spec = implot.Spec()
    spec.marker, spec.marker_size = implot.Marker_.circle.value, 1.6
    spec.marker_fill_color = spec.marker_line_color = imgui.ImVec4(*theme.panel.grey)
    scale = stage.map.scale
    x, y = heights(scale, found.birth[hidden]), heights(scale, found.death[hidden])
    implot.plot_scatter("##hidden", np.ascontiguousarray(x), np.ascontiguousarray(y), spec)


def _pins(found: Dots, shown: Bools, stage: Stage, never: float) -> list[Pin]:
    """What is shown, as far as the list goes; the deepest minimum on the line of what never dies."""
    listed = set(stage.standing.rows.numbers)
    there = np.array([k for k in np.flatnonzero(shown).tolist() if int(found.number[k]) in listed], np.intp)
    scale = stage.map.scale
    x, y = heights(scale, found.birth[there]), np.minimum(heights(scale, found.death[there]), never)
    numbers = found.number[there].tolist()
    pins = []
    for number, across, up in zip(numbers, x.tolist(), y.tolist(), strict=True):
        pins.append(Pin(across, up, number, stage.critical.partner(number)))
    return pins[::-1]  # the most persistent over the others
