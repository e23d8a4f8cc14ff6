"""The box around a surface, its grid and its ticks, right from wherever it is seen: pure geometry, no GL."""

from dataclasses import replace

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import Camera, axes
from explorer.ground.heights import extent_world
from explorer.ground.scene import Scene, floor_world, relief_world
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.writing.annotations import Line, to_world, value_heights
from explorer.writing.ticks import linear_ticks

TICK_WORLD = 0.035  # how far ticks stand out
STEEP = 70.0  # degrees of elevation beyond which the vertical axis is seen end on

Sides = tuple[int, int]


def box_lines(scene: Scene, view: View) -> np.ndarray:
    """(n, 11) the floor's frame and grid, the two far walls, and the upright axis."""
    half_x, half_y = (side / 2 for side in extent_world(scene.domain))
    theme, floor, top = THEMES[view.theme], floor_world(view), relief_world(view, scene.scale)
    near_x, near_y = numbered_sides(view)
    xs = [to_world(t, scene.domain.alpha, half_x) for t in linear_ticks(*scene.domain.alpha)]
    ys = [to_world(t, scene.domain.beta, half_y) for t in linear_ticks(*scene.domain.beta)]
    lines: list[Line] = []
    for sign in (-1, 1):
        lines.append(((-half_x, sign * half_y, floor), (half_x, sign * half_y, floor), theme.frame, 1.2))
        lines.append(((sign * half_x, -half_y, floor), (sign * half_x, half_y, floor), theme.frame, 1.2))
    for x in xs:
        lines.append(((x, -half_y, floor), (x, half_y, floor), theme.grid, 1.0))
        lines.append(((x, near_y * half_y, floor), (x, near_y * (half_y + TICK_WORLD), floor), theme.frame, 1.2))
    for y in ys:
        lines.append(((-half_x, y, floor), (half_x, y, floor), theme.grid, 1.0))
        lines.append(((near_x * half_x, y, floor), (near_x * (half_x + TICK_WORLD), y, floor), theme.frame, 1.2))
    if is_upright(view):
        lines += _walls(scene, view, (half_x, half_y, top))
        x, y = upright_corner(view.camera, half_x, half_y)
        lines.append(((x, y, floor), (x, y, top), theme.frame, 1.2))
    return np.array([(*a, *b, *colour, width) for a, b, colour, width in lines], np.float32)


def numbered_sides(view: View) -> Sides:
    """Signs of x and y of the edges of the floor that have the numbers of beta and alpha: the lower ones in the
    picture, with the surface turned upright; so they never lie before or behind the surface."""
    right, up = _screen(view.camera)
    # Of two edges that are equally low: at the right, away from the upright axis, but of a map at the left.
    aside = right * (0.12 if is_upright(view) else -0.02)
    lower = aside - up + 1e-3 * axes(view.camera)[2]
    return (1 if lower[0] > 0 else -1), (1 if lower[1] > 0 else -1)


def upright_corner(camera: Camera, half_x: float, half_y: float) -> tuple[float, float]:
    """The corner of the box that is farthest to the left in the picture, with the surface turned upright."""
    right, _ = _screen(camera)
    corners = [(x, y) for x in (-half_x, half_x) for y in (-half_y, half_y)]
    return min(corners, key=lambda corner: float(right[:2] @ corner))


def _screen(camera: Camera) -> tuple[Floats, Floats]:
    """(3,), (3,) directions in the world that run to the right and up in the picture if z does; seen from right
    above or below, where z is a point, if what is farther off does."""
    level = axes(replace(camera, roll=0.0))
    return level[0], level[1]


def _walls(scene: Scene, view: View, half: tuple[float, float, float]) -> list[Line]:
    """Behind the surface: a wall between the eye and the ground would hide what is measured."""
    half_x, half_y, top = half
    grid, backward = THEMES[view.theme].grid, axes(view.camera)[2]
    far_x, far_y = (-half_x if backward[0] > 0 else half_x), (-half_y if backward[1] > 0 else half_y)
    lines: list[Line] = []
    for _, height in value_heights(scene.scale):
        z = height * top
        lines.append(((-half_x, far_y, z), (half_x, far_y, z), grid, 1.0))
        lines.append(((far_x, -half_y, z), (far_x, half_y, z), grid, 1.0))
    lines.append(((far_x, far_y, floor_world(view)), (far_x, far_y, top), grid, 1.0))
    return lines


def is_upright(view: View) -> bool:
    """Whether there is height to be read off an upright axis."""
    return not view.flat and view.relief > 0 and abs(view.camera.elevation) < STEEP
