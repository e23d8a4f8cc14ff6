"""Every colour that does not stand for a value: dark for the screen, light for papers and projectors."""

from collections.abc import Mapping
from dataclasses import dataclass

Rgb = tuple[float, float, float]
Rgba = tuple[float, float, float, float]


@dataclass(frozen=True)
class Panel:
    """Colours of the window's interface; ``widgets`` are those of ImGui, by the names in its ``Col_``."""

    dark: bool  # which of ImGui's own styles the rest is taken from
    text: Rgba
    grey: Rgba  # what is said beside the point
    alert: Rgba
    accent: Rgba
    window_bg: Rgba
    widgets: Mapping[str, Rgba]


@dataclass(frozen=True)
class Theme:
    """Colours of the scene. What lies on the surface has to be told from any colour map, whatever the theme."""

    background_top: Rgb
    background_bottom: Rgb
    text: Rgba
    strong: Rgba  # names and titles
    halo: Rgba  # around text, so that it can be read over the surface
    frame: Rgba  # of the box, its ticks, and the colour bar
    grid: Rgba
    ink: Rgba  # isolines on the surface
    chalk: Rgba  # isolines over the background
    cool: Rgba  # isolines of two colours, at height 0 …
    warm: Rgba  # … and at height 1
    casing: Rgb  # around the path
    curve: Rgb  # of a line
    predicted: Rgb  # the same where it is not measured
    unknown: Rgb  # hatching of a surface that is predicted
    diverged: Rgb  # where the loss is not finite
    mesh: Rgb  # lines of the measured grid on the surface
    point: Rgb  # measured points, on a light rim
    arrow: Rgb  # where it goes downhill, in a dark rim
    section: Rgb  # the line of the cross-section, in turn with ``section_gap``
    section_gap: Rgb
    mark: Rgb  # what is pointed at: a checkpoint, a rectangle
    chosen: Rgb  # around critical points that are chosen, and of the ways between two
    panel: Panel


_DARK_PANEL = Panel(
    dark=True,
    text=(0.90, 0.92, 0.95, 1.0),
    grey=(0.60, 0.65, 0.72, 1.0),
    alert=(1.0, 0.62, 0.45, 1.0),
    accent=(0.36, 0.78, 0.85, 1.0),
    window_bg=(0.085, 0.100, 0.130, 0.93),
    widgets={
        "window_bg": (0.085, 0.100, 0.130, 0.93),
        "menu_bar_bg": (0.085, 0.100, 0.130, 0.97),
        "title_bg": (0.085, 0.100, 0.130, 1.0),
        "title_bg_active": (0.13, 0.17, 0.21, 1.0),
        "border": (0.32, 0.37, 0.45, 0.55),
        "text": (0.90, 0.92, 0.95, 1.0),
        "text_disabled": (0.60, 0.65, 0.72, 1.0),
        "frame_bg": (0.17, 0.20, 0.25, 1.0),
        "frame_bg_hovered": (0.22, 0.26, 0.32, 1.0),
        "frame_bg_active": (0.26, 0.31, 0.38, 1.0),
        "check_mark": (0.36, 0.78, 0.85, 1.0),
        "slider_grab": (0.18, 0.43, 0.50, 1.0),
        "slider_grab_active": (0.19, 0.445, 0.52, 1.0),
        "button": (0.19, 0.32, 0.38, 1.0),
        "button_hovered": (0.21, 0.375, 0.44, 1.0),
        "button_active": (0.23, 0.43, 0.50, 1.0),
        "header": (0.19, 0.32, 0.38, 1.0),
        "header_hovered": (0.21, 0.375, 0.44, 1.0),
        "header_active": (0.23, 0.43, 0.50, 1.0),
        "tab": (0.13, 0.17, 0.21, 1.0),
        "tab_hovered": (0.21, 0.375, 0.44, 1.0),
        "tab_selected": (0.19, 0.32, 0.38, 1.0),
        "plot_histogram": (0.25, 0.60, 0.68, 1.0),
        "table_header_bg": (0.13, 0.17, 0.21, 1.0),
        "popup_bg": (0.11, 0.13, 0.17, 0.98),
        "separator": (0.32, 0.37, 0.45, 0.55),
        "nav_cursor": (0.40, 0.84, 0.92, 1.0),
        "text_selected_bg": (0.25, 0.60, 0.68, 0.45),
    },
)

