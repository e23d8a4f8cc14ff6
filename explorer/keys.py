"""The keys, as one table: what each does to the view. The letters and digits are those of the seed system."""

from collections.abc import Callable
from dataclasses import replace

from explorer.camera import Camera
from explorer.view import ContourStyle, SurfaceMode, View

Change = Callable[[View], View]


def _surface(mode: SurfaceMode) -> Change:
    return lambda view: replace(view, surface=mode)


def _contours(style: ContourStyle) -> Change:
    return lambda view: replace(view, contours=ContourStyle.OFF if view.contours is style else style)


def _hide(view: View) -> View:
    hidden = view.surface is SurfaceMode.HIDDEN
    return replace(view, surface=SurfaceMode.LIT if hidden else SurfaceMode.HIDDEN)


def _contours_and_glyphs(view: View) -> View:
    both = view.contours is not ContourStyle.OFF and view.glyphs
    style = ContourStyle.OFF if both else ContourStyle.ONE_COLOUR
    return replace(view, contours=style, glyphs=not both)


def _colours(name: str) -> Change:
    return lambda view: replace(view, colours=name)


KEYS: dict[str, tuple[str, Change]] = {
    "1": ("lit surface", _surface(SurfaceMode.LIT)),
    "2": ("wireframe of the measured grid", _surface(SurfaceMode.WIREFRAME)),
    "3": ("colour without light", _surface(SurfaceMode.COLOUR)),
    "4": ("lit surface with the measured grid", _surface(SurfaceMode.MESH)),
    "a": ("height", lambda view: replace(view, flat=False)),
    "s": ("flat floor", lambda view: replace(view, flat=True)),
    "d": ("hide or show the surface", _hide),
    "z": ("contours in one colour, on or off", _contours(ContourStyle.ONE_COLOUR)),
    "x": ("contours in two colours, on or off", _contours(ContourStyle.TWO_COLOURS)),
    "c": ("contours with critical points, on or off", _contours_and_glyphs),
    "t": ("grey", _colours("grey")),
    "y": ("red to blue", _colours("redblue")),
    "u": ("rainbow", _colours("rainbow")),
    "v": ("viridis", _colours("viridis")),
    "g": ("descent path, on or off", lambda view: replace(view, path=not view.path)),
    "r": ("reset the camera", lambda view: replace(view, camera=Camera())),
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
