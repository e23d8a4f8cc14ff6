"""Every layer by itself and whole views, as golden images of the software driver."""

import inspect
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest

import explorer.layers
from compute.landscape import Domain, Landscape, Trajectory
from compute.scale import ScaleKind
from explorer.camera import FRONT, Camera, project
from explorer.frame import Frame, compose
from explorer.graphics import is_software
from explorer.keys import KEYS
from explorer.picking import world_point
from explorer.scene import to_uv
from explorer.staging import Stage
from explorer.view import Colouring, Contours, ContourStyle, Scaling, SurfaceMode, View
from explorer.viewer import Viewer
from tests import golden
from tests.explorer.lines import line
from tests.surfaces import HIMMELBLAU

SIZE = (480, 320)
BARE = View(
    surface=SurfaceMode.HIDDEN,
    contours=Contours(ContourStyle.OFF),
    glyphs=False,
    path=False,
    axes=False,
    colour_bar=False,
)
EACH_LAYER = {
    "background": BARE,
    "surface": replace(BARE, surface=SurfaceMode.LIT),
    "contours": replace(BARE, contours=Contours(ContourStyle.TWO_COLOURS, count=15)),
    "path": replace(BARE, path=True),
    "glyphs": replace(BARE, glyphs=True),
    "axes": replace(BARE, axes=True),
    "colourbar": replace(BARE, colour_bar=True),
    "labels": replace(BARE, axes=True, camera=Camera(elevation=88, azimuth=-90)),
}
EACH_LAYER_OF_A_LINE = {
    "area": replace(BARE, surface=SurfaceMode.LIT),
    "curve": BARE,
}
WHOLE_VIEWS = {
    "lit": View(),
    "wireframe": View(surface=SurfaceMode.WIREFRAME),
    "colour": View(surface=SurfaceMode.COLOUR, colour=Colouring("turbo")),
    "mesh": View(surface=SurfaceMode.MESH, colour=Colouring("magma")),
    "linear": View(height=Scaling(ScaleKind.LINEAR), relief=1.2),
    "capped": View(height=Scaling(ScaleKind.LINEAR, cap=100.0), contours=Contours(ContourStyle.TWO_COLOURS)),
    "flat": View(flat=True, camera=Camera(elevation=89.5, azimuth=-90)),
    "from_below": View(camera=Camera(elevation=-25)),
    "straight": View(smooth=False, colour=Colouring("grey")),
}

LINE_VIEWS = {
    "area": View(),
    "points": View(surface=SurfaceMode.WIREFRAME, path=False),
    "colour": View(surface=SurfaceMode.COLOUR, colour=Colouring("magma"), height=Scaling(ScaleKind.LINEAR)),
    "mesh": View(surface=SurfaceMode.MESH, smooth=False, height=Scaling(cap=1.0)),
    "alone": View(surface=SurfaceMode.HIDDEN),
    "orbited": View(camera=Camera(azimuth=-55, elevation=18, distance=3.8, target=(0.0, 0.0, 0.45))),
    "behind": View(camera=Camera(azimuth=110, elevation=-12, distance=3.8, target=(0.0, 0.0, 0.45))),
    "accuracy": View(metric="test_accuracy"),
    "holes": View(path=False),
}


def landscape(n: int = 33, holes: bool = False) -> Landscape:
    """Himmelblau's function with a path down to one of its minima."""
    domain, values = HIMMELBLAU.on_grid(n, n)
    values = values + 1.0
    if holes:
        values[:6, :9] = np.inf
    step = np.arange(12.0)
    share = 1 - np.exp(-step / 3)
    path = Trajectory(step, step, -4.5 + 7.5 * share, 4.2 - 2.2 * share, 0 * step, 0 * step)
    return Landscape("himmelblau", domain, {"train_loss": values}, np.ones((n, n), np.uint32), path)


def with_metrics(land: Landscape) -> Landscape:
    """The same with an accuracy, which is high where the loss is low."""
    return replace(land, metrics={**land.metrics, "test_accuracy": 100 / (1 + land.main / 60)})


