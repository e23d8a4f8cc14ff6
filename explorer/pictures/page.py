"""Where a map lies on its page: as large as leaves room for all text around it."""

from dataclasses import dataclass, replace

from compute.landscape import Domain
from explorer.camera.camera import MAP, MAX_DISTANCE, Camera, focal_length
from explorer.gl.lettering import text_size
from explorer.ground.heights import extent_world
from explorer.writing.axis_names import NAME_PT
from explorer.writing.beside import GAP_PT
from explorer.writing.box import TICK_WORLD
from explorer.writing.box_text import NUMBER_PT
from explorer.writing.placing import SIDES_PT
from explorer.writing.ticks import linear_ticks, tick_labels

USUAL = (480, 400)  # points of a page on which everything has its usual size
SMALLEST = 0.6  # of that: on smaller pages nothing is drawn smaller, or text could not be read
BARE_PT = 10.0  # around a map without axes
LEAST = 0.3  # of the page, along each axis, that a map takes


@dataclass(frozen=True)
class Room:
    """What is kept for text at the sides of a page, in points."""

    left: float
    right: float
    below: float
    above: float


def page_ratio(size: tuple[int, int]) -> float:
    """How large text, marks and lines are, of their usual size."""
    return min(max(min(size[0] / USUAL[0], size[1] / USUAL[1]), SMALLEST), 1.0)


def room_for(domain: Domain, ratio: float, *, axes: bool, above: float, below: float) -> Room:
    """For numbers and names of the axes, if there are any, and for so much besides above and below them."""
    if not axes:
        side = BARE_PT * ratio
        return Room(side, side, side + below, side + above)
    height = text_size("0", round(NUMBER_PT * ratio))[1]
    name = text_size("0", round(NAME_PT * ratio))[1] + (SIDES_PT + 2 * GAP_PT) * ratio
    across = [_widest(bounds, ratio) for bounds in (domain.alpha, domain.beta)]
    right = SIDES_PT * ratio + 0.5 * across[0]
    return Room(name + across[1], right, name + height + below, max(SIDES_PT * ratio + 0.5 * height, above))


def is_roomy(room: Room, size: tuple[int, int]) -> bool:
    """Whether enough of the page is left for the map."""
    left = size[0] - room.left - room.right, size[1] - room.below - room.above
    return all(free >= LEAST * whole for free, whole in zip(left, size, strict=True))


def map_camera(domain: Domain, size: tuple[int, int], room: Room, *, axes: bool) -> Camera:
    """From so high that map and ticks fill what the room leaves of the page, in its middle."""
    tick = TICK_WORLD if axes else 0.0
    width, depth = extent_world(domain)
    free = size[0] - room.left - room.right, size[1] - room.below - room.above
    wide, high = (max(part, LEAST * whole) for part, whole in zip(free, size, strict=True))
    per_world = min(wide / (width + tick), high / (depth + tick))
    aside, up = (room.left - room.right) / 2, (room.below - room.above) / 2
    target = -tick / 2 - aside / per_world, -tick / 2 - up / per_world, 0.0
    distance = min(focal_length(size) * size[1] / (2 * per_world), MAX_DISTANCE)
    return replace(MAP, distance=distance, target=target)


def _widest(bounds: tuple[float, float], ratio: float) -> float:
    numbers = tick_labels(linear_ticks(*bounds))
    return max((float(text_size(number, round(NUMBER_PT * ratio))[0]) for number in numbers), default=0.0)
