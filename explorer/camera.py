"""A turntable camera, and the matrices that follow from it.

World: x along alpha, y along beta, z up; right-handed; the longer side of the domain spans [-1, 1]. Angles in degrees.
Matrices are float64, act on column vectors, and map to OpenGL's clip space.
"""

from dataclasses import dataclass, replace

import numpy as np

from compute.landscape import Floats

FIELD_OF_VIEW = 30.0
MIN_DISTANCE, MAX_DISTANCE = 0.05, 40.0
MAX_ELEVATION = 89.9
FITTING_ASPECT = 1.4  # a narrower picture keeps the horizontal field of view, so that nothing runs out of the sides


@dataclass(frozen=True)
class Camera:
    """Looks at ``target`` from ``distance``, ``azimuth`` around z (0 = from +x) and ``elevation`` above the floor,
    turned by ``roll`` around its line of sight. Orthographic: without perspective, equally large at the target."""

    azimuth: float = -60.0
    elevation: float = 42.0
    distance: float = 5.2
    target: tuple[float, float, float] = (0.0, 0.0, 0.06)
    roll: float = 0.0
    orthographic: bool = False

    @property
    def eye(self) -> Floats:
        """(3,) position in the world."""
        azimuth, elevation = np.radians([self.azimuth, self.elevation])
        outward = [
            np.cos(elevation) * np.cos(azimuth),
            np.cos(elevation) * np.sin(azimuth),
            np.sin(elevation),
        ]
        return np.asarray(self.target) + self.distance * np.array(outward)


FRONT = Camera(azimuth=-90.0, elevation=0.0, distance=3.3, target=(-0.03, 0.0, 0.48))  # how a line is seen best


def axes(camera: Camera) -> Floats:
    """(3, 3) rows: right, up and backward unit vectors of the camera in the world."""
    backward = (camera.eye - np.asarray(camera.target)) / camera.distance
    azimuth = np.radians(camera.azimuth)
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    return np.stack([right, np.cross(backward, right), backward])


def clip_matrix(camera: Camera, size: tuple[int, int], left: float = 0.0, right: float = 0.0) -> Floats:
    """(4, 4) world → clip for a picture of this size; the scene keeps clear of margins left and right (pixels)."""
    width, height = size
    free = max(width - left - right, 0.25 * width)
    view = np.eye(4)
    view[:3, :3] = axes(camera)
    view[:3, 3] = -view[:3, :3] @ camera.eye
    near, far = camera.distance * 0.02, camera.distance + 12.0
    focal = 1 / np.tan(np.radians(FIELD_OF_VIEW / 2)) * min(1.0, free / height / FITTING_ASPECT)
    projection = np.zeros((4, 4))
    projection[0, 0], projection[1, 1] = focal * height / width, focal
    projection[2, 2:] = (far + near) / (near - far), 2 * far * near / (near - far)
    projection[0, 2] = (right - left) / width
    projection[3, 2] = -1
    return projection @ view


def project(clip: Floats, points: Floats, size: tuple[int, int]) -> Floats:
    """(n, 3) world points → (n, 3): x and y in pixels from the bottom left, and w (positive = before the eye)."""
    homogeneous = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ clip.T
    w = homogeneous[:, 3:]
    pixels = (homogeneous[:, :2] / np.where(np.abs(w) < 1e-9, 1e-9, w) * 0.5 + 0.5) * np.asarray(size)
    return np.concatenate([pixels, w], axis=1)


def ray(camera: Camera, clip: Floats, pixel: tuple[float, float], size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Origin and unit direction of the line of sight through a pixel (from the bottom left)."""
    x, y = (2 * p / s - 1 for p, s in zip(pixel, size, strict=True))
    far = np.linalg.inv(clip) @ np.array([x, y, 1.0, 1.0])
    direction = far[:3] / far[3] - camera.eye
    return camera.eye, direction / np.linalg.norm(direction)


def orbit(camera: Camera, degrees_right: float, degrees_up: float) -> Camera:
    """Turn around the target, never over the pole."""
    elevation = float(np.clip(camera.elevation + degrees_up, -MAX_ELEVATION, MAX_ELEVATION))
    return replace(camera, azimuth=(camera.azimuth + degrees_right + 180) % 360 - 180, elevation=elevation)


def pan(camera: Camera, dx: float, dy: float, height: int, clip: Floats | None = None) -> Camera:
    """Move so that a point at the target's depth follows the pointer by (dx, dy) pixels of a picture this high.

    ``clip`` is the picture's matrix; without it the picture is taken to be wide, with no margins.
    """
    right, up, _ = axes(camera)
    focal = 1 / np.tan(np.radians(FIELD_OF_VIEW / 2)) if clip is None else np.linalg.norm(clip[1, :3])
    per_pixel = 2 * camera.distance / (focal * height)
    return _with_target(camera, np.asarray(camera.target) - (dx * right + dy * up) * per_pixel)


def zoom(camera: Camera, factor: float, towards: Floats | None = None) -> Camera:
    """Scale the distance; ``towards`` (3,) keeps its place in the picture."""
    distance = float(np.clip(camera.distance * factor, MIN_DISTANCE, MAX_DISTANCE))
    zoomed = replace(camera, distance=distance)
    if towards is None:
        return zoomed
    share = 1 - distance / camera.distance
    return _with_target(zoomed, np.asarray(camera.target) * (1 - share) + towards * share)


def _with_target(camera: Camera, target: Floats) -> Camera:
    x, y, z = np.clip(target, -3.0, 3.0).tolist()
    return replace(camera, target=(x, y, z))