_LIGHT_PANEL = Panel(
    dark=False,
    text=(0.09, 0.11, 0.14, 1.0),
    grey=(0.34, 0.38, 0.44, 1.0),
    alert=(0.72, 0.22, 0.05, 1.0),
    accent=(0.02, 0.44, 0.52, 1.0),
    window_bg=(0.965, 0.972, 0.982, 0.95),
    widgets={
        "window_bg": (0.965, 0.972, 0.982, 0.95),
        "menu_bar_bg": (0.965, 0.972, 0.982, 0.98),
        "title_bg": (0.90, 0.92, 0.94, 1.0),
        "title_bg_active": (0.83, 0.88, 0.91, 1.0),
        "border": (0.60, 0.65, 0.72, 0.55),
        "text": (0.09, 0.11, 0.14, 1.0),
        "text_disabled": (0.34, 0.38, 0.44, 1.0),
        "frame_bg": (0.875, 0.895, 0.920, 1.0),
        "frame_bg_hovered": (0.830, 0.858, 0.892, 1.0),
        "frame_bg_active": (0.780, 0.818, 0.862, 1.0),
        "check_mark": (0.02, 0.44, 0.52, 1.0),
        "slider_grab": (0.48, 0.78, 0.84, 1.0),
        "slider_grab_active": (0.38, 0.71, 0.78, 1.0),
        "button": (0.76, 0.86, 0.89, 1.0),
        "button_hovered": (0.66, 0.81, 0.85, 1.0),
        "button_active": (0.56, 0.75, 0.80, 1.0),
        "header": (0.76, 0.86, 0.89, 1.0),
        "header_hovered": (0.66, 0.81, 0.85, 1.0),
        "header_active": (0.56, 0.75, 0.80, 1.0),
        "tab": (0.87, 0.90, 0.92, 1.0),
        "tab_hovered": (0.66, 0.81, 0.85, 1.0),
        "tab_selected": (0.76, 0.86, 0.89, 1.0),
        "plot_histogram": (0.20, 0.62, 0.70, 1.0),
        "table_header_bg": (0.83, 0.88, 0.91, 1.0),
        "popup_bg": (0.985, 0.990, 0.995, 0.99),
        "separator": (0.60, 0.65, 0.72, 0.55),
        "nav_cursor": (0.02, 0.44, 0.52, 1.0),
        "text_selected_bg": (0.45, 0.75, 0.82, 0.60),
    },
)

THEMES: Mapping[str, Theme] = {
    "dark": Theme(
        background_top=(0.125, 0.150, 0.195),
        background_bottom=(0.055, 0.066, 0.090),
        text=(0.80, 0.83, 0.88, 1.0),
        strong=(0.93, 0.95, 0.98, 1.0),
        halo=(0.02, 0.03, 0.05, 0.75),
        frame=(0.62, 0.67, 0.75, 0.85),
        grid=(0.62, 0.67, 0.75, 0.20),
        ink=(0.03, 0.04, 0.06, 0.72),
        chalk=(0.95, 0.97, 1.0, 0.60),
        cool=(0.16, 0.42, 1.0, 0.95),
        warm=(1.0, 0.45, 0.10, 0.95),
        casing=(0.04, 0.05, 0.07),
        curve=(0.96, 0.97, 1.0),
        predicted=(0.50, 0.53, 0.58),
        unknown=(0.62, 0.65, 0.70),
        diverged=(0.45, 0.10, 0.16),
        mesh=(0.02, 0.03, 0.05),
        point=(0.98, 0.98, 1.0),
        arrow=(1.0, 0.98, 0.90),
        section=(1.0, 1.0, 1.0),
        section_gap=(0.02, 0.03, 0.05),
        mark=(1.0, 1.0, 1.0),
        chosen=(1.0, 0.45, 0.85),
        panel=_DARK_PANEL,
    ),
    "light": Theme(
        background_top=(1.0, 1.0, 1.0),
        background_bottom=(0.950, 0.957, 0.968),
        text=(0.13, 0.15, 0.19, 1.0),
        strong=(0.06, 0.08, 0.11, 1.0),
        halo=(1.0, 1.0, 1.0, 0.72),
        frame=(0.28, 0.32, 0.38, 0.85),
        grid=(0.28, 0.32, 0.38, 0.20),
        ink=(0.03, 0.04, 0.06, 0.72),
        chalk=(0.05, 0.07, 0.11, 0.70),
        cool=(0.05, 0.27, 0.85, 0.95),
        warm=(0.86, 0.31, 0.02, 0.95),
        casing=(0.04, 0.05, 0.07),
        curve=(0.07, 0.09, 0.13),
        predicted=(0.55, 0.58, 0.63),
        unknown=(0.72, 0.75, 0.79),
        diverged=(0.62, 0.16, 0.22),
        mesh=(0.02, 0.03, 0.05),
        point=(0.98, 0.98, 1.0),
        arrow=(1.0, 0.98, 0.90),
        section=(1.0, 1.0, 1.0),
        section_gap=(0.02, 0.03, 0.05),
        mark=(1.0, 1.0, 1.0),
        chosen=(0.88, 0.10, 0.62),
        panel=_LIGHT_PANEL,
    ),
}
