"""One control each: what it shows, what it returns, and its tooltip, which names the unit and the keys."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from imgui_bundle import ImVec2, imgui

from explorer.desk.actions import ACTIONS
from explorer.looks.limits import LIMITS
from explorer.looks.theme import Rgba
from explorer.looks.view import Span

T = TypeVar("T")

_KEYS = {action.label: action.keys for action in ACTIONS}


class Drafts:
    """Texts that are being typed, by field; gone once they are taken or given up. ``complaint`` is what is wrong with
    the one that was taken last."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self.complaint = ""

    def text(self, name: str, shown: str, tip: str, hint: str = "") -> str | None:
        """A field for a text; what was typed, once Enter is pressed or the field is left, else None."""
        _, text = imgui.input_text_with_hint(name, hint, self._texts.get(name, shown))
        explain(tip)
        taken = imgui.is_item_deactivated_after_edit()
        if imgui.is_item_active():
            self._texts[name] = text
        else:
            self._texts.pop(name, None)
        return text if taken and text != shown else None

    def number(self, name: str, value: float | None, tip: str, hint: str = "automatic") -> float | None:
        """A field for a number, or for none where it is left empty."""
        typed = self.text(name, "" if value is None else number_text(value), tip, hint)
        if typed is None:
            return value
        if not typed.strip():
            return None
        found = numbers(typed)
        if found is None or len(found) != 1:
            self.complaint = f"{plain_label(name)}: {typed.strip()!r} is not a number"
            return value
        return found[0]


def number_text(value: float) -> str:
    """As it is shown in a field: so that it reads back the same."""
    return repr(value).removesuffix(".0")


def numbers(text: str) -> tuple[float, ...] | None:
    """The finite numbers of a list such as "0.1, 0.5; 1"; None when something else is in it."""
    parts = [part for part in text.replace(";", ",").replace("−", "-").split(",") if part.strip()]
    try:
        found = tuple(float(part) for part in parts)
    except ValueError:
        return None
    return found if all(math.isfinite(number) for number in found) else None


def choice(label: str, options: Sequence[T], current: T, name: Callable[[T], str], tip: str) -> T:
    """A list to choose from."""
    index = options.index(current) if current in options else 0
    changed, chosen = imgui.combo(label, index, [name(option) for option in options])
    explain(tip)
    return options[chosen] if changed else current


def slider(label: str, value: float, tip: str, limit: str, *, shape: str = "%.2f", most: float | None = None) -> float:
    """A number between the limits of that name; Ctrl and a click type it."""
    low, high = LIMITS[limit]
    flags = imgui.SliderFlags_.always_clamp.value
    changed, moved = imgui.slider_float(label, value, low, min(high, most or high), shape, flags)
    explain(tip)
    return min(max(moved, low), high) if changed else value


def whole(label: str, value: int, tip: str, limit: str, most: int) -> int:
    """A whole number; the slider goes up to ``most``, and what is typed to the limit of that name."""
    low, high = (int(bound) for bound in LIMITS[limit])
    changed, moved = imgui.slider_int(label, value, low, most)
    explain(tip)
    return min(max(moved, low), high) if changed else value


def check(label: str, on: bool, tip: str) -> bool:
    """A box to tick."""
    _, ticked = imgui.checkbox(label, on)
    explain(tip)
    return bool(ticked)


def span(label: str, shares: Span, tip: str, shape: Callable[[float], str]) -> Span:
    """Two shares of a whole, the first below the second, shown as what they stand for."""
    low, high = shares
    changed, low, high = imgui.drag_float_range2(
        label, low, high, 0.004, 0.0, 1.0, _escaped(shape(low)), _escaped(shape(high)),
        imgui.SliderFlags_.always_clamp.value,
    )  # fmt: skip
    explain(tip)
    if not changed:
        return shares
    low = min(max(low, 0.0), 0.99)
    return low, min(max(high, low + 0.01), 1.0)


def explain(tip: str, *, above: float | None = None) -> None:
    """The tooltip of the control before; none while one types there or a button of the mouse is down, or it would hide
    what is worked with. ``above``: its bottom is there, instead of below the pointer."""
    flags = imgui.HoveredFlags_.for_tooltip.value | imgui.HoveredFlags_.allow_when_disabled.value
    if imgui.is_item_hovered(flags) and not imgui.is_item_active() and not imgui.is_any_mouse_down():
        if above is not None:
            left, gap = imgui.get_item_rect_min().x, imgui.get_style().item_spacing.y
            at = imgui.get_mouse_pos().x if imgui.is_item_hovered(imgui.HoveredFlags_.rect_only.value) else left
            imgui.set_next_window_pos(ImVec2(at, above - gap), 0, ImVec2(0.0, 1.0))
        imgui.begin_tooltip()
        imgui.push_text_wrap_pos(imgui.get_font_size() * 24)
        imgui.text_unformatted(tip)
        imgui.pop_text_wrap_pos()
        imgui.end_tooltip()


def keys(*labels: str) -> str:
    """The keys of actions, in brackets behind what a tooltip says: " (z, x)"."""
    named = [_KEYS[label][0] for label in labels if _KEYS[label]]
    return f" ({', '.join(named)})" if named else ""


def grey(text: str) -> None:
    """A line beside the point."""
    imgui.push_style_color(imgui.Col_.text.value, imgui.get_style().color_(imgui.Col_.text_disabled.value))
    imgui.text_wrapped(text)
    imgui.pop_style_color()


def coloured(text: str, colour: Rgba) -> None:
    """A line that is to be noticed."""
    imgui.push_style_color(imgui.Col_.text.value, imgui.ImVec4(*colour))
    imgui.text_wrapped(text)
    imgui.pop_style_color()


def section(label: str, *, opened: bool = True) -> bool:
    """The heading of a section; whether the section is open."""
    flags = imgui.TreeNodeFlags_.default_open.value if opened else 0
    return bool(imgui.collapsing_header(label, flags))


def button(label: str, tip: str, *, enabled: bool = True, width: float = 0.0) -> bool:
    """A button; whether it was pressed."""
    imgui.begin_disabled(not enabled)
    pressed = imgui.button(label, ImVec2(width, 0))
    imgui.end_disabled()
    explain(tip)
    return bool(pressed)


def plain_label(name: str) -> str:
    """What is seen of a label."""
    return name.partition("##")[0]


def _escaped(text: str) -> str:
    """As a format that shows just this."""
    return text.replace("%", "%%")
