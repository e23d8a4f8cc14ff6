"""Flights that need nothing but a landscape: around it, and from its map up into the third dimension."""

import math
from collections.abc import Iterator
from dataclasses import replace

from compute.errors import BadInputError
from compute.landscape import Landscape
from explorer.camera.camera import MAP, Camera
from explorer.camera.motion import between
from explorer.ground.scene import suited
from explorer.looks.view import View
from explorer.pictures.instants import Instant, Take, eased, shares
from explorer.pictures.placing import framed

SWAY, LIFT = 38.0, 14.0  # degrees: of a line, which is turned around no farther
MAP_SHARE, VIEW_SHARE = 0.18, 0.10  # of a rise, at rest before and after it
FADING = 0.06  # share of a rise over which the values along isolines fade, before the map is one no more
LEAST_RELIEF = 1e-3  # of what is no map any more


def turntable(landscape: Landscape, view: View, take: Take) -> Iterator[Instant]:
    """Once around at one speed; the picture after the last is the first again. A line sways to both sides."""
    seen = suited(view, landscape.domain)
    for k in range(take.count):
        share = k / take.count
        if landscape.domain.is_line:
            camera = sway(seen.camera, share)
        else:
            camera = replace(seen.camera, azimuth=seen.camera.azimuth + 360 * share)
        yield Instant(landscape, replace(view, camera=camera))


def sway(camera: Camera, share: float) -> Camera:
    """Once to either side of a line and back, a little higher on the way: seen end on there would be nothing of it."""
    turn = math.tau * share
    lift = 0.5 - 0.5 * math.cos(2 * turn)
    azimuth, elevation = camera.azimuth + SWAY * math.sin(turn), camera.elevation + LIFT * lift
    return replace(camera, azimuth=azimuth, elevation=elevation, distance=camera.distance * (1 + 0.12 * lift))


def rise(landscape: Landscape, view: View, take: Take) -> Iterator[Instant]:
    """From the flat map, seen from above, into the view: the ground rises while the camera comes down.

    Raises BadInputError for a line, which has no map.
    """
    check_surface(landscape, "rise")
    over = framed(replace(view, camera=MAP, flat=True), landscape, take.size).camera
    for share in shares(take):
        way = (share - MAP_SHARE) / (1 - MAP_SHARE - VIEW_SHARE)
        if way <= 0:
            yield Instant(
                landscape, replace(view, camera=over, flat=True), line_text=eased((MAP_SHARE - share) / FADING)
            )
            continue
        relief = max(view.relief * eased(way), LEAST_RELIEF)
        yield Instant(landscape, replace(view, camera=between(over, view.camera, way), relief=relief, flat=False))


def check_surface(landscape: Landscape, flight: str) -> None:
    """Raises BadInputError where there is a line only."""
    if landscape.domain.is_line:
        raise BadInputError(f"{landscape.name}: is a line, and --flight {flight} needs a surface; choose turntable")
