"""Basin: the loss landscape of a neural network as terrain.

The public face, for people who ``import basin``. Nothing here loads torch.

    landscape = basin.read_landscape(Path("demo/pca"))
    basin.write_picture(Path("picture.png"), basin.render_picture(landscape, basin.View(), (1280, 800)))
    basin.explore(landscape)
"""

from compute.critical_points import CriticalPoint, critical_points
from compute.description import describe
from compute.errors import BadInputError
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.formats import read_landscape
from compute.landscape import Domain, Landscape, Trajectory
from compute.persistence import critical_points_with_persistence, persistence_pairs, significant
from compute.reconstruction import Reconstruction, reconstruct, refine
from explorer.camera import Camera
from explorer.film import record
from explorer.opening import open_application
from explorer.picture import render_picture, write_picture
from explorer.view import ContourStyle, SurfaceMode, View

__all__ = [
    "BadInputError",
    "Camera",
    "ContourStyle",
    "CriticalPoint",
    "Domain",
    "Landscape",
    "LandscapeWriter",
    "Reconstruction",
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


def explore(landscape: Landscape) -> None:
    """Open a window on a landscape, until it is closed. Raises BadInputError without display or OpenGL."""
    open_application({landscape.name: landscape}).run()
