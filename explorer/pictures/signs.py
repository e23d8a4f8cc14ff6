"""The signs in the middle of marks, as areas: what became of a critical point once the network was asked."""

import numpy as np

from compute.landscape import Floats
from compute.verification import Outcome
from explorer.ground.marks import SIGN
from explorer.looks.theme import Rgb
from explorer.pictures.drawing import Area

ROUND = 24  # corners of what is round
DOT, RING, ARM, BAR = 0.2, (0.17, 0.29), 0.36, 0.07  # of the radius, as in shaders/lib/mark.glsl


def sign_areas(place: Floats, sign: int, radius: float, ink: Rgb) -> list[Area]:
    """A dot, a ring or a cross around (2,) a place; nothing for sign 0."""
    turn = np.linspace(0.0, 2 * np.pi, ROUND, endpoint=False)
    circle = radius * np.column_stack([np.cos(turn), np.sin(turn)])
    if sign == SIGN[Outcome.VERIFIED]:
        return [Area(place + DOT * circle, ink)]
    if sign == SIGN[Outcome.MOVED]:
        closed = np.vstack([circle, circle[:1]])  # out along the circle, and back along the smaller one
        return [Area(place + np.vstack([RING[1] * closed, RING[0] * closed[::-1]]), ink)]
    if sign == SIGN[Outcome.REFUTED]:
        bar = radius * np.array([(-ARM, -BAR), (ARM, -BAR), (ARM, BAR), (-ARM, BAR)])
        diagonals = (np.array([(1, 1), (-1, 1)]), np.array([(1, -1), (1, 1)]))
        return [Area(place + bar @ (turned / np.sqrt(2)), ink) for turned in diagonals]
    return []
