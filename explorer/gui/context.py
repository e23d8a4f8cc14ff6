"""Dear ImGui on our own framebuffer order: compiled backend, our typeface, our colours."""

from collections.abc import Callable

import pyglet
from imgui_bundle import imgui, implot

from explorer.gui.input import GuiInput
from explorer.gui.style import FONT_POINTS, apply_style, theme_named
from explorer.resources import font


class Gui:
    """The ImGui context of one window.

    ``keyboard`` says whether the keys are for the interface, so that Tab and arrows step through its controls.
    """

    def __init__(self) -> None:
        self._context = imgui.create_context()
        self._plots = implot.create_context()
        io = imgui.get_io()
        io.set_ini_filename("")  # no stray imgui.ini in the user's folder
        io.set_log_filename("")
        io.config_windows_move_from_title_bar_only = True
        io.config_flags |= imgui.ConfigFlags_.nav_enable_keyboard.value
        io.fonts.add_font_from_file_ttf(str(font()), FONT_POINTS)
        self.strong = io.fonts.add_font_from_file_ttf(str(font("SemiBold")), FONT_POINTS)
        self.keyboard = False
        self._looks: tuple[str, float] | None = None
        imgui.backends.opengl3_init("#version 330")

    def listen(self, window: pyglet.window.Window, wake: Callable[[], None]) -> None:
        """Take part in the events of a window, which go on to its other handlers."""
        self._input = GuiInput(window, wake, lambda: self.wants_keyboard or self.has_open_list)

    @property
    def wants_mouse(self) -> bool:
        """Whether the pointer is on the interface, so that the scene must leave it alone."""
        return bool(imgui.get_io().want_capture_mouse)

    @property
    def wants_keyboard(self) -> bool:
        """Whether keys are for the interface: a text is being typed, or the keyboard is led through its controls."""
        return self.keyboard or bool(imgui.get_io().want_text_input)

    @property
    def has_open_list(self) -> bool:
        """Whether a list of choices or a menu is open, which Esc closes."""
        return bool(imgui.is_popup_open("", imgui.PopupFlags_.any_popup.value))

    @property
    def has_unread(self) -> bool:
        """Whether events wait for the next frame: ImGui takes in what a quick hand does one frame after the other."""
        return len(imgui.get_current_context().input_events_queue) > 0

    def dress(self, theme: str, size: float) -> None:
        """Take on the colours of a theme and the size of the interface; between two frames."""
        if (theme, size) != self._looks:
            self._looks = (theme, size)
            apply_style(theme_named(theme), size)

    def begin(self, size: tuple[int, int], pixels: tuple[int, int], seconds: float) -> None:
        """Start a frame for a window of this size (points and pixels), so long after the last one."""
        io = imgui.get_io()
        io.display_size = imgui.ImVec2(*size)
        io.display_framebuffer_scale = imgui.ImVec2(pixels[0] / size[0], pixels[1] / size[1])
        io.delta_time = max(seconds, 1e-4)
        imgui.backends.opengl3_new_frame()
        imgui.new_frame()
        if not (self.keyboard or self.has_open_list):
            imgui.set_nav_cursor_visible(False)  # keys are the scene's: nothing of the interface is chosen by them

    def render(self) -> None:
        """Draw into the framebuffer in use; the backend leaves GL state as it found it."""
        imgui.render()
        imgui.backends.opengl3_render_draw_data(imgui.get_draw_data())

    def release(self) -> None:
        """Release the GL objects and the contexts."""
        imgui.backends.opengl3_shutdown()
        implot.destroy_context(self._plots)
        imgui.destroy_context(self._context)
