"""Dear ImGui on our own framebuffer order: compiled backend, our typeface, our colours."""

from collections.abc import Callable

import pyglet
from imgui_bundle import imgui

from explorer.gui_input import GuiInput
from explorer.resources import font

FONT_POINTS = 15.0


class Gui:
    """The ImGui context of one window."""

    def __init__(self) -> None:
        self._context = imgui.create_context()
        io = imgui.get_io()
        io.set_ini_filename("")  # no stray imgui.ini in the user's folder
        io.set_log_filename("")
        io.config_flags |= imgui.ConfigFlags_.nav_enable_keyboard.value  # Esc closes an open list
        io.fonts.add_font_from_file_ttf(str(font()), FONT_POINTS)
        self.strong = io.fonts.add_font_from_file_ttf(str(font("SemiBold")), FONT_POINTS)
        _style()
        imgui.backends.opengl3_init("#version 330")

    def listen(self, window: pyglet.window.Window, wake: Callable[[], None]) -> None:
        """Take part in the events of a window, which go on to its other handlers."""
        self._input = GuiInput(window, wake)

    @property
    def wants_mouse(self) -> bool:
        """Whether the pointer is on the panel, so that the scene must leave it alone."""
        return bool(imgui.get_io().want_capture_mouse)

    @property
    def wants_keyboard(self) -> bool:
        """Whether a text field is being typed in."""
        return bool(imgui.get_io().want_text_input)

    @property
    def has_open_list(self) -> bool:
        """Whether a list of choices is open, which Esc closes."""
        return bool(imgui.is_popup_open("", imgui.PopupFlags_.any_popup.value))

    def begin(self, size: tuple[int, int], pixels: tuple[int, int], seconds: float) -> None:
        """Start a frame for a window of this size (points and pixels), so long after the last one."""
        io = imgui.get_io()
        io.display_size = imgui.ImVec2(*size)
        io.display_framebuffer_scale = imgui.ImVec2(pixels[0] / size[0], pixels[1] / size[1])
        io.delta_time = max(seconds, 1e-4)
        imgui.backends.opengl3_new_frame()
        imgui.new_frame()

    def render(self) -> None:
        """Draw into the framebuffer in use; the backend leaves GL state as it found it."""
        imgui.render()
        imgui.backends.opengl3_render_draw_data(imgui.get_draw_data())

    def release(self) -> None:
        """Release the GL objects and the context."""
        imgui.backends.opengl3_shutdown()
        imgui.destroy_context(self._context)


def _style() -> None:
    imgui.style_colors_dark()
    style = imgui.get_style()
    style.window_rounding, style.frame_rounding, style.grab_rounding, style.popup_rounding = 8.0, 5.0, 5.0, 6.0
    style.window_border_size, style.frame_border_size = 1.0, 0.0
    style.window_padding = imgui.ImVec2(14, 12)
    style.item_spacing, style.frame_padding = imgui.ImVec2(8, 6), imgui.ImVec2(8, 4)
    style.scrollbar_size, style.grab_min_size = 10.0, 12.0
    colours = {
        "window_bg": (0.085, 0.100, 0.130, 0.93),
        "border": (0.32, 0.37, 0.45, 0.55),
        "text": (0.90, 0.92, 0.95, 1.0),
        "text_disabled": (0.60, 0.65, 0.72, 1.0),
        "frame_bg": (0.17, 0.20, 0.25, 1.0),
        "frame_bg_hovered": (0.22, 0.26, 0.32, 1.0),
        "frame_bg_active": (0.26, 0.31, 0.38, 1.0),
        "check_mark": (0.36, 0.78, 0.85, 1.0),
        "slider_grab": (0.30, 0.66, 0.74, 1.0),
        "slider_grab_active": (0.40, 0.84, 0.92, 1.0),
        "button": (0.19, 0.32, 0.38, 1.0),
        "button_hovered": (0.23, 0.42, 0.49, 1.0),
        "button_active": (0.28, 0.52, 0.60, 1.0),
        "header": (0.19, 0.32, 0.38, 1.0),
        "header_hovered": (0.23, 0.42, 0.49, 1.0),
        "plot_histogram": (0.25, 0.60, 0.68, 1.0),
        "popup_bg": (0.11, 0.13, 0.17, 0.98),
        "separator": (0.32, 0.37, 0.45, 0.55),
        "nav_cursor": (0.40, 0.84, 0.92, 1.0),
    }
    for name, colour in colours.items():
        style.set_color_(getattr(imgui.Col_, name).value, imgui.ImVec4(*colour))
