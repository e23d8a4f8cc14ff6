"""The box around a surface, its grid and its ticks, right from wherever it is seen: pure geometry, no GL."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import Camera, axes
from explorer.ground.heights import extent_world
from explorer.ground.scene import Scene, floor_world, relief_world
from explorer.looks.theme import THEMES, Rgba
from explorer.looks.view import View
from explorer.writing.annotations import Line, to_world, value_heights
from explorer.writing.ticks import linear_ticks

TICK_WORLD = 0.035  # how far ticks stand out
STEEP = 70.0  # degrees of elevation beyond which the vertical axis is seen end on
SOFT = 4.0  # degrees before that over which it fades
ASIDE = 0.12  # how much an edge at the right counts as lower than one at the left: head-on there is one choice
FADE = 0.06  # of the way between two edges: so near to a change from one to the other what stands there fades

NEAREST = 0.1  # of the camera's distance: what is nearer to the eye, or behind it, counts as there
SAME = 1e-6  # what is nearer together is one place

Sides = tuple[int, int]


def box_lines(scene: Scene, view: View) -> np.ndarray:
    """(n, 11) the floor's frame and grid, the two far walls, and the upright axis."""
    half_x, half_y = (side / 2 for side in extent_world(scene.domain))
    theme, floor, top = THEMES[view.theme], floor_world(view), relief_world(view, scene.scale)
    near_x, near_y = numbered_sides(view)
    tick_y, tick_x = (faint(theme.frame, opacity) for opacity in side_opacity(view))
    xs = [to_world(t, scene.domain.alpha, half_x) for t in linear_ticks(*scene.domain.alpha)]
    ys = [to_world(t, scene.domain.beta, half_y) for t in linear_ticks(*scene.domain.beta)]
    lines: list[Line] = []
    for sign in (-1, 1):
        lines.append(((-half_x, sign * half_y, floor), (half_x, sign * half_y, floor), theme.frame, 1.2))
        lines.append(((sign * half_x, -half_y, floor), (sign * half_x, half_y, floor), theme.frame, 1.2))
    for x in xs:
        lines.append(((x, -half_y, floor), (x, half_y, floor), theme.grid, 1.0))
        lines.append(((x, near_y * half_y, floor), (x, near_y * (half_y + TICK_WORLD), floor), tick_x, 1.2))
    for y in ys:
        lines.append(((-half_x, y, floor), (half_x, y, floor), theme.grid, 1.0))
        lines.append(((near_x * half_x, y, floor), (near_x * (half_x + TICK_WORLD), y, floor), tick_y, 1.2))
    if is_upright(view):
        lines += _walls(scene, view, (half_x, half_y, top))
        x, y = upright_corner(view.camera, half_x, half_y)
        lines.append(((x, y, floor), (x, y, top), faint(theme.frame, height_opacity(view)), 1.2))
    return np.array([(*a, *b, *colour, width) for a, b, colour, width in lines], np.float32)


def numbered_sides(view: View) -> Sides:
    """Signs of x and y of the edges of the floor that have the numbers of beta and alpha: the lower ones in the
    picture, with the surface turned upright; so they never lie before or behind the surface."""
    lower, _ = _lowness(view)
    return (1 if lower[0] > 0 else -1), (1 if lower[1] > 0 else -1)


def side_opacity(view: View) -> tuple[float, float]:
    """Of what stands at the edges of beta and alpha: 0 where it changes to the opposite edge."""
    lower, apart = _lowness(view)
    x, y = (np.abs(lower) + SAME) / (FADE * apart + SAME)
    return smooth(float(x)), smooth(float(y))


@lru_cache(maxsize=4)
def _lowness(view: View) -> tuple[Floats, Floats]:
    """(2,), (2,) how much lower in the picture the edges at the far end of x and y are than the opposite ones, and how
    far they are apart there. Of two edges that are equally low: at the right, away from the upright axis, but of a
    map at the left."""
    ends, floor = np.eye(3)[:2], np.array([0.0, 0.0, floor_world(view)])
    across = 0.5 * (_seen(view.camera, ends + floor) - _seen(view.camera, floor - ends))
    aside = ASIDE * (2 * height_opacity(view) - 1)
    lower: Floats = aside * across[:, 0] - across[:, 1] + 1e-3 * across[:, 2]
    apart: Floats = np.hypot(across[:, 0], across[:, 1])
    return lower, apart


def upright_corner(camera: Camera, half_x: float, half_y: float) -> tuple[float, float]:
    """The corner of the box that is farthest to the left in the picture, with the surface turned upright; of two that
    are equally far the nearer one."""
    (corner, *_), *_ = _corners(camera, half_x, half_y)
    return corner


def corner_opacity(camera: Camera, half_x: float, half_y: float) -> float:
    """Of the numbers beside the upright axis: 0 where it changes to another corner."""
    (_, first, up), (_, second, other) = _corners(camera, half_x, half_y)[:2]
    apart = float(np.hypot(second - first, other - up))
    return smooth((second - first + SAME) / (FADE * apart + SAME))


@lru_cache(maxsize=4)
def _corners(camera: Camera, half_x: float, half_y: float) -> list[tuple[tuple[float, float], float, float]]:
    """The corners of the box, how far right in the picture each is, the first the farthest left, and how far up."""
    corners = [(x, y) for x in (-half_x, half_x) for y in (-half_y, half_y)]
    seen = _seen(camera, np.array([(*corner, 0.0) for corner in corners])).tolist()
    found = [(corner, x - ASIDE * nearer, y) for corner, (x, y, nearer) in zip(corners, seen, strict=True)]
    return sorted(found, key=lambda corner: corner[1])


def _seen(camera: Camera, places: Floats) -> Floats:
    """(n, 3) how far places are to the right, up and nearer than the target, with the surface turned upright, as the
    target's plane has it: seen from right above or below up is what is farther off."""
    turned = (places - camera.target) @ axes(replace(camera, roll=0.0)).T
    if not camera.orthographic:
        turned[:, :2] *= camera.distance / np.maximum(camera.distance - turned[:, 2:], NEAREST * camera.distance)
    return np.asarray(turned)


def _walls(scene: Scene, view: View, half: tuple[float, float, float]) -> list[Line]:
    """Behind the surface: a wall between the eye and the ground would hide what is measured."""
    half_x, half_y, top = half
    grid, backward = faint(THEMES[view.theme].grid, height_opacity(view)), axes(view.camera)[2]
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


def height_opacity(view: View) -> float:
    """Of the upright axis: it fades before it is gone."""
    return smooth((STEEP - abs(view.camera.elevation)) / SOFT) if is_upright(view) else 0.0


def smooth(share: float) -> float:
    """From 0 to 1, level at both ends and beyond them."""
    inside = min(max(share, 0.0), 1.0)
    return inside * inside * (3 - 2 * inside)


def faint(colour: Rgba, opacity: float) -> Rgba:
    """The colour, so much less of it."""
    red, green, blue, alpha = colour
    return red, green, blue, alpha * opacity
