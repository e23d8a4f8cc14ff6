"""Basin: the loss landscape of a neural network as terrain.

The public face, for people who ``import basin``. Nothing here loads torch, and a name that draws or records is loaded
at its first use, so that a training script may import this without OpenGL.

    landscape = basin.read_landscape(Path("demo/pca"))
    basin.write_picture(Path("picture.png"), basin.render_picture(landscape, basin.View(), (1280, 800)))
    basin.explore(landscape)
"""

import importlib
from typing import TYPE_CHECKING, Any

from compute.description import describe
from compute.errors import BadInputError
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.formats.reading import read_landscape
from compute.interpolation import refine
from compute.landscape import Domain, Landscape, Trajectory
from compute.problem import Problem
from compute.reading.gathering import measure_reading
from compute.reading.reading import reading
from compute.reconstruction import Reconstruction, reconstruct
from compute.topology.barrier import Barrier, line_barrier, straight_barrier
from compute.topology.basin import Basin, basin_at
from compute.topology.critical_points import CriticalPoint, critical_points
from compute.topology.euler import euler_characteristic
from compute.topology.flatness import Sharpness, epsilon_sharpness
from compute.topology.lowest_path import LowestPath, lowest_path
from compute.topology.merge_tree import Branch, MergeTree, merge_tree
from compute.topology.persistence import critical_points_with_persistence, persistence_pairs, significant

if TYPE_CHECKING:
    from compute.recording.lightning import LightningRecorder as LightningRecorder  # noqa: PLC0414
    from compute.recording.recorder import Recorder
    from compute.recording.transformers import TransformersRecorder as TransformersRecorder  # noqa: PLC0414
    from explorer.camera.camera import Camera
    from explorer.looks.view import Colouring, Contours, ContourStyle, Cut, Scaling, SurfaceMode, View
    from explorer.pictures.film import record
    from explorer.pictures.picture import render_picture, write_picture
    from explorer.pictures.ready import FLIGHTS

__all__ = [
    "FLIGHTS",
    "BadInputError",
    "Barrier",
    "Basin",
    "Branch",
    "Camera",
    "Colouring",
    "ContourStyle",
    "Contours",
    "CriticalPoint",
    "Cut",
    "Domain",
    "Landscape",
    "LandscapeWriter",
    "LowestPath",
    "MergeTree",
    "Problem",
    "Reconstruction",
    "Recorder",
    "Scaling",
    "Sharpness",
    "SurfaceMode",
    "Trajectory",
    "View",
    "basin_at",
    "create_folder",
    "critical_points",
    "critical_points_with_persistence",
    "describe",
    "epsilon_sharpness",
    "euler_characteristic",
    "explore",
    "line_barrier",
    "lowest_path",
    "measure_reading",
    "merge_tree",
    "open_folder",
    "persistence_pairs",
    "read_landscape",
    "reading",
    "reconstruct",
    "record",
    "refine",
    "render_picture",
    "significant",
    "straight_barrier",
    "write_picture",
]

_DRAWS = {
    "Camera": "explorer.camera.camera",
    "Colouring": "explorer.looks.view",
    "ContourStyle": "explorer.looks.view",
    "Contours": "explorer.looks.view",
    "Cut": "explorer.looks.view",
    "Scaling": "explorer.looks.view",
    "SurfaceMode": "explorer.looks.view",
    "View": "explorer.looks.view",
    "FLIGHTS": "explorer.pictures.ready",
    "record": "explorer.pictures.film",
    "render_picture": "explorer.pictures.picture",
    "write_picture": "explorer.pictures.picture",
}
_RECORDS = {
    "LightningRecorder": "compute.recording.lightning",
    "Recorder": "compute.recording.recorder",
    "TransformersRecorder": "compute.recording.transformers",
}
_LATER = _DRAWS | _RECORDS


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'basin' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)


def explore(landscape: Landscape) -> None:
    """Open a window on a landscape, until it is closed. Raises BadInputError without display or OpenGL."""
    from explorer.desk.beginning import Beginning  # noqa: PLC0415
    from explorer.window.opening import open_application  # noqa: PLC0415  loads the window system

    open_application(Beginning({landscape.name: landscape})).run()
