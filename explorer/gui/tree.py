"""The merge tree in ImPlot: minima at their losses, and the saddles over which their basins meet."""

from imgui_bundle import ImVec2, imgui, implot

from compute.scale import Scale
from explorer.ground.critical import Critical
from explorer.ground.staging import Stage
from explorer.ground.tree import Twig
from explorer.gui.axes import Reach, heights, never, setup_loss_axis, ticks_up
from explorer.gui.pinned import Pin, Pins
from explorer.looks.theme import Rgba, Theme

MOST_TWIGS = 200
_FLAGS = (
    implot.Flags_.no_menus | implot.Flags_.no_box_select | implot.Flags_.no_mouse_text | implot.Flags_.no_legend
).value
_UP = (implot.AxisFlags_.no_menus | implot.AxisFlags_.no_highlight | implot.AxisFlags_.no_grid_lines).value
_ACROSS = (implot.AxisFlags_.no_decorations | implot.AxisFlags_.no_menus | implot.AxisFlags_.no_highlight).value


def draw_tree(stage: Stage, twigs: tuple[Twig, ...], pins: Pins, size: ImVec2, theme: Theme) -> None:
    """Columns of basins; a line leads from each to the one that it meets."""
    scale, critical = stage.map.scale, stage.critical
    ends, about = _reach(critical, twigs, scale), ticks_up()
    if not implot.begin_plot("##tree", size, _FLAGS):
        return
    implot.setup_axes("basins", stage.scene.metric, _ACROSS, _UP)
    implot.setup_axis_limits(implot.ImAxis_.x1.value, -0.7, max(len(twigs) - 0.3, 0.7), implot.Cond_.always.value)
    setup_loss_axis(implot.ImAxis_.y1.value, scale, ends, about, infinity=True)
    high = never(scale, ends)
    at = heights(scale, critical.losses)
    placed, saddles = [], []
    implot.push_plot_clip_rect()
    for column, twig in enumerate(twigs):
        bottom = float(at[twig.minimum])
        top = high if twig.saddle is None else float(at[twig.saddle])
        colour = _colour(stage, pins, twig, theme)
        _line((column, bottom), (column, top), colour)
        if twig.parent is not None and twig.saddle is not None:
            _line((column, top), (twig.parent, top), colour)
            saddles.append(Pin(twig.parent, top, twig.saddle))
        placed.append(Pin(column, bottom, twig.minimum))
    implot.pop_plot_clip_rect()
    pins.place([*saddles, *placed])
    pins.draw(theme)
    implot.end_plot()


def _reach(critical: Critical, twigs: tuple[Twig, ...], scale: Scale) -> Reach:
    """The lowest minimum and the highest saddle."""
    low = min((float(critical.losses[twig.minimum]) for twig in twigs), default=scale.low)
    high = max((float(critical.losses[twig.saddle]) for twig in twigs if twig.saddle is not None), default=scale.high)
    return low, max(high, low)


def _colour(stage: Stage, pins: Pins, twig: Twig, theme: Theme) -> Rgba:
    """That of what was chosen, if it is its minimum."""
    point = stage.critical.points[twig.minimum]
    return (*theme.chosen, 1.0) if pins.is_chosen((point.alpha, point.beta)) else theme.panel.text


def _line(start: tuple[float, float], end: tuple[float, float], colour: Rgba) -> None:
    one, other = implot.plot_to_pixels(*start), implot.plot_to_pixels(*end)
    drawn, ink = implot.get_plot_draw_list(), imgui.get_color_u32(imgui.ImVec4(*colour))
    drawn.add_line(ImVec2(one.x, one.y), ImVec2(other.x, other.y), ink, 1.5 * imgui.get_style().font_scale_main)
