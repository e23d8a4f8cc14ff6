"""One contender of ``benchmarks.drawing``: draws the ready landscape in a process of its own and prints its times."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.drawing import median
from compute.folder import open_folder
from compute.interpolation import refine
from compute.landscape import Domain, Landscape
from explorer.resources import resource

SIZE = (1280, 800)
CONTOURS = 40
DEGREES = 3.0  # between frames
FRAMES = {"orbit": 24, "heights": 8}
WARM_UP = 3

Heights = NDArray[np.float32]


def heights_of(side: int) -> Heights:
    """(side, side) in [0, 1]: the logarithm of the ready landscape's loss, refined."""
    loss = np.log(open_folder(resource("assets", "ready")).main)
    while len(loss) < side:
        loss = refine(loss, 2)
    assert loss.shape == (side, side), loss.shape
    return ((loss - loss.min()) / (loss.max() - loss.min())).astype(np.float32)


def changed(heights: Heights, frame: int) -> Heights:
    """Other heights, everywhere: as while the surface moves to new values."""
    return heights * np.float32(1 - 0.004 * (frame + 1))


def timed(kind: str, frame: Callable[[int], object]) -> float:
    """Median seconds of a frame."""
    seconds = []
    for k in range(-WARM_UP, FRAMES[kind]):
        started = time.perf_counter()
        frame(k + WARM_UP)
        if k >= 0:
            seconds.append(time.perf_counter() - started)
    return median(seconds)


def basin(heights: Heights) -> dict[str, float]:
    """Our renderer as the window uses it: on a software driver with fewer cells until it rests; "whole" has all."""
    from explorer.desk.pane import CELLS, MOVING_CELLS  # noqa: PLC0415
    from explorer.gl.graphics import is_software, windowless_context  # noqa: PLC0415
    from explorer.ground.staging import Stage  # noqa: PLC0415
    from explorer.looks.view import Contours, View  # noqa: PLC0415
    from explorer.pictures.frame import Frame, compose  # noqa: PLC0415  a contender loads only its own

    side = len(heights)
    landscape = landscape_of(heights)
    ctx = windowless_context()
    software = is_software(ctx)
    view = View(contours=Contours(count=CONTOURS), glyphs=False, path=False)
    stage = Stage(landscape, view)
    assert stage.map.heights.shape == (side, side)
    frame = Frame(ctx)
    measured = np.ones_like(heights)
    frame.set_heights(heights, measured)

    def orbit(k: int, cells: int | None = MOVING_CELLS if software else None) -> None:
        camera = replace(view.camera, azimuth=view.camera.azimuth + DEGREES * k)
        frame.draw(compose(stage.scene, replace(view, camera=camera), SIZE, cells=cells))
        ctx.finish()

    def fresh(k: int) -> None:
        frame.set_heights(changed(heights, k), measured)
        orbit(0, CELLS if software else None)

    whole = timed("orbit", lambda k: orbit(k, None))
    return {"orbit": timed("orbit", orbit), "heights": timed("heights", fresh), "whole": whole}


def landscape_of(heights: Heights) -> Landscape:
    """The same heights as a measured landscape, on a linear scale."""
    side = len(heights)
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), side, side)
    return Landscape("ready", domain, {"train_loss": heights.astype(np.float64)}, np.ones((side, side), np.uint32))


def pyvista(heights: Heights) -> dict[str, float]:
    """A structured grid coloured by height with VTK's contour filter, smooth shading, no anti-aliasing."""
    import pyvista as pv  # noqa: PLC0415

    side = len(heights)
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    grid = pv.StructuredGrid(x, y, 0.7 * heights)
    flat = np.ascontiguousarray(heights.ravel(order="F"))
    grid["height"] = flat
    levels = (np.arange(CONTOURS) + 1) / (CONTOURS + 1)
    lines = grid.contour(levels, scalars="height")
    plotter = pv.Plotter(off_screen=True, window_size=SIZE, lighting="light kit")
    plotter.disable_anti_aliasing()
    plotter.add_mesh(grid, scalars="height", cmap="viridis", smooth_shading=False, show_scalar_bar=False)
    plotter.add_mesh(lines, color="black", line_width=1.2)
    plotter.show_bounds(xtitle="alpha", ytitle="beta", ztitle="loss")
    plotter.show(auto_close=False, interactive_update=True)

    def finished() -> None:
        plotter.render_window.WaitForCompletion()

    def orbit(k: int) -> None:
        plotter.camera.azimuth = DEGREES * k
        plotter.render()
        finished()

    def fresh(k: int) -> None:
        new = changed(heights, k).ravel(order="F")
        grid.points[:, 2] = 0.7 * new
        grid["height"] = new
        grid.Modified()
        lines.copy_from(grid.contour(levels, scalars="height"))
        plotter.render()
        finished()

    return {"orbit": timed("orbit", orbit), "heights": timed("heights", fresh)}


def vispy(heights: Heights) -> dict[str, float]:
    """A mesh with isolines, through EGL."""
    os.environ.setdefault("EGL_PLATFORM", "surfaceless")  # else its EGL asks for a window system
    import vispy as library  # noqa: PLC0415

    library.use(app="egl")
    from vispy import scene  # noqa: PLC0415
    from vispy.color import get_colormap  # noqa: PLC0415
    from vispy.gloo import gl  # noqa: PLC0415

    side = len(heights)
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    levels = (np.arange(CONTOURS) + 1) / (CONTOURS + 1)
    canvas = scene.SceneCanvas(size=SIZE, show=False)
    view = canvas.central_widget.add_view()
    view.camera = scene.TurntableCamera(fov=30, elevation=42, azimuth=30, distance=5.2)
    x, y = np.meshgrid(axis, axis)
    vertices, faces = np.stack([x, y, 0.7 * heights], axis=-1).reshape(-1, 3), _triangles(side)
    colours = get_colormap("viridis").map(heights.ravel())
    mesh = {"faces": faces, "vertex_colors": colours}
    surface = scene.visuals.Mesh(vertices=vertices, shading="smooth", parent=view.scene, **mesh)
    lines = scene.visuals.Isoline(
        vertices=vertices, tris=faces, data=heights.ravel(), levels=levels, color_lev="black", parent=view.scene
    )

    def draw() -> None:
        canvas.set_current()
        canvas.on_draw(None)
        gl.glFinish()

    def orbit(k: int) -> None:
        view.camera.azimuth = 30 + DEGREES * k
        draw()

    def fresh(k: int) -> None:
        new = changed(heights, k)
        vertices[:, 2] = 0.7 * new.ravel()
        surface.set_data(vertices=vertices, faces=faces, vertex_colors=get_colormap("viridis").map(new.ravel()))
        lines.set_data(vertices=vertices, tris=faces, data=new.ravel())
        draw()

    return {"orbit": timed("orbit", orbit), "heights": timed("heights", fresh)}


def _triangles(side: int) -> NDArray[np.uint32]:
    corner = (np.arange(side - 1)[:, None] * side + np.arange(side - 1)).ravel()
    return np.stack([corner, corner + 1, corner + side, corner + 1, corner + side + 1, corner + side], 1).reshape(-1, 3)


def main() -> None:
    """The contender and the side of the grid, from the command line."""
    contender = {"basin": basin, "pyvista": pyvista, "vispy": vispy}[sys.argv[1]]
    print(json.dumps(contender(heights_of(int(sys.argv[2])))))


if __name__ == "__main__":
    main()