def picture(ctx: moderngl.Context, land: Landscape, view: View, samples: int = 0) -> np.ndarray:
    with Frame(ctx, samples) as frame:
        stage = Stage(land, view)
        frame.set_heights(stage.heights, stage.map.measured)
        pixels = frame.pixels(compose(stage.scene, view, SIZE, 0.7))
        ctx.extra.use()
        return pixels


@pytest.mark.parametrize("name", EACH_LAYER)
def test_layer(gl, request, name):
    pixels = picture(gl, landscape(), EACH_LAYER[name])
    if name != "background":
        assert (pixels != picture(gl, landscape(), BARE)).any(axis=2).mean() > 5e-4, "the layer drew nothing"
    golden.check(gl, f"layer_{name}", pixels, request)


@pytest.mark.parametrize("name", EACH_LAYER_OF_A_LINE)
def test_layer_of_a_line(gl, request, name):
    pixels = picture(gl, line(), EACH_LAYER_OF_A_LINE[name])
    without = picture(gl, landscape(), BARE)  # the background alone: a line always shows its curve
    assert (pixels != without).any(axis=2).mean() > 5e-3, "the layer drew nothing"
    golden.check(gl, f"layer_{name}", pixels, request)


@pytest.mark.parametrize("name", LINE_VIEWS)
def test_whole_view_of_a_line(gl, request, name):
    land = line(holes=slice(12, 16)) if name == "holes" else line()
    golden.check(gl, f"line_{name}", picture(gl, land, LINE_VIEWS[name]), request)


def test_a_line_that_is_half_measured_is_visibly_provisional(gl, request):
    land = line(stride=8)
    land.examples[:, :34:2] = 64
    golden.check(gl, "line_provisional", picture(gl, land, View(glyphs=False, path=False)), request)


def test_points_of_a_line_that_stand_alone_are_dots(gl, request):
    land = line()
    land.examples[:, [12, 14, 15, 17, *range(30, 40), *range(41, 64, 2)]] = 0
    pixels = picture(gl, land, View(glyphs=False, path=False))
    land.examples[:, [13, 16, *range(40, 64)]] = 0
    white = [(image > 200).all(axis=2).sum() for image in (pixels, picture(gl, land, View(glyphs=False, path=False)))]
    assert white[0] - white[1] > 14 * 6, "fourteen dots of some pixels each"
    golden.check(gl, "line_dots", pixels, request)


def test_another_metric_is_another_terrain(gl, request):
    pixels = picture(gl, with_metrics(landscape()), View(metric="test_accuracy"))
    golden.check(gl, "view_metric", pixels, request)


@pytest.mark.parametrize("name", WHOLE_VIEWS)
def test_whole_view(gl, request, name):
    golden.check(gl, f"view_{name}", picture(gl, landscape(), WHOLE_VIEWS[name]), request)


def test_diverged_cells_are_holes(gl, request):
    golden.check(gl, "view_holes", picture(gl, landscape(holes=True), View()), request)


def test_half_measured_ground_is_visibly_provisional(gl, request):
    land = landscape()
    examples = np.zeros_like(land.examples)
    examples[::8, ::8] = 64
    examples[:20:4, ::4] = 64
    partly = replace(land, examples=examples)
    pixels = picture(gl, partly, View(glyphs=False))
    golden.check(gl, "view_provisional", pixels, request)


def test_multisampling_draws_the_same_scene_with_softer_edges(gl, request):
    golden.check(gl, "view_multisampled", picture(gl, landscape(), View(), samples=4), request)


def test_the_same_shot_gives_the_same_pixels(gl):
    first, second = (picture(gl, landscape(), View()) for _ in range(2))
    assert np.array_equal(first, second)


def test_size_may_change_from_shot_to_shot(gl):
    with Frame(gl) as frame:
        stage = Stage(landscape(), View())
        frame.set_heights(stage.heights, stage.map.measured)
        for size in ((200, 150), (640, 400), (64, 512)):
            assert frame.pixels(compose(stage.scene, View(), size)).shape == (size[1], size[0], 3)


