"""How a surface is drawn, coloured and cut: single pixels against numpy, and pictures that somebody has looked at."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Floats, Landscape
from compute.scale import Scale, ScaleKind
from explorer.camera.camera import FRONT, Camera
from explorer.gl.colour_texture import colour_span
from explorer.gl.height_texture import TILE, HeightTexture
from explorer.ground.heights import texels
from explorer.ground.staging import Stage
from explorer.layers.surface import LIGHT, UNDERSIDE, legible_lines
from explorer.looks.theme import THEMES
from explorer.looks.view import ERROR, LEVEL, Colouring, Cut, Scaling, SurfaceMode, View
from explorer.resources import COLOUR_MAPS, DIVERGING, ENDS, colour_map
from tests import golden
from tests.explorer.drawing import ABOVE, SIZE, Drawing, landscape_of, plane
from tests.explorer.lines import line
from tests.surfaces import HIMMELBLAU

COLOUR = View(surface=SurfaceMode.COLOUR, flat=True, camera=ABOVE, colour_bar=False)
GROUND = THEMES["dark"].background_bottom
ROUNDING = 2.5 / 255  # of a colour map with 8 bits, a picture with 8 bits and a pixel's width
INSIDE = np.linspace(0.03, 0.97, 23)


def on_map(name: str, shares: Floats) -> np.ndarray:
    """Colours at shares of a colour map."""
    table, places = colour_map(name), np.linspace(0, 1, 256)
    return np.column_stack([np.interp(shares, places, table[:, channel]) for channel in range(3)])


def coloured(map_name: str, metric: str | None = None, scaling: Scaling | None = None, **changes: object) -> View:
    return replace(COLOUR, colour=Colouring(map_name, metric, scaling), **changes)


# ── colours ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_a_pixel_has_the_colour_of_its_value(gl, name):
    x, y = plane(17)
    view = coloured(name)
    with Drawing(gl, landscape_of(5 + 2 * x + y)) as drawing:
        pixels = drawing.pixels(view)
        u, v = (grid.ravel() for grid in np.meshgrid(INSIDE, INSIDE))
        found = drawing.at(view, pixels, u, v)
    np.testing.assert_allclose(found, on_map(name, (2 * u + v) / 3), atol=6 * ROUNDING)
    assert np.abs(found - on_map(name, (2 * u + v) / 3)).mean() < ROUNDING


def test_colour_may_stand_for_another_metric_on_its_own_scale(gl):
    x, y = plane(17)
    view = coloured("viridis", "test_loss")
    with Drawing(gl, landscape_of(5 + x, test_loss=10 + y)) as drawing:
        found = drawing.at(view, drawing.pixels(view), 0.3, INSIDE)
        scene = drawing.stage.scene
    np.testing.assert_allclose(found, on_map("viridis", INSIDE), atol=4 * ROUNDING)
    assert (scene.colour_name, scene.metric) == ("test loss", "train loss")
    ends = scene.colour_scale.low, scene.colour_scale.high, scene.scale.low, scene.scale.high
    assert ends == pytest.approx((9, 11, 4, 6))


def test_what_is_off_the_scale_of_the_colours_has_colours_of_its_own(gl):
    x, _ = plane(33)
    view = coloured("cividis", None, Scaling(ScaleKind.LINEAR, cap=5.5, floor=4.5))
    u = np.array([0.05, 0.2, 0.5, 0.8, 0.95])
    with Drawing(gl, landscape_of(5 + x)) as drawing:
        found = drawing.at(view, drawing.pixels(view), u, 0.5)
        scene = drawing.stage.scene
    under, over = ENDS["cividis"]
    expected = np.array([under, under, on_map("cividis", np.array([0.5]))[0], over, over])
    np.testing.assert_allclose(found, expected, atol=ROUNDING)
    assert scene.colour_scale.under and scene.colour_scale.over and not scene.scale.over


def test_the_error_bar_is_shown_cell_by_cell(gl):
    x, y = plane(33)
    land = landscape_of(1 + np.exp(-12 * ((x - 0.3) ** 2 + (y + 0.5) ** 2)) + 0.1 * x)
    view = coloured("magma", ERROR, Scaling(ScaleKind.LOG))
    with Drawing(gl, land) as drawing:
        pixels = drawing.pixels(view)
        error, scale = drawing.stage.map.nodes.error, drawing.stage.scene.colour_scale
        rows, columns = (index.ravel() for index in np.indices(error.shape))
        found = drawing.at(view, pixels, (columns + 0.5) / 32, (rows + 0.5) / 32)
    shares = np.log(error / error.min()) / np.log(error.max() / error.min())
    np.testing.assert_allclose(found, on_map("magma", shares.ravel()), atol=ROUNDING)
    assert scale.log and "error bar" in drawing.stage.scene.colour_name


def level_by_hand(measured: np.ndarray, i: int, j: int) -> int:
    """The finest of the levels 5, 9, 17 with all four corners around cell (j, i) of the grid of 17 x 17 points."""
    found = -1
    for level, stride in enumerate((4, 2, 1)):
        left, low = i // stride * stride, j // stride * stride
        if all(measured[low + b, left + a] for a in (0, stride) for b in (0, stride)):
            found = level
    return found


def test_the_level_of_refinement_is_a_step_for_each_place(gl):
    x, y = plane(17)
    land = landscape_of(2 + x * y)
    land.examples[:] = 0
    land.examples[::4, ::4] = 1
    land.examples[:9:2, ::2] = 1
    land.examples[:5, 8:] = 1
    view = coloured("turbo", LEVEL)
    with Drawing(gl, land) as drawing:
        pixels = drawing.pixels(view)
        j, i = (index.ravel() for index in np.indices((16, 16)))
        found = drawing.at(view, pixels, (i + 0.52) / 16, (j + 0.52) / 16)
        steps, measured = drawing.stage.scene.paint_steps, drawing.stage.map.measured
    levels = np.array([level_by_hand(land.examples > 0, *place) for place in zip(i, j, strict=True)])
    assert steps == 3 and set(levels) == {0, 1, 2}
    expected, grey = on_map("turbo", (levels + 0.5) / 3), np.array(THEMES["dark"].unknown)
    cells = [measured[b * 16 : b * 16 + 17, a * 16 : a * 16 + 17] for a, b in zip(i, j, strict=True)]
    plain, hatched = (np.array([(cell == share).all() for cell in cells]) for share in (1, 0))
    off = [np.abs(found - (1 - veil) * expected - veil * grey).max(axis=1) for veil in (0, 0.15, 0.55)]
    assert (off[0][plain] < ROUNDING).all() and (np.minimum(off[1], off[2])[hatched] < ROUNDING).all()
    assert set(levels[plain | hatched]) == {0, 1, 2}


def test_what_is_unknown_has_no_colour_of_the_map(gl):
    x, _ = plane(17)
    accuracy = 50 + 40 * x
    accuracy[:, :5] = np.nan
    view = coloured("viridis", "test_accuracy")
    with Drawing(gl, landscape_of(5 + x, test_accuracy=accuracy)) as drawing:
        found = drawing.at(view, drawing.pixels(view), np.array([0.1, 0.9]), 0.5)
    np.testing.assert_allclose(found[0], THEMES["dark"].unknown, atol=ROUNDING)
    shares = np.array([(0.9 - 5 / 16) / (1 - 5 / 16)])
    np.testing.assert_allclose(found[1], on_map("viridis", shares)[0], atol=6 * ROUNDING)


@pytest.mark.parametrize("of_colour", [False, True])
def test_what_diverged_has_a_colour_of_its_own_and_what_is_not_measured_is_a_hole(gl, of_colour):
    x, _ = plane(17)
    values = 5 + x
    values[10:, 10:] = np.inf
    land = landscape_of(5 + x, test_loss=values) if of_colour else landscape_of(values)
    view = coloured("viridis", "test_loss" if of_colour else None)
    with Drawing(gl, land) as drawing:
        found = drawing.at(view, drawing.pixels(view), np.array([0.9, 0.8]), np.array([0.9, 0.85]))
        diverged = np.array(THEMES["dark"].diverged)
        assert drawing.stage.scene.diverged
        for colour in found:
            assert min(np.abs(colour - shade).max() for shade in (diverged, 1.6 * diverged)) < ROUNDING
    land.metrics["train_loss"][:6, :6] = np.nan
    land.examples[:6, :6] = 0
    with Drawing(gl, land) as drawing:
        np.testing.assert_allclose(drawing.at(view, drawing.pixels(view), 0.1, 0.1)[0], GROUND, atol=ROUNDING)


def test_what_diverged_is_a_plateau_above_everything(gl):
    x, _ = plane(17)
    values = 5 + x
    values[:, 12:] = np.inf
    view = replace(COLOUR, flat=False, camera=Camera(azimuth=-90, elevation=30))
    with Drawing(gl, landscape_of(values)) as drawing:
        colour = drawing.at(view, drawing.pixels(view), 0.9, 0.5, 1.0)[0]
    diverged = np.array(THEMES["dark"].diverged)
    assert min(np.abs(colour - shade).max() for shade in (diverged, 1.6 * diverged)) < ROUNDING


def test_a_diverging_map_has_its_middle_at_zero(gl):
    x, _ = plane(17)
    view = coloured("bluebrown", None, None, height=Scaling(ScaleKind.LINEAR))
    with Drawing(gl, landscape_of(x * 2 + 1)) as drawing:  # −1 to 3
        u = np.array([0.02, 0.25, 0.98])
        found = drawing.at(view, drawing.pixels(view), u, 0.5)
    np.testing.assert_allclose(found, on_map("bluebrown", 0.5 + (4 * u - 1) / 6), atol=4 * ROUNDING)


def test_where_the_ends_of_a_scale_are_on_a_colour_map():
    both = Scale(-1.0, 3.0, ScaleKind.LINEAR, "", 3.0)
    assert colour_span("redblue", both) == pytest.approx((0.5 - 0.5 / 3, 1.0))
    assert colour_span("viridis", both) == (0.0, 1.0)
    assert colour_span("redblue", Scale(1.0, 3.0, ScaleKind.LINEAR, "", 3.0)) == (0.0, 1.0)
    assert colour_span("bluebrown", Scale(-3.0, 3.0, ScaleKind.SYMLOG, "", 3.0)) == pytest.approx((0.0, 1.0))


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_the_colours_off_the_scale_are_none_of_the_map(name):
    table = colour_map(name)
    assert table.shape == (256, 3) and table.min() >= 0 and table.max() <= 1
    for end in ENDS[name]:
        assert np.linalg.norm(table - end, axis=1).min() > 0.1


@pytest.mark.parametrize("name", DIVERGING)
def test_a_diverging_map_is_lightest_in_the_middle_and_darkens_evenly_to_both_ends(name):
    luminance = colour_map(name) ** 2.2 @ np.array([0.2126, 0.7152, 0.0722])
    assert abs(int(luminance.argmax()) - 127.5) < 2
    assert (np.diff(luminance[:127]) > 0).all() and (np.diff(luminance[129:]) < 0).all()


# ── cutting ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(pixels: np.ndarray) -> np.ndarray:
    """Which pixels show anything but the background."""
    return (np.abs(pixels - GROUND) > 1.5 / 255).any(axis=2)


def test_above_the_cap_the_surface_is_cut_away_exactly_or_a_plateau(gl):
    """Seen from far above so that height moves nothing sideways; r is linear along each ray from the middle."""
    x, y = plane(129)
    camera = Camera(azimuth=-90, elevation=89.9, orthographic=True)
    view = replace(COLOUR, flat=False, camera=camera, height=Scaling(ScaleKind.LINEAR, cap=0.8))
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    with Drawing(gl, landscape_of(np.hypot(x, y), train_accuracy=0 * x)) as drawing:
        for open_top in (True, False):
            looked = replace(view, open_top=open_top)
            pixels = drawing.pixels(looked)
            for radius, height in ((0.785, 0.785 / 0.8), (0.815, 1.0)):
                u, v = 0.5 + 0.5 * radius * np.cos(angle), 0.5 + 0.5 * radius * np.sin(angle)
                there = drawn(drawing.at(looked, pixels, u, v, height)[None])[0]
                assert there.all() if radius < 0.8 or not open_top else not there.any()
        over = drawing.at(looked, pixels, u, v, 1.0)
    np.testing.assert_allclose(over, np.broadcast_to(ENDS["viridis"][1], over.shape), atol=ROUNDING)


def test_a_plateau_is_level_and_lit_as_such(gl):
    """Though the heights beneath go on rising."""
    _, y = plane(33)
    scaling = Scaling(ScaleKind.LINEAR, cap=0.5)
    view = View(height=scaling, open_top=False, camera=Camera(azimuth=-90, elevation=40), colour_bar=False)
    v = np.linspace(0.3, 0.96, 33)  # the plateau begins at 0.25, and at 0.5 the heights go on no further
    with Drawing(gl, landscape_of(1 + y)) as drawing:
        pixels = drawing.pixels(view)
        level = drawing.at(view, pixels, 0.5, v, 1.0)
        above = drawing.at(view, pixels, 0.5, 0.97, 1.5)
    assert np.abs(np.diff(level, axis=0)).max() < ROUNDING
    np.testing.assert_allclose(above[0], GROUND, atol=ROUNDING)


def test_planes_cut_along_both_axes(gl):
    x, _ = plane(17)
    view = replace(COLOUR, cut=Cut(alpha=(0.2, 0.7), beta=(0.4, 1.0)))
    u, v = (grid.ravel() for grid in np.meshgrid(np.linspace(0.015, 0.985, 49), np.linspace(0.015, 0.985, 49)))
    clear = (np.abs(u[:, None] - [0.2, 0.7]) > 0.008).all(axis=1) & (np.abs(v - 0.4) > 0.008)
    with Drawing(gl, landscape_of(5 + x)) as drawing:
        there = drawn(drawing.at(view, drawing.pixels(view), u, v)[None])[0]
    expected = (u > 0.2) & (u < 0.7) & (v > 0.4)
    np.testing.assert_array_equal(there[clear], expected[clear])
    assert clear.sum() > 2000


def test_planes_cut_across_the_height(gl):
    x, _ = plane(17)
    camera = Camera(azimuth=-90, elevation=60)
    view = replace(COLOUR, flat=False, camera=camera, cut=Cut(height=(0.25, 0.75)))
    u = np.linspace(0.02, 0.98, 97)
    with Drawing(gl, landscape_of(5 + x)) as drawing:
        there = drawn(drawing.at(view, drawing.pixels(view), u, 0.5, u)[None])[0]
    clear = (np.abs(u[:, None] - [0.25, 0.75]) > 0.01).all(axis=1)
    np.testing.assert_array_equal(there[clear], ((u > 0.25) & (u < 0.75))[clear])


# ── both sides, and through ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_underside_is_tinted_and_darker_in_every_mode(gl):
    x, _ = plane(17)
    for mode in (SurfaceMode.COLOUR, SurfaceMode.LIT, SurfaceMode.FACETED):
        sides = []
        for elevation in (60, -60):
            view = replace(COLOUR, flat=False, relief=0.01, surface=mode, camera=Camera(-90, elevation))
            with Drawing(gl, landscape_of(5 + x)) as drawing:
                sides.append(drawing.at(view, drawing.pixels(view), INSIDE, 0.5))
        above, below = sides
        assert (below.max(axis=1) < 0.85 * above.max(axis=1) + 0.05).all()
        if mode is SurfaceMode.COLOUR:
            np.testing.assert_allclose(below, 0.9 * (above + UNDERSIDE) / 2, atol=ROUNDING * 2)


@pytest.mark.parametrize("azimuths", [(0.0, 180.0), (90.0, -90.0), (35.0, 145.0)])
def test_what_is_seen_through_is_drawn_from_far_to_near_from_every_side(gl, azimuths):
    """A trough and its mirror image look alike mirrored, and only if the order is right do near walls lie on far."""
    x, y = plane(33)
    values = 1 + {0.0: x**2, 90.0: y**2}.get(azimuths[0], x**2 + y**2)
    view = replace(COLOUR, flat=False, opacity=0.5, colour=Colouring("redblue"))
    with Drawing(gl, landscape_of(values)) as drawing:
        one, other = (drawing.pixels(replace(view, camera=Camera(azimuth, 8))) for azimuth in azimuths)
    seen = drawn(one) | drawn(other[:, ::-1])
    differ = np.abs(one - other[:, ::-1]).max(axis=2)[seen] > 2.5 / 255
    assert differ.mean() < 1e-3 and seen.mean() > 0.05


def test_inside_of_a_basin_is_seen_through_its_near_wall(gl):
    _, y = plane(65)
    camera = Camera(azimuth=-90, elevation=12)
    view = replace(COLOUR, flat=False, relief=0.9, camera=camera, colour=Colouring("redblue"), opacity=0.6)
    with Drawing(gl, landscape_of(1 + y**2)) as drawing:
        far = np.array([0.85, 0.80])  # places on the far wall, behind the near one
        solid = drawing.at(view, drawing.pixels(replace(view, opacity=1.0)), 0.5, far, (2 * far - 1) ** 2)
        through = drawing.at(view, drawing.pixels(view), 0.5, far, (2 * far - 1) ** 2)
    behind = on_map("redblue", (2 * far - 1) ** 2)  # the far wall is seen from above, its colour is that of the map
    expected = 0.6 * solid + 0.4 * (0.6 * behind + 0.4 * np.array(GROUND))
    np.testing.assert_allclose(through, expected, atol=3 * ROUNDING)
    assert np.abs(solid - behind).max() > 0.2, "the near wall hides it"


# ── modes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def light_on(cells: np.ndarray, relief: float, eye: Floats) -> tuple[Floats, Floats]:
    """(n,) factor on the colour and white on top, of cells given by their corners (n, 4, 3) counter-clockwise."""
    world = cells * [1, 1, relief]
    normal = np.cross(world[:, 2] - world[:, 0], world[:, 3] - world[:, 1])
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    to_eye = eye - world.mean(axis=1)
    to_eye /= np.linalg.norm(to_eye, axis=1)[:, None]
    half = LIGHT + to_eye
    gloss = 0.1 * np.maximum((normal * half).sum(axis=1) / np.linalg.norm(half, axis=1), 0) ** 32
    rim = 0.12 * (1 - np.abs((normal * to_eye).sum(axis=1))) ** 3
    return 0.34 + 0.13 * (1 + normal[:, 2]) + 0.52 * np.maximum(normal @ LIGHT, 0) + rim, gloss


@pytest.mark.parametrize("azimuth", [-90.0, 40.0, 150.0, -140.0])
def test_facets_are_the_measured_cells_each_of_one_light(gl, azimuth):
    values = 1 + np.random.default_rng(2).uniform(size=(5, 5))
    view = View(surface=SurfaceMode.FACETED, colour=Colouring("grey", LEVEL), camera=Camera(azimuth, 80.0), relief=0.2)
    j, i = (index.ravel() for index in np.indices((4, 4)))
    with Drawing(gl, landscape_of(values)) as drawing:
        pixels = drawing.pixels(view)
        lattice = drawing.stage.map.heights
        found = []
        for a, b in ((0.25, 0.3), (0.75, 0.7), (0.3, 0.75)):  # on either side of both diagonals
            at = np.array([lattice[round((y + b) * 64), round((x + a) * 64)] for x, y in zip(i, j, strict=True)])
            found.append(drawing.at(view, pixels, (i + a) / 4, (j + b) / 4, at))
    heights = (values - values.min()) / (values.max() - values.min())
    corners = [(i + a, j + b) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
    cells = np.stack([np.column_stack([x / 2 - 1, y / 2 - 1, heights[y, x]]) for x, y in corners], axis=1)
    factor, white = light_on(cells, 0.2, view.camera.eye)
    expected = on_map("grey", np.array([0.5])) * factor[:, None] + white[:, None]
    for colours in found:
        np.testing.assert_allclose(colours, np.minimum(expected, 1), atol=ROUNDING)


def test_facets_are_straight_between_the_measured_points():
    x, y = plane(5)
    land = landscape_of(1 + x**2 + y**2)
    smooth, straight = (Stage(land, View(surface=mode)) for mode in (SurfaceMode.LIT, SurfaceMode.FACETED))
    middle = straight.map.heights[0, 32]
    assert middle == pytest.approx((straight.map.heights[0, 0] + straight.map.heights[0, 64]) / 2, abs=1e-6)
    assert abs(smooth.map.heights[0, 32] - middle) > 0.01


def test_lines_of_the_measured_grid_stay_legible(gl):
    x, _ = plane(5)
    with Drawing(gl, landscape_of(5 + x)) as drawing:
        shot = drawing.shot(View())
    small, large = shot, replace(shot, size=(1280, 800))
    assert legible_lines((4, 4), small) == (4, 4)
    assert legible_lines((256, 128), large) == (64, 32)
    assert legible_lines((128, 128), large) == (64, 64)
    assert legible_lines((1024, 1024), large) == (64, 64)
    assert max(legible_lines((1024, 1024), small)) <= min(SIZE) / 10


def test_the_area_under_a_line_has_one_colour_at_one_height(gl):
    """Whatever the curve above does: no bands below its minima."""
    view = View(camera=FRONT)
    with Drawing(gl, line(257)) as drawing:
        pixels = drawing.pixels(view)
        curve = drawing.stage.map.heights[0]
        for height in (0.12, 0.3, 0.6):
            u = np.linspace(0.01, 0.99, 150)
            u = u[np.interp(u, np.linspace(0, 1, len(curve)), curve) > height + 0.03]
            found = drawing.at(view, pixels, u, 0.5, height)
            assert len(u) > 15 and np.ptp(found, axis=0).max() < ROUNDING


# ── soft shadow ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_hollows_are_darker_and_ridges_and_slopes_are_not(gl):
    x, y = plane(65)
    hill, hollow = np.exp(-20 * ((x + 0.5) ** 2 + y**2)), np.exp(-20 * ((x - 0.5) ** 2 + y**2))
    view = View(height=Scaling(ScaleKind.LINEAR))
    with Drawing(gl, landscape_of(3 + hill - hollow), occlusion=True) as drawing:
        lit = drawing.pixels(view)
        seen = np.frombuffer(drawing.occlusion.read(), np.float32).reshape(drawing.heights.shape)
        drawing.pixels(replace(view, camera=Camera(azimuth=10)))
        assert drawing.occlusion.passes == 1, "the camera has no say"
        rows, columns = seen.shape
        places = {u: float(seen[rows // 2, round(u * (columns - 1))]) for u in (0.25, 0.75)}
        assert places[0.75] < 0.75 and places[0.25] == 1
        assert seen.max() == 1 and seen.min() > 0
        bare = drawing.pixels(replace(view, occlusion=False))
        dark = drawing.at(view, lit, 0.75, 0.5, 0.0)[0], drawing.at(view, bare, 0.75, 0.5, 0.0)[0]
        assert dark[0].max() < dark[1].max() - 0.02
        np.testing.assert_array_equal(*(drawing.at(view, p, 0.25, 0.5, 1.0) for p in (lit, bare)))
        drawing.pixels(replace(view, relief=1.0))
        assert drawing.occlusion.passes == 2
    with Drawing(gl, landscape_of(5 + x + y), occlusion=True) as drawing:
        drawing.pixels(view)
        slope = np.frombuffer(drawing.occlusion.read(), np.float32)
        assert slope.min() > 0.999


# ── staying quick ─────────────────────────────────────────────────────────────────────────────────────────────────────


def content(heights: HeightTexture) -> np.ndarray:
    rows, columns = heights.shape
    return np.frombuffer(heights._texture.read(), np.float32).reshape(rows, columns, 4)


@pytest.mark.parametrize("shape", [(257, 257), (200, 321), (64, 65), (2, 1025)])
def test_uploading_what_changed_equals_uploading_everything(gl, shape):
    rng = np.random.default_rng(5)
    heights = HeightTexture(gl)
    ground, measured = rng.uniform(size=shape).astype(np.float32), np.ones(shape, np.float32)
    for k in range(12):
        corner = [int(rng.integers(0, n)) for n in shape]
        part = np.s_[corner[0] : corner[0] + int(rng.integers(1, 9)), corner[1] : corner[1] + int(rng.integers(1, 9))]
        ground = ground.copy()
        ground[part] = np.nan if k == 5 else rng.uniform()
        if k % 3 == 0:
            measured = measured.copy()
            measured[part] = 0.25
        before = heights.uploaded
        heights.write(ground, measured)
        np.testing.assert_array_equal(content(heights), texels(ground, measured))
        assert k == 0 or heights.uploaded - before <= max(4 * TILE**2, shape[0] * TILE * 2)
    heights.release()


@pytest.mark.parametrize("only", ["heights", "measured"])
def test_every_neighbour_of_a_changed_node_is_uploaded(gl, only):
    rng = np.random.default_rng(6)
    heights = HeightTexture(gl)
    ground, measured = rng.uniform(size=(2, 3 * TILE + 5, 2 * TILE + 1)).astype(np.float32)
    heights.write(ground, measured)
    for row, column in itertools.product((0, TILE - 1, TILE, 2 * TILE, 3 * TILE + 4), (TILE - 1, TILE, 2 * TILE - 1)):
        changed = ground if only == "heights" else measured
        changed[row, column] = rng.uniform()
        heights.write(ground, measured)
        np.testing.assert_array_equal(content(heights), texels(ground, measured))
    heights.release()


def test_what_is_there_already_is_not_uploaded_again(gl):
    heights = HeightTexture(gl)
    ground = np.random.default_rng(1).uniform(size=(257, 257)).astype(np.float32)
    ground[3, 4] = np.nan
    heights.write(ground, np.ones_like(ground))
    assert (heights.uploaded, heights.revision) == (257**2, 1)
    heights.write(ground.copy(), np.ones_like(ground))
    assert (heights.uploaded, heights.revision) == (257**2, 1)
    ground[100, 100] = 0.5  # in the same array: what counts is what was uploaded
    heights.write(ground, np.ones_like(ground))
    assert (heights.uploaded, heights.revision) == (257**2 + TILE**2, 2)
    ground[64, 100] = 0.5  # beside the next tile, whose slopes change
    heights.write(ground, np.ones_like(ground))
    assert (heights.uploaded, heights.revision) == (257**2 + 3 * TILE**2, 3)
    heights.write(1 - ground, np.ones_like(ground))
    assert heights.uploaded == 2 * 257**2 + 3 * TILE**2
    heights.release()


def test_other_colours_are_no_other_ground():
    x, y = plane(17)
    stage = Stage(landscape_of(5 + x, test_loss=9 + y), View())
    ground = stage.map
    assert stage.paint.values is None
    assert stage.refresh(View(colour=Colouring(metric="test_loss")))
    assert stage.map is ground and not stage.moving
    np.testing.assert_allclose(stage.paint.values[:, 7], np.linspace(0, 1, len(stage.paint.values)), atol=1e-6)
    assert not stage.refresh(View(colour=Colouring("magma", "test_loss")))  # another map is no other paint
    stage.refresh(View(colour=Colouring(metric="perplexity")))
    assert stage.paint.values is None and stage.scene.colour_name == "train loss"


# ── pictures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def hills(n: int = 33, diverged: bool = False) -> Landscape:
    _, values = HIMMELBLAU.on_grid(n, n)
    values = values + 1.0
    if diverged:
        values[:8, :10] = np.inf
    return landscape_of(values, test_accuracy=100 / (1 + values / 60))


CAPPED = Scaling(ScaleKind.LINEAR, cap=180.0)
NEAR, AWAY = (Camera(-60.0, 42.0, distance, (0.0, 0.0, 0.06)) for distance in (5.2, 6.4))
PICTURES = {
    "faceted": View(relief=0.7, camera=NEAR, surface=SurfaceMode.FACETED),
    "mesh": View(relief=0.7, camera=NEAR, surface=SurfaceMode.MESH, colour=Colouring("magma")),
    "open": View(height=CAPPED, relief=1.0, camera=AWAY),
    "open_light": View(height=CAPPED, relief=1.0, camera=AWAY, theme="light"),
    "plateau": View(height=CAPPED, relief=1.0, camera=AWAY, open_top=False),
    "veil": View(height=CAPPED, relief=1.0, opacity=0.45, camera=replace(NEAR, elevation=20.0)),
    "from_below": View(relief=0.7, camera=replace(NEAR, elevation=-25.0)),
    "cut": View(relief=0.7, camera=NEAR, cut=Cut(alpha=(0.0, 0.62), beta=(0.3, 1.0))),
    "accuracy": View(relief=0.7, camera=NEAR, colour=Colouring("cividis", "test_accuracy")),
    "error": View(relief=0.7, camera=NEAR, colour=Colouring("magma", ERROR)),
    "clamped": View(
        relief=0.7, camera=NEAR, colour=Colouring("turbo", None, Scaling(ScaleKind.LOG, cap=200.0, floor=20.0))
    ),
    "wireframe_light": View(relief=0.7, camera=NEAR, surface=SurfaceMode.WIREFRAME, theme="light"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(gl, request, name):
    with Drawing(gl, hills()) as drawing:
        pixels = np.round(drawing.pixels(PICTURES[name]) * 255).astype(np.uint8)
    golden.check(gl, f"surface_{name}", pixels, request)


def test_picture_of_what_diverged(gl, request):
    with Drawing(gl, hills(diverged=True)) as drawing:
        pixels = np.round(drawing.pixels(View(relief=0.7, camera=NEAR)) * 255).astype(np.uint8)
    golden.check(gl, "surface_diverged", pixels, request)


def test_picture_with_soft_shadow(gl, request):
    with Drawing(gl, hills(), occlusion=True) as drawing:
        pixels = np.round(drawing.pixels(View(height=CAPPED, relief=1.0, camera=AWAY)) * 255).astype(np.uint8)
    golden.check(gl, "surface_occlusion", pixels, request)


def test_the_colour_bar_has_pointed_ends_and_a_patch_only_where_they_mean_something(gl):
    def bar(view: View, diverged: bool = False) -> np.ndarray:
        with Drawing(gl, hills(diverged=diverged)) as drawing:
            return drawing.pixels(replace(view, surface=SurfaceMode.HIDDEN))

    middle, bottom, top = SIZE[0] - 45, SIZE[1] - 1 - 90, SIZE[1] - 1 - 230
    plain, clamped, patch = bar(View()), bar(PICTURES["clamped"]), bar(View(), diverged=True)
    under, over = ENDS["turbo"]
    np.testing.assert_allclose(clamped[bottom + 4, middle], under, atol=ROUNDING)
    np.testing.assert_allclose(clamped[top - 4, middle], over, atol=ROUNDING)
    np.testing.assert_allclose(patch[bottom + 24, middle], THEMES["dark"].diverged, atol=ROUNDING)
    for row in (bottom + 4, top - 4, bottom + 24):
        np.testing.assert_allclose(plain[row, middle], GROUND, atol=ROUNDING)
    with Drawing(gl, landscape_of(1 + plane(17)[0] ** 2)) as drawing:
        steps = drawing.pixels(View(surface=SurfaceMode.HIDDEN, colour=Colouring(metric=LEVEL)))[top + 3 : bottom - 3]
    assert len(np.unique(steps[:, middle], axis=0)) == 3
    column = plain[top + 3 : bottom - 3, middle]
    shares = np.linspace(1, 0, 140)[3 : 3 + len(column)]
    np.testing.assert_allclose(column, on_map("viridis", shares), atol=5 * ROUNDING)
