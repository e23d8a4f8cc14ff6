"""The marks of critical points as the interface draws them: the same shapes and colours as on the surface."""

import numpy as np
from imgui_bundle import ImVec2, imgui

from compute.verification import Outcome
from explorer.ground.marks import LOOKS, judged_look
from explorer.looks.theme import Rgb

RIM = (0.05, 0.05, 0.05, 1.0)
_SHAPES = {
    0: ((-0.866, -0.5), (0.866, -0.5), (0.0, 1.0)),  # pointing down: y of the screen goes down
    1: ((0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)),
    2: ((-0.866, 0.5), (0.0, -1.0), (0.866, 0.5)),
}
Place = tuple[float, float]  # of the screen

SMALLEST_SIGN_PT = 4.0  # the radius of a mark that has room for a sign


def colour_of(slice_index: int, outcome: Outcome | None = None) -> Rgb:
    """The colour of a mark."""
    look = np.array([*LOOKS[slice_index][:2], *LOOKS[slice_index][2]], np.float64)
    red, green, blue = (look if outcome is None else judged_look(look, outcome))[2:].tolist()
    return red, green, blue


def draw_mark(
    drawn: imgui.ImDrawList, place: Place, radius: float, slice_index: int, outcome: Outcome | None = None
) -> None:
    """A mark around a place of the screen, with the sign of what became of it."""
    x, y = place
    corners: list[ImVec2 | tuple[float, float] | list[float]] = [
        (x + radius * right, y + radius * down) for right, down in _SHAPES[slice_index]
    ]
    face, rim = (
        imgui.get_color_u32(imgui.ImVec4(*colour)) for colour in ((*colour_of(slice_index, outcome), 1.0), RIM)
    )
    drawn.add_convex_poly_filled(corners, face)
    drawn.add_polyline(corners, rim, max(0.09 * radius, 0.8), imgui.ImDrawFlags_.closed.value)
    if outcome is not None and radius >= SMALLEST_SIGN_PT:
        _draw_sign(drawn, place, radius, outcome)


def draw_ring(drawn: imgui.ImDrawList, place: Place, radius: float, colour: Rgb) -> None:
    """A ring around a mark."""
    drawn.add_circle(ImVec2(*place), radius, imgui.get_color_u32(imgui.ImVec4(*colour, 1.0)), 0, 2.0)


def _draw_sign(drawn: imgui.ImDrawList, place: Place, radius: float, outcome: Outcome) -> None:
    (x, y), ink = place, imgui.get_color_u32(imgui.ImVec4(*RIM))
    if outcome is Outcome.REFUTED:
        arm = 0.34 * radius
        drawn.add_line(ImVec2(x - arm, y - arm), ImVec2(x + arm, y + arm), ink, 1.4)
        drawn.add_line(ImVec2(x - arm, y + arm), ImVec2(x + arm, y - arm), ink, 1.4)
    elif outcome is Outcome.MOVED:
        drawn.add_circle(ImVec2(x, y), 0.32 * radius, ink, 0, 1.2)
    else:
        drawn.add_circle_filled(ImVec2(x, y), 0.3 * radius, ink)
