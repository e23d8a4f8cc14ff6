"""From pointer to camera: orbit, pan, zoom to the pointer."""

from pyglet.window import key, mouse

from compute.landscape import Floats
from explorer.camera import Camera, orbit, pan, zoom

DEGREES_PER_POINT = 0.35
ZOOM_PER_NOTCH = 0.88


def dragged(camera: Camera, delta: tuple[float, float], buttons: int, modifiers: int, height: int) -> Camera:
    """The camera after the pointer moved by delta points with these buttons down: left orbits, others pan."""
    dx, dy = delta
    if buttons & mouse.LEFT and not modifiers & key.MOD_SHIFT:
        return orbit(camera, -dx * DEGREES_PER_POINT, -dy * DEGREES_PER_POINT)
    return pan(camera, dx, dy, height)


def scrolled(camera: Camera, notches: float, ground: Floats | None) -> Camera:
    """The camera after the wheel turned; the place on the ground under the pointer stays there."""
    return zoom(camera, ZOOM_PER_NOTCH**notches, ground)
