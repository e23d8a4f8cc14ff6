"""A camera, and the matrices that follow from it.

World: x along alpha, y along beta, z up; right-handed; the longer side of the domain spans [-1, 1]. Angles in degrees.
Matrices are float64, act on column vectors, and map to OpenGL's clip space.
"""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats

FIELD_OF_VIEW = 30.0
MIN_DISTANCE, MAX_DISTANCE = 0.05, 40.0
MAX_ELEVATION = 90.0
FITTING_ASPECT = 1.4  # a narrower picture keeps the horizontal field of view, so that nothing runs out of the sides
LEAST_FREE = 0.25  # of the picture: margins together never leave the scene less
NEAR = 0.02  # the near plane, in distances: what sets the precision of depth
NEAREST = 0.004  # the near plane where the eye is in the middle of the scene
BOX = np.array([[-1.0, -1.0, 0.0], [1.0, 1.0, 3.0]])  # what any scene is inside of, near enough
AROUND = 12.0  # beyond the target, or beyond the eye when that looks elsewhere, nothing is as far away as this


@dataclass(frozen=True)
class Camera:
    """Looks at ``target`` from ``distance``, ``azimuth`` around z (0 = from +x) and ``elevation`` above the floor,
    turned by ``roll`` around its line of sight, anticlockwise as seen from behind it, so that the picture turns
    clockwise. Orthographic: without perspective, equally large at the target."""

    azimuth: float = -60.0
    elevation: float = 50.0
    distance: float = 5.4
    target: tuple[float, float, float] = (0.0, 0.0, 0.06)
    roll: float = 0.0
    orthographic: bool = False

    @property
    def eye(self) -> Floats:
        """(3,) position in the world; of an orthographic camera the middle of what it looks out from."""
        eye: Floats = np.asarray(self.target) + self.distance * axes(self)[2]
        return eye


FRONT = Camera(azimuth=-90.0, elevation=0.0, distance=3.3, target=(-0.03, 0.0, 0.48))  # how a line is seen best

# How a surface is seen from each side.
TOP = Camera(azimuth=-90.0, elevation=90.0, target=(0.0, 0.0, 0.0))
FRONT_OF_SURFACE = Camera(azimuth=-90.0, elevation=0.0, target=(0.0, 0.0, 0.3))
SIDE = Camera(azimuth=0.0, elevation=0.0, target=(0.0, 0.0, 0.3))
ISOMETRIC = Camera(azimuth=-45.0, elevation=float(np.degrees(np.arcsin(3**-0.5))), orthographic=True)
MAP = Camera(azimuth=-90.0, elevation=90.0, target=(0.0, 0.0, 0.0), orthographic=True)  # alpha right, beta up


@dataclass(frozen=True)
class Margins:
    """What a scene keeps clear of along the sides of its picture, in pixels."""

    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0


NO_MARGINS = Margins()


def axes(camera: Camera) -> Floats:
    """(3, 3) rows: right, up and backward unit vectors of the camera in the world."""
    azimuth, elevation, roll = np.radians([camera.azimuth, camera.elevation, camera.roll])
    level = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    flat = np.cos(elevation)
    backward = np.array([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)])
    upright = np.cross(backward, level)
    right = np.cos(roll) * level + np.sin(roll) * upright
    return np.stack([right, np.cross(backward, right), backward])


def free_area(size: tuple[int, int], margins: Margins = NO_MARGINS) -> tuple[float, float]:
    """Width and height in pixels of the picture between its margins."""
    wide, high = size[0] - margins.left - margins.right, size[1] - margins.top - margins.bottom
    return max(wide, LEAST_FREE * size[0]), max(high, LEAST_FREE * size[1])


def focal_length(size: tuple[int, int], margins: Margins = NO_MARGINS) -> float:
    """Half the height of the picture over the half height of what is seen of the target's plane, from distance 1."""
    wide, high = free_area(size, margins)
    share = min(high, wide / FITTING_ASPECT) / size[1]
    return float(share / np.tan(np.radians(FIELD_OF_VIEW / 2)))


def clip_matrix(camera: Camera, size: tuple[int, int], margins: Margins = NO_MARGINS) -> Floats:
    """(4, 4) world → clip for a picture of this size; the scene keeps clear of its margins."""
    width, height = size
    view = np.eye(4)
    view[:3, :3] = axes(camera)
    view[:3, 3] = -view[:3, :3] @ camera.eye
    focal = focal_length(size, margins)
    # Where the target comes to lie.
    aside, down = (margins.left - margins.right) / width, (margins.bottom - margins.top) / height
    near, far = _depths(camera)
    projection = np.zeros((4, 4))
    projection[0, 0], projection[1, 1] = focal * height / width, focal
    if camera.orthographic:
        projection[:2] /= camera.distance
        projection[:2, 3] = aside, down
        projection[2, 2:] = -2 / (far - near), -(far + near) / (far - near)
        projection[3, 3] = 1
    else:
        projection[:2, 2] = -aside, -down
        projection[2, 2:] = (far + near) / (near - far), 2 * far * near / (near - far)
        projection[3, 2] = -1
    return projection @ view


def _depths(camera: Camera) -> tuple[float, float]:
    """Depths of the near and the far plane from the eye. Without perspective nothing is behind the eye, and equal steps
    of depth are what they are with it at the target: layers that keep apart by some do so both ways."""
    eye = camera.eye
    if camera.orthographic:
        around = max(camera.distance / (2 * NEAR), AROUND)
        return camera.distance - around, camera.distance + around
    to_box = float(np.linalg.norm(eye - np.clip(eye, *BOX)))
    near = min(NEAR * camera.distance, max(0.2 * to_box, NEAREST))
    return near, max(camera.distance + AROUND, float(np.linalg.norm(eye) + np.linalg.norm(BOX[1])))


def project(clip: Floats, points: Floats, size: tuple[int, int]) -> Floats:
    """(n, 3) world points → (n, 3): x and y in pixels from the bottom left, and w (positive = before the eye; 1
    throughout without perspective)."""
    homogeneous = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ clip.T
    w = homogeneous[:, 3:]
    pixels = (homogeneous[:, :2] / np.where(np.abs(w) < 1e-9, 1e-9, w) * 0.5 + 0.5) * np.asarray(size)
    return np.concatenate([pixels, w], axis=1)


def ray(camera: Camera, clip: Floats, pixel: tuple[float, float], size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Origin and unit direction of the line of sight through a pixel (from the bottom left). It begins at the eye, or
    without perspective on the near plane, which is before everything."""
    x, y = (2 * p / s - 1 for p, s in zip(pixel, size, strict=True))
    unproject = np.linalg.inv(clip)
    if camera.orthographic:
        return (unproject @ np.array([x, y, -1.0, 1.0]))[:3], -axes(camera)[2]
    far = unproject @ np.array([x, y, 1.0, 1.0])
    direction = far[:3] / far[3] - camera.eye
    return camera.eye, direction / np.linalg.norm(direction)
