"""Changes of a view that a key makes, apart from which key. The letters of the seed system do what they did there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from explorer.looks.view import Colouring, ContourStyle, SurfaceMode, View

Change = Callable[[View], View]


def toggled(name: str) -> Change:
    """Turn a field on or off."""

    def change(view: View) -> View:
        flag: dict[str, Any] = {name: not getattr(view, name)}
        return replace(view, **flag)

    return change


def styled(style: ContourStyle) -> Change:
    """Contours of this style; none where they have it already."""
    return lambda view: _with_style(view, ContourStyle.OFF if view.contours.style is style else style)


def contours_and_points(view: View) -> View:
    """Both on; again, it takes the critical points away and leaves the contours."""
    if view.contours.style is ContourStyle.OFF:
        return replace(_with_style(view, ContourStyle.ONE_COLOUR), glyphs=True)
    return replace(view, glyphs=not view.glyphs)


def hidden_or_shown(view: View) -> View:
    """Hide the surface, or show it again."""
    hidden = view.surface is SurfaceMode.HIDDEN
    return replace(view, surface=SurfaceMode.LIT if hidden else SurfaceMode.HIDDEN)


def laid_flat(flat: bool) -> Change:
    """Everything on the floor, or at its height; a hidden surface comes back."""

    def change(view: View) -> View:
        mode = SurfaceMode.LIT if view.surface is SurfaceMode.HIDDEN else view.surface
        return replace(view, flat=flat, surface=mode)

    return change


def coloured_by(metric: str) -> Change:
    """Colours of this metric; where they are already, of the height again."""

    def change(view: View) -> View:
        chosen = None if view.colour.metric == metric else metric
        return replace(view, colour=Colouring(view.colour.map, chosen))

    return change


def _with_style(view: View, style: ContourStyle) -> View:
    return replace(view, contours=replace(view.contours, style=style))
