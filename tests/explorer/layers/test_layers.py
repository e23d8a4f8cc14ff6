"""Every layer by itself and whole views, as golden images of the software driver."""

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest
from PIL import Image

import explorer.layers
from compute.landscape import Domain, Landscape, Trajectory
from compute.scale import ScaleKind
from explorer.camera.camera import Camera, Margins, project
from explorer.camera.splines import track
from explorer.ground.scene import NO_MARKS, Arrows
from explorer.ground.staging import Stage
from explorer.layers.arrows import arrow_ends, spacing
from explorer.looks.theme import THEMES
from explorer.looks.view import (
    Colouring,
    ContourPlace,
    Contours,
    ContourStyle,
    Cut,
    Scaling,
    Spacing,
    SurfaceMode,
    View,
)
from explorer.pictures.frame import Frame, compose
from explorer.writing.flight_lines import flight_lines
from tests import golden
from tests.explorer.lines import line
from tests.explorer.mapped import with_maps
from tests.surfaces import HIMMELBLAU

SIZE = (480, 320)
BARE = View(
    surface=SurfaceMode.HIDDEN,
    contours=Contours(ContourStyle.OFF),
    glyphs=False,
    path=False,
    axes=False,
    colour_bar=False,
    legend=False,
)
MAP = Camera(azimuth=-90, elevation=90, distance=4.9, target=(0.0, 0.0, 0.0), orthographic=True)
SECTION = ((0.1, 0.2), (0.85, 0.7))
EACH_LAYER = {
    "background": BARE,
    "surface": replace(BARE, surface=SurfaceMode.LIT),
    "contours": replace(BARE, contours=Contours(ContourStyle.TWO_COLOURS, count=15)),
    "points": replace(BARE, points=True),
    "arrows": replace(BARE, arrows=True),
    "path": replace(BARE, path=True),
    "section": replace(BARE, section=SECTION),
    "glyphs": replace(BARE, glyphs=True),
    "flight": replace(BARE, surface=SurfaceMode.LIT),
    "axes": replace(BARE, axes=True),
    "colourbar": replace(BARE, colour_bar=True),
    "legend": replace(BARE, glyphs=True, path=True, points=True, legend=True),
    "labels": replace(BARE, axes=True, camera=Camera(elevation=88, azimuth=-90)),
    "plates": replace(BARE, surface=SurfaceMode.LIT, colour_bar=True, camera=Camera(elevation=40, distance=1.3)),
}
WAY = track(
    [Camera(-150, 12, 1.3), Camera(-80, 25, 1.6), Camera(10, 12, 1.3)], [0.0, 1.0, 2.0]
)  # partly behind the ground
ALSO_LIGHT = ("background", "contours", "axes", "colourbar", "legend", "labels", "flight")  # where the theme has a say
EACH_LAYER_OF_A_LINE = {
    "area": replace(BARE, surface=SurfaceMode.LIT),
    "curve": BARE,
}
WHOLE_VIEWS = {
    "lit": View(),
    "lit_light": View(theme="light"),
    "wireframe": View(surface=SurfaceMode.WIREFRAME),
    "colour": View(surface=SurfaceMode.COLOUR, colour=Colouring("turbo")),
    "mesh": View(surface=SurfaceMode.MESH, colour=Colouring("magma"), theme="light"),
    "linear": View(height=Scaling(ScaleKind.LINEAR), relief=1.2),
    "capped": View(height=Scaling(ScaleKind.LINEAR, cap=100.0), contours=Contours(ContourStyle.TWO_COLOURS)),
    "flat": View(flat=True, camera=Camera(elevation=89.5, azimuth=-90)),
    "map": View(flat=True, camera=MAP),
    "map_light": View(flat=True, camera=MAP, theme="light", contours=Contours(levels=(2, 5, 10, 50, 100, 200, 500))),
    "from_below": View(camera=Camera(elevation=-25)),
    "orthographic": View(camera=Camera(azimuth=35, elevation=30, orthographic=True)),
    "rolled": View(camera=Camera(azimuth=-50, elevation=35, roll=-25), theme="light"),
    "straight": View(smooth=False, colour=Colouring("grey")),
    "isolines": View(
        surface=SurfaceMode.HIDDEN,
        theme="light",
        contours=Contours(ContourStyle.COLOUR_MAP, on_floor=True, spacing=Spacing.GEOMETRIC, emphasis=3),
    ),
    "floor": View(contours=Contours(ContourStyle.TWO_COLOURS, ContourPlace.FLOOR, count=16)),
    "raised": View(flat=True, contours=Contours(place=ContourPlace.HEIGHT, count=12, width=1.6)),
    "cut": View(cut=Cut(beta=(0.35, 1.0)), section=SECTION, points=True),
}
MAPPED = {
    "arrows": View(arrows=True, relief=0.9, camera=Camera(azimuth=-60, elevation=14)),
    "arrows_map_light": View(arrows=True, flat=True, camera=MAP, theme="light", colour=Colouring("grey")),
    "curvature": View(colour=Colouring(metric="curvature_low"), arrows=True),
    "curvature_height": View(metric="curvature_low", theme="light"),
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
    "light": View(theme="light"),
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


def picture(
    ctx: moderngl.Context,
    land: Landscape,
    view: View,
    samples: int = 0,
    *,
    transparent: bool = False,
    scale: int = 1,
    **extra: Any,
) -> np.ndarray:
    with Frame(ctx, samples) as frame:
        stage = Stage(land, view)
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        shot = compose(stage.scene, view, (SIZE[0] * scale, SIZE[1] * scale), 0.7 * scale, **extra)
        pixels = frame.pixels(shot, transparent=transparent)
        ctx.extra.use()
        return pixels


def also(name: str, theme: str) -> dict[str, Any]:
    """What is drawn that is neither of the landscape nor of the view."""
    return {"flight": flight_lines(WAY, 1, Camera(), THEMES[theme]).lines} if name == "flight" else {}


@pytest.mark.parametrize("name", EACH_LAYER)
def test_layer(gl, request, name):
    land = with_maps(landscape()) if name == "arrows" else landscape()
    pixels = picture(gl, land, EACH_LAYER[name], **also(name, "dark"))
    if name != "background":
        assert (pixels != picture(gl, landscape(), BARE)).any(axis=2).mean() > 5e-4, "the layer drew nothing"
    golden.check(gl, f"layer_{name}", pixels, request)


@pytest.mark.parametrize("name", ALSO_LIGHT)
def test_layer_in_the_light_theme(gl, request, name):
    pixels = picture(gl, landscape(), replace(EACH_LAYER[name], theme="light"), **also(name, "light"))
    assert pixels.mean() > 200
    golden.check(gl, f"layer_{name}_light", pixels, request)


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
    fixed = replace(BARE, height=Scaling(ScaleKind.LOG, cap=11.0, floor=0.05))
    curves = [picture(gl, land, fixed)]
    land.examples[:, [13, 16, *range(40, 64)]] = 0
    curves.append(picture(gl, land, fixed))
    white = [(curve > 200).all(axis=2).sum() for curve in curves]
    assert white[0] - white[1] > 14 * 6, "fourteen dots of some pixels each"
    golden.check(gl, "line_dots", pixels, request)


def test_another_metric_is_another_terrain(gl, request):
    pixels = picture(gl, with_metrics(landscape()), View(metric="test_accuracy"))
    golden.check(gl, "view_metric", pixels, request)


@pytest.mark.parametrize("name", WHOLE_VIEWS)
def test_whole_view(gl, request, name):
    golden.check(gl, f"view_{name}", picture(gl, landscape(), WHOLE_VIEWS[name]), request)


@pytest.mark.parametrize("name", MAPPED)
def test_maps_and_arrows(gl, request, name):
    golden.check(gl, f"view_{name}", picture(gl, with_maps(landscape()), MAPPED[name]), request)


def test_arrows_are_hidden_by_the_ground_before_them_and_cut_with_it(gl):
    """Half of them lie behind a wall; and half where the ground is cut away."""
    land = with_maps(landscape())
    wall = 1 + 9 * np.exp(-((land.domain.betas / 0.6) ** 2))
    land = replace(land, metrics={**land.metrics, "train_loss": np.tile(wall[:, None], 33)})
    view = replace(BARE, arrows=True, surface=SurfaceMode.LIT, colour=Colouring("grey"), relief=1.0)

    def light(view: View) -> int:
        both = [picture(gl, land, each).astype(int) for each in (view, replace(view, arrows=False))]
        return int((np.abs(both[0] - both[1]).sum(axis=2) > 60).sum())

    low = replace(view, camera=Camera(azimuth=-90, elevation=12))
    assert 0 < light(low) < 0.65 * light(replace(low, flat=True))
    assert light(replace(view, cut=Cut(alpha=(0.0, 0.5)))) < 0.7 * light(view)


def test_no_arrow_covers_a_mark(gl):
    """But for the rims of marks, which what lies below shines through."""
    land, bare = with_maps(landscape()), replace(BARE, surface=SurfaceMode.LIT, colour=Colouring("grey"))

    def drawn(**changes) -> np.ndarray:
        return picture(gl, land, replace(bare, **changes)).astype(int)

    marks = np.abs(drawn(glyphs=True) - drawn(glyphs=False)).sum(axis=2) > 120
    arrows = np.abs(drawn(arrows=True) - drawn(arrows=False)).sum(axis=2) > 60
    changed = np.abs(drawn(glyphs=True, arrows=True) - drawn(glyphs=True)).sum(axis=2) > 60
    assert (marks & arrows).sum() > 60
    assert (marks & changed).sum() < 0.2 * (marks & arrows).sum()


def test_an_arrow_runs_from_its_point_down_the_gradient_with_its_head_at_the_end(gl):
    """One arrow on a map, 2 pixels a point: the shaft as wide as it should be, and the head wider, at the far end."""
    view = replace(BARE, arrows=True, flat=True, camera=MAP)
    stage = Stage(with_maps(landscape()), view)
    one = Arrows(np.array([[0.25, 0.5, 1.0, 0.0, 1.0]], np.float32), (2, 2))
    with Frame(gl) as frame:
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        shot = compose(replace(stage.scene, arrows=one), view, SIZE, 2.0)
        pixels = frame.pixels(shot).astype(int)
        gl.extra.use()
    ends = np.array([[0.25 + share, 0.5] for share in (0.0, 0.43)])
    world = np.column_stack([(ends - 0.5) * shot.extent, np.zeros(2)])
    (tail, y, _), (tip, _, _) = project(shot.clip, world, SIZE).tolist()
    light = (pixels > 200).all(axis=2)
    columns = np.flatnonzero(light.any(axis=0))
    assert columns.min() == pytest.approx(tail, abs=2) and columns.max() == pytest.approx(tip, abs=4)
    high = light.sum(axis=0)
    middle, head = round((tail + tip) / 2), round(tip - 14)
    assert 3 <= high[middle] <= 5 and high[head] > 2.5 * high[middle]
    rows = np.flatnonzero(light[:, middle])
    assert rows.mean() == pytest.approx(SIZE[1] - 1 - y, abs=1)


def test_arrows_that_would_crowd_are_thinned_out(gl):
    view = replace(BARE, arrows=True, flat=True, camera=MAP)
    scene = Stage(with_maps(landscape(), 1), view).scene
    found = [compose(scene, view, SIZE, ratio) for ratio in (0.5, 1.0, 2.0)]
    every = [spacing(shot) for shot in found]
    assert every == sorted(every) and every[0] < every[2]
    for shot, step in zip(found, every, strict=True):
        ends = arrow_ends(scene.arrows, shot.extent, step)
        assert len(ends) <= (32 // step + 1) ** 2
        assert ends.min() >= 0 and ends.max() <= 1 + 1e-6
        assert np.linalg.norm((ends[:, 2:] - ends[:, :2]) * shot.extent, axis=1).max() <= 2 / 32 * step


def test_an_arrow_that_would_leave_the_domain_ends_at_its_rim():
    outward = Arrows(np.array([[1.0, 0.5, 1.0, 0.0, 1.0], [0.0, 0.0, -0.6, -0.8, 0.0]], np.float32), (2, 2))
    ends = arrow_ends(outward, (2.0, 2.0), 1)
    np.testing.assert_allclose(ends[:, 2:], [[1.0, 0.5], [0.0, 0.0]], atol=1e-6)
    np.testing.assert_allclose(ends[:, :2], [[1 - 0.43, 0.5], [0.17 * 0.6, 0.17 * 0.8]], atol=1e-6)


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


def test_the_end_of_a_path_is_seen_however_near_its_start_stands_before_it(gl):
    """The start is nearer to the camera, and its disc the larger one."""
    zeros = np.zeros(2)
    path = Trajectory(zeros, zeros, zeros, np.array([-0.28, 0.0]), zeros, zeros)
    view = View(flat=True, glyphs=False, axes=False, camera=Camera(azimuth=-90, elevation=12))
    stage = Stage(replace(landscape(), trajectory=path), view)
    with Frame(gl) as frame:
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        shot = compose(stage.scene, view, SIZE)
        pixels = frame.pixels(shot).astype(int)
        gl.extra.use()
    u, v = stage.scene.checkpoints[1].tolist()
    world = np.array([[(u - 0.5) * shot.extent[0], (v - 0.5) * shot.extent[1], 0.0]])
    x, y, _ = project(shot.clip, world, SIZE)[0]
    red, green, blue = pixels[SIZE[1] - 1 - int(y) - 4, int(x)]  # the ground hides its lower half
    assert blue > 180 and green > 180 and red < 100, "cyan"


def test_a_path_goes_from_the_colour_at_one_end_of_a_piece_to_that_at_the_other(gl):
    view = View(flat=True, glyphs=False, axes=False, colour_bar=False, legend=False, camera=MAP)
    stage = Stage(landscape(), view)
    piece = np.array([[0.1, 0.5, 0.9, 0.5, 1, 0, 0, 0, 0, 1]], np.float32)
    with Frame(gl) as frame:
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        shot = compose(replace(stage.scene, path=piece, path_marks=NO_MARKS), view, SIZE, 2.0)
        pixels = frame.pixels(shot).astype(int)
        gl.extra.use()
    for u, expected in ((0.2, (223, 0, 32)), (0.5, (128, 0, 128)), (0.8, (32, 0, 223))):
        x, y, _ = project(shot.clip, np.array([[(u - 0.5) * shot.extent[0], 0.0, 0.0]]), SIZE)[0]
        np.testing.assert_allclose(pixels[SIZE[1] - 1 - int(y), int(x)], expected, atol=6)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_runs_side_by_side_are_told_apart(gl, request, theme):
    """From one start, two of them to one end."""
    land = landscape()
    t = np.linspace(0, 1, 12)
    ways = {"adam": (7.6, -5.8, 0.5), "sgd": (7.6, -1.9, -1.5)}
    others = {
        name: replace(land.trajectory, alpha=-4.5 + a * t, beta=4.2 + b * t + bend * np.sin(np.pi * t))
        for name, (a, b, bend) in ways.items()
    }
    runs = replace(land, others=others, provenance={"fit": {"runs": ["lion", "adam", "sgd"]}})
    golden.check(gl, f"view_runs_{theme}", picture(gl, runs, View(theme=theme)), request)


def test_multisampling_draws_the_same_scene_with_softer_edges(gl, request):
    golden.check(gl, "view_multisampled", picture(gl, landscape(), View(), samples=4), request)


def test_what_is_pointed_at_and_dragged_is_marked(gl, request):
    extra: dict[str, Any] = {"caption": "with skips", "marked": 3, "region": ((0.55, 0.2), (0.8, 0.45))}
    extra["margins"] = Margins(left=60.0, top=20.0)
    view = View(section=SECTION, theme="light")
    pixels = picture(gl, landscape(), view, **extra)
    fewer = [{key: value for key, value in extra.items() if key != name} for name in extra]
    for given in [*fewer, extra | {"margins": Margins(left=60.0)}, extra | {"margins": Margins(top=20.0)}]:
        less = picture(gl, landscape(), view, **given)
        assert (pixels != less).any(axis=2).mean() > 5e-4, given
    golden.check(gl, "view_marked", pixels, request)


def test_a_checkpoint_that_is_not_on_the_ground_is_not_marked(gl):
    land = landscape()
    away = replace(land, trajectory=replace(land.trajectory, alpha=land.trajectory.alpha + 100.0))
    plain = picture(gl, away, View())
    for marked in (0, 11, 12, -1):
        assert np.array_equal(picture(gl, away, View(), marked=marked), plain)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("samples", [0, 4])
def test_a_transparent_picture_over_its_background_is_the_picture(gl, theme, samples):
    """Soft edges too: composed over the background (sRGB values, as every program does) they are what they were."""
    view = View(theme=theme, opacity=0.6)
    whole = picture(gl, landscape(), view, samples).astype(float)
    ground = picture(gl, landscape(), replace(BARE, theme=theme), samples).astype(float)
    pixels = picture(gl, landscape(), view, samples, transparent=True).astype(float)
    assert pixels.shape == (SIZE[1], SIZE[0], 4)
    alpha = pixels[..., 3:] / 255
    assert (alpha == 0).mean() > 0.3 and ((alpha > 0.1) & (alpha < 0.9)).any()
    composed = alpha * pixels[..., :3] + (1 - alpha) * ground
    difference = np.abs(composed - whole).max(axis=2)
    assert difference.mean() < 1.0 and (difference > 6).mean() < 0.002


def test_twice_the_pixels_are_the_same_picture_sharper(gl, request):
    view = View(flat=True, camera=MAP)
    small, large = picture(gl, landscape(), view), picture(gl, landscape(), view, scale=2)
    halved = np.asarray(Image.fromarray(large).resize(SIZE, Image.Resampling.BOX)).astype(float)
    assert np.abs(halved - small).mean() < 6
    golden.check(gl, "view_hidpi", large, request)


def test_the_same_shot_gives_the_same_pixels(gl):
    first, second = (picture(gl, landscape(), View()) for _ in range(2))
    assert np.array_equal(first, second)


def test_size_may_change_from_shot_to_shot(gl):
    with Frame(gl) as frame:
        stage = Stage(landscape(), View())
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        for size in ((200, 150), (640, 400), (64, 512)):
            assert frame.pixels(compose(stage.scene, View(), size)).shape == (size[1], size[0], 3)


def test_a_label_atlas_that_overflows_starts_again(gl):
    with Frame(gl) as frame:
        stage = Stage(landscape(), View())
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        shot = compose(stage.scene, View(), SIZE, 0.7)
        fresh = frame.pixels(shot)
        for ratio in np.linspace(1, 8, 60):
            frame.draw(compose(stage.scene, View(), SIZE, float(ratio)))
        assert np.array_equal(frame.pixels(shot), fresh)


def test_every_layer_has_a_module_a_shader_pair_and_a_golden_image():
    modules = sorted(path.stem for path in Path(inspect.getfile(explorer.layers)).parent.glob("[a-z]*.py"))
    shaders = Path(__file__).parents[3] / "shaders"
    assert modules == sorted({**EACH_LAYER, **EACH_LAYER_OF_A_LINE})
    for name in modules:
        assert (shaders / f"{name}.vert").exists()
        assert (shaders / f"{name}.frag").exists()
        assert (golden.FOLDER / f"layer_{name}.png").exists()
    for shader in shaders.glob("*.vert"):
        assert (shaders / f"{shader.stem}.{'geom' if shader.stem.endswith('_capture') else 'frag'}").exists()


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
        legend=False,
    )
    pixels = picture(gl, land, view)
    yellow = (pixels[..., 0] > 235) & (pixels[..., 1] > 205) & (pixels[..., 2] < 90)
    assert not yellow.any(), "the path is drawn at full strength through the ridge"
    golden.check(gl, "view_ridge", pixels, request)