def test_a_label_atlas_that_overflows_starts_again(gl):
    with Frame(gl) as frame:
        stage = Stage(landscape(), View())
        frame.set_heights(stage.heights, stage.map.measured)
        shot = compose(stage.scene, View(), SIZE, 0.7)
        fresh = frame.pixels(shot)
        for ratio in np.linspace(1, 8, 60):
            frame.draw(compose(stage.scene, View(), SIZE, float(ratio)))
        assert np.array_equal(frame.pixels(shot), fresh)


def test_every_layer_has_a_module_a_shader_pair_and_a_golden_image():
    modules = sorted(path.stem for path in Path(inspect.getfile(explorer.layers)).parent.glob("[a-z]*.py"))
    shaders = Path(__file__).parents[2] / "shaders"
    assert modules == sorted({**EACH_LAYER, **EACH_LAYER_OF_A_LINE})
    for name in modules:
        assert (shaders / f"{name}.vert").exists()
        assert (shaders / f"{name}.frag").exists()
        assert (golden.FOLDER / f"layer_{name}.png").exists()


def test_a_viewer_draws_again_what_changed_and_nothing_else(gl):
    viewer = Viewer(gl, {"one": landscape(17), "two": landscape(33)})
    draws = []
    draw = viewer._frame.draw
    viewer._frame.draw = lambda shot, samples: draws.append(shot) or draw(shot, samples)
    for _ in range(3):
        viewer.draw(SIZE, 1.0, 0.0, moving=False)
    assert len(draws) == 1
    viewer.show(replace(viewer.view, height=Scaling(ScaleKind.LOG)))  # another scene, whose ground has not moved yet
    viewer.draw(SIZE, 1.0, 0.0, moving=False)
    viewer.look("two")
    viewer.draw(SIZE, 1.0, 0.0, moving=False)
    assert len(draws) == 3
    gl.extra.use()
    viewer.release()


def test_a_moving_camera_draws_a_coarser_surface_on_a_software_driver(gl):
    viewer = Viewer(gl, {"one": landscape(33)})
    still = viewer.draw(SIZE, 1.0, 0.0, moving=False).read()
    moving = viewer.draw(SIZE, 1.0, 0.0, moving=True).read()
    assert (still != moving) == is_software(gl)
    assert viewer.draw(SIZE, 1.0, 0.0, moving=False).read() == still
    gl.extra.use()
    viewer.release()


def test_panning_moves_the_target_by_exactly_as_many_pixels_beside_a_panel_too(gl):
    viewer = Viewer(gl, {"one": landscape(17)})
    for panel_px in (0.0, 200.0):
        viewer.draw((900, 500), 1.0, panel_px, moving=False)
        before, target = viewer._shot.clip, np.array([viewer.view.camera.target])
        viewer.pan(30, -12, 500)
        viewer.draw((900, 500), 1.0, panel_px, moving=False)
        there = [project(clip, target, (900, 500))[0, :2] for clip in (before, viewer._shot.clip)]
        np.testing.assert_allclose(there[1] - there[0], [30, -12], atol=0.01)
    gl.extra.use()
    viewer.release()


def test_what_lies_behind_a_ridge_shines_through_faintly(gl, request):
    n = 65
    domain = Domain((-1, 1), (-1, 1), n, n)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    values = 1 + np.exp(-(((y + 0.3) / 0.12) ** 2)) + 0.05 * (x**2 + y**2)
    step = np.arange(6.0)
    path = Trajectory(step, step, np.linspace(-0.7, 0.5, 6), np.full(6, 0.02), 0 * step, 0 * step)
    land = Landscape("ridge", domain, {"train_loss": values}, np.ones((n, n), np.uint32), path)
    view = View(
        camera=Camera(azimuth=-90, elevation=14),
        contours=Contours(ContourStyle.OFF),
        relief=0.9,
        colour=Colouring("grey"),
    )
    pixels = picture(gl, land, view)
    yellow = (pixels[..., 0] > 235) & (pixels[..., 1] > 205) & (pixels[..., 2] < 90)
    assert not yellow.any(), "the path is drawn at full strength through the ridge"
    golden.check(gl, "view_ridge", pixels, request)


