"""The keys, as one table: what each does to the view. The letters and digits are those of the seed system."""

from collections.abc import Callable
from dataclasses import replace

from explorer.camera import Camera
from explorer.view import ContourStyle, SurfaceMode, View

Change = Callable[[View], View]


def _surface(mode: SurfaceMode) -> Change:
    return lambda view: replace(view, surface=mode)


def _contours(style: ContourStyle) -> Change:
    return lambda view: _with_style(view, ContourStyle.OFF if view.contours.style is style else style)


def _with_style(view: View, style: ContourStyle) -> View:
    return replace(view, contours=replace(view.contours, style=style))


def _hide(view: View) -> View:
    hidden = view.surface is SurfaceMode.HIDDEN
    return replace(view, surface=SurfaceMode.LIT if hidden else SurfaceMode.HIDDEN)


def _contours_and_glyphs(view: View) -> View:
    """Both on; pressed again it takes the critical points away and leaves the contours."""
    if view.contours.style is ContourStyle.OFF:
        return replace(_with_style(view, ContourStyle.ONE_COLOUR), glyphs=True)
    return replace(view, glyphs=not view.glyphs)


def _flat(flat: bool) -> Change:
    def change(view: View) -> View:
        mode = SurfaceMode.LIT if view.surface is SurfaceMode.HIDDEN else view.surface
        return replace(view, flat=flat, surface=mode)

    return change


def _colours(name: str) -> Change:
    return lambda view: replace(view, colour=replace(view.colour, map=name))


KEYS: dict[str, tuple[str, Change]] = {
    "1": ("lit surface", _surface(SurfaceMode.LIT)),
    "2": ("wireframe of the measured grid", _surface(SurfaceMode.WIREFRAME)),
    "3": ("colour without light", _surface(SurfaceMode.COLOUR)),
    "4": ("lit surface with the measured grid", _surface(SurfaceMode.MESH)),
    "a": ("height", _flat(False)),
    "s": ("flat floor", _flat(True)),
    "d": ("hide or show the surface", _hide),
    "z": ("contours in one colour, on or off", _contours(ContourStyle.ONE_COLOUR)),
    "x": ("contours in two colours, on or off", _contours(ContourStyle.TWO_COLOURS)),
    "c": ("contours with critical points; again: without the points", _contours_and_glyphs),
    "t": ("grey", _colours("grey")),
    "y": ("red to blue", _colours("redblue")),
    "u": ("rainbow", _colours("rainbow")),
    "v": ("viridis", _colours("viridis")),
    "g": ("descent path, on or off", lambda view: replace(view, path=not view.path)),
    "r": ("reset camera and relief", lambda view: replace(view, camera=Camera(), relief=View().relief)),
}

OTHER_KEYS = {
    "Tab": "the other plane",
    "Space": "pause or resume measuring",
    "H": "hide or show the panel",
    "Esc": "quit",
}
MOUSE = {
    "left drag": "orbit",
    "right or middle drag": "pan",
    "wheel": "zoom to the pointer",
}
