"""What it takes to stand beside an edge of the floor: pure geometry, no GL.

What stands beside an edge is placed in the picture, not in the world: as far from the edge as its text is wide in that
direction, so that it crosses neither the axis nor what lies behind it under any camera; and farther where the surface
hangs over. The place follows from the camera alone, without jumps: text that has to go elsewhere, or nowhere, fades
before it does.
"""

from dataclasses import dataclass, replace

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import project
from explorer.gl.lettering import text_size
from explorer.ground.heights import extent_world
from explorer.ground.scene import Label, Scene, floor_world
from explorer.looks.view import View
from explorer.writing.box import TICK_WORLD, numbered_sides, side_opacity, smooth
from explorer.writing.placing import UPRIGHT, Sheet, box_of
from explorer.writing.skyline import overhang, room_to

GAP_PT = 5.0  # from a tick to its number, and from the numbers to the name
EDGE_ON = 1e-3  # pixels between both sides of the floor, below which it is seen end on
SQUINT, KEEN = 0.1, 0.3  # sines of the angle between an edge and its ticks: below them those say nothing of the way out
ACROSS = 0.25  # the same for names, by how much more
WORSE = 0.07  # to be moved away from the surface is so much worse than to be clear of it
CLEAR_PT = 8.0  # text that is nearer to something else is fainter, and half as near gone
BESIDE_PT = 3.0  # what text keeps from the surface at its ends; above and below it has room of its own
NEAR_PT = 10.0  # to be clear of the surface text goes so far anyhow, and farther where it has to
FAR_PT, FARTHEST_PT = 56.0, 80.0  # text that has to go so far to be clear of the surface is fainter, and then gone


@dataclass(frozen=True)
class Edge:
    """One edge of the floor that has numbers: where it runs in the world, and which way is out."""

    start: Floats
    end: Floats
    out: Floats
    opacity: float  # of what stands there: it fades where the opposite edge is as good

    def at(self, share: float) -> Floats:
        """(3,) the place so far along it, in shares."""
        return self.start + share * (self.end - self.start)


def edges_of(scene: Scene, view: View) -> tuple[Edge, Edge]:
    """Of alpha and of beta."""
    half_x, half_y = (side / 2 for side in extent_world(scene.domain))
    (sign_x, sign_y), floor = numbered_sides(view), floor_world(view)
    beside_x, beside_y = side_opacity(view)
    corner = np.array([[-half_x, sign_y * half_y, floor], [half_x, sign_y * half_y, floor]])
    other = np.array([[sign_x * half_x, -half_y, floor], [sign_x * half_x, half_y, floor]])
    return (
        Edge(corner[0], corner[1], np.array([0.0, sign_y, 0.0]), beside_y),
        Edge(other[0], other[1], np.array([sign_x, 0.0, 0.0]), beside_x),
    )


def beside(label: Label, edge: Edge, share: float, room: float, sheet: Sheet) -> list[tuple[Label, float]]:
    """The label at a place of the edge, ``room`` pixels beyond the ticks or farther, clear of the surface, and how much
    farther across the edge; none where that is behind the eye."""
    tip = edge.at(share) + TICK_WORLD * edge.out
    seen = project(sheet.clip, np.stack([edge.at(share), tip]), sheet.size)
    if not (seen[:, 2] > 0).all():
        return []
    squint = SQUINT + (ACROSS if room else 0.0)
    normal, way, ratio = normal_of(edge, sheet), _way(edge, share, squint, sheet), sheet.ratio
    away = (room + GAP_PT * ratio + support(label, normal, ratio)) / float(way @ normal)
    x, y = (seen[1, :2] + away * way).tolist()
    clear, far = pushed(replace(label, x=x, y=y), way, sheet)
    return [(clear, far * float(way @ normal))]


def pushed(label: Label, way: Floats, sheet: Sheet) -> tuple[Label, float]:
    """The label clear of the surface, fainter where that is far, and how far; left where it is if that is in the open,
    before a surface that is far off. Between the two it is gone."""
    box, ratio = box_of(label, sheet.ratio), sheet.ratio
    box = box[0] - BESIDE_PT * ratio, box[1], box[2] + BESIDE_PT * ratio, box[3]
    far = min(overhang(box, way, sheet.ground), FARTHEST_PT * ratio)
    if far == 0:
        return label, 0.0
    moved = smooth((FARTHEST_PT - far / ratio) / (FARTHEST_PT - FAR_PT))
    clear = smooth(2 * room_to(box, sheet.ground) / (CLEAR_PT * ratio))
    here, there = clear * smooth((far / ratio - NEAR_PT) / NEAR_PT), (1 - WORSE) * moved
    apart = smooth(abs(here - there) / (WORSE * max(here, there, 1e-9)))
    if here > there:
        return replace(label, opacity=label.opacity * clear * apart), 0.0
    x, y = (np.array([label.x, label.y]) + far * way).tolist()
    return replace(label, x=x, y=y, opacity=label.opacity * moved * apart), far


def _way(edge: Edge, share: float, squint: float, sheet: Sheet) -> Floats:
    """(2,) unit vector in the picture, the way that labels go from the edge: that of the ticks, or across it where
    those run nearly along it."""
    place, normal = edge.at(share), normal_of(edge, sheet)
    seen = project(sheet.clip, np.stack([place, place + TICK_WORLD * edge.out]), sheet.size)
    tick = seen[1, :2] - seen[0, :2]
    along = tick / max(float(np.linalg.norm(tick)), 1e-9)
    keen = smooth((float(along @ normal) - squint) / (KEEN - SQUINT))
    way: Floats = keen * along + (1 - keen) * normal
    return way / np.linalg.norm(way)


def normal_of(edge: Edge, sheet: Sheet) -> Floats:
    """(2,) unit vector in the picture, across the edge and away from the middle of the floor."""
    middle = edge.at(0.5)
    seen = project(sheet.clip, np.stack([edge.start, edge.end, middle, middle + 0.1 * edge.out]), sheet.size)[:, :2]
    run = seen[1] - seen[0]
    out = seen[3] - seen[2]
    if float(np.linalg.norm(run)) < 1e-6:
        return np.asarray(out / max(float(np.linalg.norm(out)), 1e-9))
    normal: Floats = np.array([run[1], -run[0]]) / np.linalg.norm(run)
    side = float(normal @ out)
    if abs(side) < EDGE_ON:  # the floor is seen end on: below it
        side = -normal[1]
    return normal if side >= 0 else -normal


def support(label: Label, direction: Floats, ratio: float) -> float:
    """How far the text reaches from its middle in a direction."""
    width, height = text_size(label.text, round(label.size * ratio), label.weight)
    if label.angle == UPRIGHT:
        width, height = height, width
    return 0.5 * float(abs(direction[0]) * width + abs(direction[1]) * height)