def drawn(viewer: Viewer) -> Viewer:
    viewer.draw((900, 500), 1.0, 0.0)
    return viewer


def pixel_of(viewer: Viewer, u: float, v: float) -> tuple[float, float]:
    """Where a point of the ground is in the picture."""
    shot = viewer._shot
    place = world_point(viewer.stage.heights, (u, v), shot.extent, shot.relief)
    x, y, _ = project(shot.clip, place[None], shot.size)[0]
    return float(x), float(y)


def test_a_line_and_a_surface_are_each_seen_as_they_were_last(gl):
    viewer = drawn(Viewer(gl, {"surface": landscape(17), "line": line()}))
    viewer.orbit(20, 5)
    surface = viewer.view.camera
    viewer.look("line")
    assert drawn(viewer)._shot.view.camera == FRONT
    viewer.orbit(10, 5)
    assert (viewer.view.camera.azimuth, viewer.view.camera.elevation) == (FRONT.azimuth + 10, FRONT.elevation + 5)
    from_the_side = viewer.view.camera
    viewer.look("surface")
    assert drawn(viewer)._shot.view.camera == surface
    viewer.look("line")
    assert drawn(viewer)._shot.view.camera == from_the_side
    viewer.show(KEYS["r"][1](viewer.view))
    assert drawn(viewer)._shot.view.camera == FRONT
    gl.extra.use()
    viewer.release()


def test_the_pointer_reads_a_line_above_and_below_its_curve(gl):
    viewer = drawn(Viewer(gl, {"line": line()}))
    for camera in (Camera(), Camera(azimuth=-40, elevation=25, distance=4)):
        viewer.show(replace(viewer.view, camera=camera, path=False))
        drawn(viewer)
        x, y = pixel_of(viewer, 0.75, 0.5)
        for up in (-15, 0, 40):
            reading = viewer.reading((x, y + up))
            assert reading.alpha == pytest.approx(1.0, abs=0.03)
        assert viewer.reading((x, 5.0)) is None and viewer.reading((5.0, y)) is None
    gl.extra.use()
    viewer.release()


def test_zooming_keeps_what_the_pointer_is_on_also_beside_the_curve_of_a_line(gl):
    viewer = drawn(Viewer(gl, {"line": line()}))
    pixel = pixel_of(viewer, 0.8, 0.5)
    pixel = (pixel[0], pixel[1] + 60)
    before = viewer._place(pixel)
    viewer.zoom(pixel, 3)
    drawn(viewer)
    np.testing.assert_allclose(viewer._place(pixel), before, atol=1e-6)
    gl.extra.use()
    viewer.release()


@pytest.mark.parametrize("name", ["surface", "line"])
def test_a_checkpoint_is_known_by_its_mark(gl, name):
    viewer = Viewer(gl, {"surface": landscape(33), "line": line()})
    viewer.look(name)
    viewer.show(replace(viewer.view, camera=Camera() if name == "line" else Camera(elevation=70)))
    drawn(viewer)
    path, domain = viewer.stage.landscape.trajectory, viewer.stage.landscape.domain
    for k in range(4):
        u, v = to_uv(domain, path.alpha[k], path.beta[k])
        x, y = pixel_of(viewer, u, v)
        assert viewer.reading((x + 3, y - 3)).checkpoint == k
    aside = pixel_of(viewer, u, v)[0], pixel_of(viewer, u, v)[1] - 25
    assert viewer.reading(aside).checkpoint is None
    viewer.show(replace(viewer.view, path=False))
    assert drawn(viewer).reading((x, y)).checkpoint is None
    gl.extra.use()
    viewer.release()


def test_checkpoints_outside_the_domain_are_not_pointed_at(gl):
    land = landscape(17)
    away = replace(land.trajectory, alpha=land.trajectory.alpha + 100.0)
    viewer = drawn(Viewer(gl, {"one": replace(land, trajectory=away)}))
    for u, v in np.ndindex(5, 5):
        assert viewer._checkpoint(pixel_of(viewer, u / 4, v / 4)) is None
    gl.extra.use()
    viewer.release()
