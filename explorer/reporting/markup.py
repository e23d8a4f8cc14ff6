"""HTML in which everything that is not markup is escaped, whoever wrote it."""

import html
import re

VOID = frozenset({"br", "img", "link", "meta", "source"})
_LAST = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
FORBIDDEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_LAST}]")  # in any HTML


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | None  # None is nothing


def element(name: str, /, *content: Content, **attributes: str | None) -> Markup:
    """``<name attribute="…">content</name>``. An attribute ``class_`` is class, ``stroke_width`` stroke-width; None
    is left out."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{named}>")
    return Markup(f"<{name}{named}>{joined(*content)}</{name}>")


def joined(*content: Content) -> Markup:
    """Pieces one after the other; those that are no markup escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escaped(part) for part in content if part is not None))


def escaped(text: str) -> str:
    """The text so that nothing in it is markup, in an element or in a quoted attribute; what no page may hold is �."""
    return html.escape(FORBIDDEN.sub("\ufffd", text), quote=True)
