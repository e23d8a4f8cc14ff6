"""Basin: the loss landscape of a neural network as terrain.

The public face, for people who ``import basin``. Nothing here loads torch, and a name that draws is loaded at its first
use, so that a training script may import this without OpenGL.

    landscape = basin.read_landscape(Path("demo/pca"))
    basin.write_picture(Path("picture.png"), basin.render_picture(landscape, basin.View(), (1280, 800)))
    basin.explore(landscape)
"""

import importlib
from typing import TYPE_CHECKING, Any

from compute.critical_points import CriticalPoint, critical_points
from compute.description import describe
from compute.errors import BadInputError
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.formats.reading import read_landscape
from compute.interpolation import refine
from compute.landscape import Domain, Landscape, Trajectory
from compute.persistence import critical_points_with_persistence, persistence_pairs, significant
from compute.problem import Problem
from compute.reconstruction import Reconstruction, reconstruct

if TYPE_CHECKING:
    from explorer.camera import Camera
    from explorer.film import record
    from explorer.picture import render_picture, write_picture
    from explorer.view import Colouring, Contours, ContourStyle, Cut, Scaling, SurfaceMode, View

__all__ = [
    "BadInputError",
    "Camera",
    "Colouring",
    "ContourStyle",
    "Contours",
    "CriticalPoint",
    "Cut",
    "Domain",
    "Landscape",
    "LandscapeWriter",
    "Problem",
    "Reconstruction",
    "Scaling",
    "SurfaceMode",
    "Trajectory",
    "View",
    "create_folder",
    "critical_points",
    "critical_points_with_persistence",
    "describe",
    "explore",
    "open_folder",
    "persistence_pairs",
    "read_landscape",
    "reconstruct",
    "record",
    "refine",
    "render_picture",
    "significant",
    "write_picture",
]

_DRAWS = {
    "Camera": "explorer.camera",
    "Colouring": "explorer.view",
    "ContourStyle": "explorer.view",
    "Contours": "explorer.view",
    "Cut": "explorer.view",
    "Scaling": "explorer.view",
    "SurfaceMode": "explorer.view",
    "View": "explorer.view",
    "record": "explorer.film",
    "render_picture": "explorer.picture",
    "write_picture": "explorer.picture",
}


def __getattr__(name: str) -> Any:
    if name not in _DRAWS:
        raise AttributeError(f"module 'basin' has no attribute {name!r}")
    return getattr(importlib.import_module(_DRAWS[name]), name)


def explore(landscape: Landscape) -> None:
    """Open a window on a landscape, until it is closed. Raises BadInputError without display or OpenGL."""
    from explorer.beginning import Beginning  # noqa: PLC0415
    from explorer.opening import open_application  # noqa: PLC0415  loads the window system

    open_application(Beginning({landscape.name: landscape})).run()
