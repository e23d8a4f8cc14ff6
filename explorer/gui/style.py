"""How the interface looks: sizes of its parts, and the colours of a theme."""

from imgui_bundle import imgui, implot

from explorer.looks.theme import THEMES, Theme

FONT_POINTS = 15.0


def apply_style(theme: Theme, size: float) -> None:
    """Colours of a theme and sizes of the parts; ``size`` 1 is the usual one."""
    panel = theme.panel
    (imgui.style_colors_dark if panel.dark else imgui.style_colors_light)()
    style = imgui.get_style()
    style.font_scale_main = size
    style.window_rounding, style.popup_rounding, style.child_rounding = 8.0 * size, 6.0 * size, 6.0 * size
    style.frame_rounding, style.grab_rounding = 5.0 * size, 5.0 * size
    style.window_border_size, style.frame_border_size, style.popup_border_size = 1.0, 0.0, 1.0
    style.window_padding = imgui.ImVec2(14 * size, 12 * size)
    style.item_spacing, style.frame_padding = imgui.ImVec2(8 * size, 6 * size), imgui.ImVec2(8 * size, 4 * size)
    style.item_inner_spacing, style.cell_padding = imgui.ImVec2(6 * size, 4 * size), imgui.ImVec2(6 * size, 3 * size)
    style.scrollbar_size, style.grab_min_size, style.indent_spacing = 10.0 * size, 12.0 * size, 16.0 * size
    style.window_title_align = imgui.ImVec2(0.0, 0.5)
    style.hover_stationary_delay, style.hover_delay_short, style.hover_delay_normal = 0.05, 0.1, 0.25
    for name, colour in panel.widgets.items():
        style.set_color_(getattr(imgui.Col_, name).value, imgui.ImVec4(*colour))
    frame = imgui.ImVec4(*panel.widgets["frame_bg"])
    style.set_color_(imgui.Col_.checkbox_selected_bg.value, frame)  # a ticked box has the frame of one that is not
    _plots(theme, size)


def theme_named(name: str) -> Theme:
    """The theme; that for the screen where there is none of this name."""
    return THEMES.get(name, THEMES["dark"])


def _plots(theme: Theme, size: float) -> None:
    (implot.style_colors_dark if theme.panel.dark else implot.style_colors_light)()
    style = implot.get_style()
    style.plot_padding, style.label_padding = imgui.ImVec2(6 * size, 4 * size), imgui.ImVec2(4 * size, 2 * size)
    style.legend_padding, style.legend_inner_padding = (
        imgui.ImVec2(6 * size, 4 * size),
        imgui.ImVec2(4 * size, 2 * size),
    )
    style.plot_border_size = 0.0
    style.plot_min_size = imgui.ImVec2(60 * size, 40 * size)  # a smaller window has no scrollbar for it
    clear = imgui.ImVec4(0.0, 0.0, 0.0, 0.0)
    for name, colour in (("frame_bg", clear), ("plot_bg", clear), ("legend_bg", imgui.ImVec4(*theme.panel.window_bg))):
        style.set_color_(getattr(implot.Col_, name).value, colour)
