"""Both themes can be read: contrast by the formula of the Web Content Accessibility Guidelines, version 2.1, 1.4.3."""

from dataclasses import astuple, fields

import pytest
from imgui_bundle import imgui

from explorer.looks.theme import THEMES, Panel, Theme
from explorer.looks.view import View

READABLE = 4.5  # level AA of running text
SEEN = 3.0  # level AA of what is no text, 1.4.11


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance of an sRGB colour."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def over(colour: tuple[float, ...], ground: tuple[float, ...]) -> tuple[float, ...]:
    """A colour with alpha, on a ground."""
    alpha = colour[3]
    return tuple(alpha * c + (1 - alpha) * g for c, g in zip(colour[:3], ground[:3], strict=True))


def test_the_formula_gives_the_published_contrasts() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast((0x77 / 255,) * 3, (1, 1, 1)) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_on_the_background(name: str) -> None:
    theme = THEMES[name]
    for ground in (theme.background_top, theme.background_bottom):
        for text in (theme.text, theme.strong):
            assert contrast(over(text, ground), ground) >= READABLE


@pytest.mark.parametrize("name", THEMES)
def test_lines_can_be_seen_on_the_background(name: str) -> None:
    theme = THEMES[name]
    for ground in (theme.background_top, theme.background_bottom):
        for line in (theme.frame, theme.chalk, theme.warm, theme.cool):
            assert contrast(over(line, ground), ground) >= SEEN
        assert contrast(theme.curve, ground) >= READABLE
        assert contrast(over(theme.grid, ground), ground) >= 1.2


@pytest.mark.parametrize("name", THEMES)
def test_the_panel_can_be_read(name: str) -> None:
    theme, panel = THEMES[name], THEMES[name].panel
    window = over(panel.window_bg, theme.background_bottom)
    for ground in (window, over(panel.widgets["frame_bg"], window), over(panel.widgets["button"], window)):
        assert contrast(panel.text, ground) >= READABLE
    for text in (panel.grey, panel.alert, panel.accent):
        assert contrast(text, window) >= READABLE
    for widget in ("button_hovered", "button_active", "header_active", "tab_hovered", "popup_bg", "title_bg_active"):
        assert contrast(panel.text, over(panel.widgets[widget], window)) >= READABLE
    for handle in ("slider_grab", "slider_grab_active"):  # it lies under the words of its slider
        assert contrast(panel.text, panel.widgets[handle]) >= READABLE
        assert contrast(panel.widgets["frame_bg"], panel.widgets[handle]) >= 1.4


@pytest.mark.parametrize("name", THEMES)
def test_colours_are_colours_and_widgets_are_those_of_imgui(name: str) -> None:
    theme = THEMES[name]
    colours = [getattr(theme, field.name) for field in fields(Theme) if field.name != "panel"]
    colours += [value for value in astuple(theme.panel) if isinstance(value, tuple)] + [*theme.panel.widgets.values()]
    assert all(0 <= c <= 1 for colour in colours for c in colour)
    assert all(hasattr(imgui.Col_, widget) for widget in theme.panel.widgets)
    for field in fields(Panel):
        if field.name in theme.panel.widgets:
            assert theme.panel.widgets[field.name] == getattr(theme.panel, field.name)


def test_the_themes_differ_in_brightness_and_style_the_same_widgets() -> None:
    dark, light = THEMES["dark"], THEMES["light"]
    assert luminance(dark.background_top) < 0.1 and luminance(light.background_bottom) > 0.85
    assert dark.panel.dark and not light.panel.dark
    assert set(dark.panel.widgets) == set(light.panel.widgets)
    assert View().theme in THEMES
