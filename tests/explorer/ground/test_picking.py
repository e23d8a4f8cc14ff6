"""What lies under the pointer: a point of a known surface, projected to the picture, is found there again."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from compute.landscape import Domain, Floats
from compute.refinement import Rule
from explorer.camera.camera import Camera, Margins, clip_matrix, project, ray
from explorer.ground.heights import DIVERGED, HeightMap, display_factor, height_map
from explorer.ground.picking import (
    SNAP_CELLS,
    STEPS,
    as_drawn,
    hit,
    hit_line,
    nearest,
    read,
    rectangle,
    sample,
    world_point,
)
from explorer.looks.view import Cut
from tests.compute.sweeping import SURFACES, grid, measured_by
from tests.explorer.lines import line

SIZE = (1280, 800)
EXTENT, RELIEF, NODES = (2.0, 1.5), 0.5, 257


def hills(u: Floats, v: Floats) -> Floats:
    return 0.5 + 0.25 * np.sin(5 * u) * np.cos(4 * v)


def lattice(surface: object, n: int = NODES) -> np.ndarray:
    u, v = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n))
    return surface(u, v).astype(np.float32)  # type: ignore[operator, no-any-return]


def world(u: float, v: float) -> Floats:
    height = float(hills(np.float64(u), np.float64(v)))
    return np.array([(u - 0.5) * EXTENT[0], (v - 0.5) * EXTENT[1], height * RELIEF])


# ── hit ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_projected_ground_point_is_found_again() -> None:
    """From 40 degrees up and three half sides away every line of sight falls by 28 degrees or more, and the hills are
    nowhere steeper than 19: each point is in view.

    Tolerance: the refinement is linear inside one step, at most 2.55 / 511 = 0.005 of the world long, along which the
    ground bends by its curvature, at most 1 * 0.005² / 8 = 3.5e-6. The lattice sags by (0.25 * 25 + 0.25 * 16) *
    RELIEF / (8 * 256²) = 1e-5. Met at 9 degrees or more, both are 9e-5 along the line; 6e-5 of an extent of 1.5.
    """
    rng = np.random.default_rng(1)
    grid = lattice(hills)
    for _ in range(500):
        camera = Camera(float(rng.uniform(-180, 180)), float(rng.uniform(40, 89)), float(rng.uniform(3, 8)))
        u, v = rng.uniform(0.02, 0.98, 2).tolist()
        clip = clip_matrix(camera, SIZE, Margins(300.0, 50.0))
        x, y, w = project(clip, world(u, v)[None], SIZE)[0]
        assert w > 0
        found = hit(*ray(camera, clip, (x, y), SIZE), grid, EXTENT, RELIEF)
        assert found is not None
        assert found == pytest.approx((u, v), abs=6e-5)


def test_of_several_crossings_the_first_is_meant() -> None:
    """A low line of sight crosses several hills; brute force, twenty times finer, says which is in front."""
    rng = np.random.default_rng(2)
    grid = lattice(lambda u, v: 0.5 + 0.5 * np.sin(25 * u) * np.sin(20 * v))
    several = 0
    for _ in range(100):
        camera = Camera(float(rng.uniform(-180, 180)), float(rng.uniform(3, 15)), 3.0, (0.0, 0.0, 0.25))
        origin, direction = ray(camera, clip_matrix(camera, SIZE), tuple(rng.uniform((300, 300), (980, 500))), SIZE)
        t = np.linspace(0, 6, 60_000)
        points = origin + t[:, None] * direction
        uv = points[:, :2] / EXTENT + 0.5
        inside = ((uv >= 0) & (uv <= 1)).all(axis=1)
        above = points[:, 2] - sample(grid, uv) * RELIEF
        crossings = np.flatnonzero((above[:-1] * above[1:] <= 0) & inside[:-1] & inside[1:])
        found = hit(origin, direction, grid, EXTENT, RELIEF)
        if not len(crossings):
            assert found is None
            continue
        several += len(crossings) > 1
        # One step of the search is 0.006 of the world; a glancing crossing is seen within one of them.
        assert found == pytest.approx(tuple(uv[crossings[0]]), abs=0.006)
    assert several > 50


def test_a_line_of_sight_past_the_landscape_hits_nothing() -> None:
    camera, grid = Camera(), lattice(hills)
    clip = clip_matrix(camera, SIZE)
    for pixel in [(2.0, 2.0), (1278.0, 2.0), (2.0, 798.0), (640.0, 799.0)]:
        assert hit(*ray(camera, clip, pixel, SIZE), grid, EXTENT, RELIEF) is None


def test_what_is_behind_the_eye_is_not_hit() -> None:
    grid = lattice(hills)
    down, eye = np.array([0.0, 0.0, -1.0]), np.array([0.1, 0.1, 3.0])
    assert hit(eye, down, grid, EXTENT, RELIEF) is not None
    assert hit(eye, -down, grid, EXTENT, RELIEF) is None


def test_the_ground_is_hit_from_below_and_from_inside_the_box_as_well() -> None:
    grid = lattice(hills)
    up = np.array([0.0, 0.0, 1.0])
    expected = pytest.approx((0.55, 0.5 + 0.1 / 1.5), abs=1e-9)
    assert hit(np.array([0.1, 0.1, -2.0]), up, grid, EXTENT, RELIEF) == expected
    assert hit(np.array([0.1, 0.1, 0.49]), -up, grid, EXTENT, RELIEF) == expected


def test_flat_ground_is_hit_where_the_line_meets_the_floor() -> None:
    camera = Camera()
    clip = clip_matrix(camera, SIZE)
    origin, direction = ray(camera, clip, (700.0, 420.0), SIZE)
    floor = origin - origin[2] / direction[2] * direction
    found = hit(origin, direction, lattice(hills), EXTENT, 0.0)
    assert found == pytest.approx((floor[0] / EXTENT[0] + 0.5, floor[1] / EXTENT[1] + 0.5), abs=1e-9)


@pytest.mark.parametrize("direction", [(1, 0, 0), (0, -1, 0), (0, 0, -1), (0.6, 0.8, 0), (0, 0.6, -0.8)])
@pytest.mark.parametrize("origin", [(0.0, 0.0, 0.3), (-1.0, 0.75, 0.5), (-1.0, -0.75, -1e-3), (-5.0, 0.0, 0.3)])
def test_lines_along_the_axes_and_in_the_faces_of_the_box_are_no_trouble(
    origin: tuple[float, float, float], direction: tuple[float, float, float]
) -> None:
    """Division by zero, and zero by zero: no warning, and a place in the domain if any."""
    found = hit(np.array(origin), np.array(direction, float), lattice(hills), EXTENT, RELIEF)
    assert found is None or all(0 <= share <= 1 for share in found)


def test_one_looks_through_a_hole() -> None:
    grid = lattice(hills)
    grid[110:150, 110:150] = np.nan
    down = np.array([0.0, 0.0, -1.0])
    assert hit(np.array([0.0, 0.0, 3.0]), down, grid, EXTENT, RELIEF) is None
    assert hit(np.array([0.5, 0.0, 3.0]), down, grid, EXTENT, RELIEF) is not None
    assert hit(np.array([0.0, 0.0, 3.0]), down, np.full_like(grid, np.nan), EXTENT, RELIEF) is None


def test_the_search_is_fine_enough_for_every_cell_of_the_lattice() -> None:
    """Across the domain one step is less than one cell."""
    assert math.hypot(2, 2, 2) / STEPS < 2 / (NODES - 1)


def test_without_perspective_a_projected_ground_point_is_found_again() -> None:
    """As above; the eye may be inside the ground, which a parallel line of sight does not mind."""
    rng = np.random.default_rng(4)
    grid = lattice(hills)
    for k in range(500):
        camera = Camera(
            float(rng.uniform(-180, 180)),
            90.0 if k % 5 == 0 else float(rng.uniform(40, 89)),
            float(rng.uniform(0.1, 8)),
            roll=float(rng.uniform(-180, 180)),
            orthographic=True,
        )
        u, v = rng.uniform(0.02, 0.98, 2).tolist()
        clip = clip_matrix(camera, SIZE, Margins(300.0, 50.0, 26.0))
        x, y, _ = project(clip, world(u, v)[None], SIZE)[0]
        assert hit(*ray(camera, clip, (x, y), SIZE), grid, EXTENT, RELIEF) == pytest.approx((u, v), abs=6e-5)


# ── what is cut off ───────────────────────────────────────────────────────────────────────────────────────────────────


def bowl(u: Floats, v: Floats) -> Floats:
    """Deepest in the middle; 1 at a radius of 0.4 and beyond it higher."""
    return ((u - 0.5) ** 2 + (v - 0.5) ** 2) / 0.16


def down_at(u: float, v: float) -> tuple[Floats, Floats]:
    return np.array([(u - 0.5) * EXTENT[0], (v - 0.5) * EXTENT[1], 3.0]), np.array([0.0, 0.0, -1.0])


def test_beyond_the_cap_there_is_a_plateau_or_nothing() -> None:
    grid = lattice(bowl)
    rim, inside = down_at(0.05, 0.05), down_at(0.6, 0.5)
    assert hit(*rim, grid, EXTENT, RELIEF) == pytest.approx((0.05, 0.05))
    assert hit(*rim, grid, EXTENT, RELIEF, open_top=True) is None
    for open_top in (False, True):
        assert hit(*inside, grid, EXTENT, RELIEF, open_top=open_top) == pytest.approx((0.6, 0.5), abs=1e-4)


def test_where_the_network_diverged_the_ground_is_as_high_as_the_cap() -> None:
    """It is drawn there, and so it is pointed at; what is not measured stays a hole."""
    grid, measured = lattice(bowl), np.ones((NODES, NODES), np.float32)
    grid[100:157, 100:157] = np.nan
    measured[100:157, 100:128] = DIVERGED
    drawn = as_drawn(grid, measured)
    assert world_point(drawn, (0.45, 0.5), EXTENT, RELIEF)[2] == RELIEF
    assert hit(*down_at(0.45, 0.5), drawn, EXTENT, RELIEF, open_top=True) == pytest.approx((0.45, 0.5))
    assert hit(*down_at(0.55, 0.5), drawn, EXTENT, RELIEF) is None
    assert hit(*down_at(0.45, 0.5), grid, EXTENT, RELIEF) is None


def test_the_plateau_is_hit_at_its_height() -> None:
    """From the side the line of sight meets it where it is drawn, at height 1, and not where the values are."""
    slope = np.array([1.0, 0.0, -0.5]) / math.hypot(1, 0.5)
    place = np.array([(0.03 - 0.5) * EXTENT[0], 0.0, RELIEF])
    found = hit(place - 0.5 * slope, slope, lattice(bowl), EXTENT, RELIEF)
    assert found == pytest.approx((0.03, 0.5), abs=1e-9)


def test_one_looks_over_the_cut_rim_into_the_bowl() -> None:
    """The near wall is cut away above height 1: what is seen is the far wall, where the line of sight meets it."""
    origin, target = np.array([-3.0, 0.0, 1.4]), np.array([(0.8 - 0.5) * EXTENT[0], 0.0, bowl(0.8, 0.5) * RELIEF])
    direction = (target - origin) / np.linalg.norm(target - origin)
    found = hit(origin, direction, lattice(bowl), EXTENT, RELIEF, open_top=True)
    assert found == pytest.approx((0.8, 0.5), abs=1e-4)


def test_through_the_cut_rim_one_sees_the_bowl_from_outside() -> None:
    """The line of sight goes through the height of the plateau where that is cut away, and meets the wall behind it.

    Tolerance: the line falls half as steeply as the wall; one step of the search bends by 1e-4 of u there."""
    wall, above = (np.array([(u - 0.5) * EXTENT[0], 0.0, z]) for u, z in ((0.2, bowl(0.2, 0.5) * RELIEF), (0.05, 0.55)))
    origin, direction = above, (wall - above) / np.linalg.norm(wall - above)
    found = hit(origin, direction, lattice(bowl), EXTENT, RELIEF, open_top=True)
    assert found == pytest.approx((0.2, 0.5), abs=2e-4)
    plateau = hit(origin, direction, lattice(bowl), EXTENT, RELIEF)
    assert plateau is not None and plateau[0] < 0.1


@pytest.mark.parametrize(
    ("cut", "seen", "gone"),
    [
        (Cut(alpha=(0.0, 0.5)), (0.49, 0.3), (0.51, 0.3)),
        (Cut(alpha=(0.5, 1.0)), (0.51, 0.3), (0.49, 0.3)),
        (Cut(beta=(0.0, 0.5)), (0.3, 0.49), (0.3, 0.51)),
        (Cut(beta=(0.25, 0.75)), (0.3, 0.74), (0.3, 0.24)),
        (Cut(height=(0.0, 0.5)), (0.5, 0.77), (0.5, 0.79)),  # bowl(0.5, 0.7828) is 0.5
        (Cut(height=(0.5, 1.0)), (0.5, 0.79), (0.5, 0.77)),
    ],
)
@pytest.mark.parametrize("relief", [RELIEF, 0.0])
def test_what_is_cut_off_is_not_hit(
    cut: Cut, seen: tuple[float, float], gone: tuple[float, float], relief: float
) -> None:
    """On the terrain; and on the flat floor, which has no height that could be cut."""
    grid = lattice(bowl)
    assert hit(*down_at(*seen), grid, EXTENT, relief, cut=cut) == pytest.approx(seen, abs=1e-4)
    is_whole = relief == 0 and cut.height != (0.0, 1.0)
    assert hit(*down_at(*gone), grid, EXTENT, relief, cut=cut) == (pytest.approx(gone) if is_whole else None)


def test_the_flat_floor_is_whole_where_the_terrain_is_open() -> None:
    assert hit(*down_at(0.05, 0.05), lattice(bowl), EXTENT, 0.0, open_top=True) == pytest.approx((0.05, 0.05))


def test_behind_what_is_cut_off_the_ground_goes_on() -> None:
    """A line of sight from the left, below the rim: with the left half gone it ends at the wall on the right."""
    origin, direction = np.array([-3.0, 0.0, 0.6 * RELIEF]), np.array([1.0, 0.0, 0.0])
    u = 0.4 * math.sqrt(0.6)
    grid = lattice(bowl)
    assert hit(origin, direction, grid, EXTENT, RELIEF) == pytest.approx((0.5 - u, 0.5), abs=1e-3)
    found = hit(origin, direction, grid, EXTENT, RELIEF, cut=Cut(alpha=(0.5, 1.0)))
    assert found == pytest.approx((0.5 + u, 0.5), abs=1e-3)


def test_a_rectangle_has_its_lower_corner_first_wherever_the_drag_began() -> None:
    for a, b in (((0.2, 0.7), (0.5, 0.1)), ((0.5, 0.1), (0.2, 0.7)), ((0.2, 0.1), (0.5, 0.7))):
        assert rectangle(a, b) == ((0.2, 0.1), (0.5, 0.7))
    assert rectangle((0.3, 0.4), (0.3, 0.4)) == ((0.3, 0.4), (0.3, 0.4))


# ── sample and world_point ────────────────────────────────────────────────────────────────────────────────────────────


def test_sample_is_bilinear_and_exact_at_nodes() -> None:
    rng = np.random.default_rng(3)
    u, v = np.meshgrid(np.linspace(0, 1, 7), np.linspace(0, 1, 5))
    grid = 1 + 2 * u - 3 * v + 4 * u * v
    uv = rng.uniform(0, 1, (200, 2))
    expected = 1 + 2 * uv[:, 0] - 3 * uv[:, 1] + 4 * uv[:, 0] * uv[:, 1]
    np.testing.assert_allclose(sample(grid, uv), expected, atol=1e-14)
    nodes = np.stack([u.ravel(), v.ravel()], axis=1)
    np.testing.assert_allclose(sample(grid, nodes), grid.ravel(), atol=1e-14)


def test_sample_stays_inside() -> None:
    grid = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert sample(grid, np.array([[-1.0, -1.0], [2.0, -1.0], [-1.0, 2.0], [2.0, 2.0]])).tolist() == [1, 2, 3, 4]


def test_world_point_lies_on_the_ground_and_on_the_floor_of_a_hole() -> None:
    grid = lattice(hills)
    # Between nodes the lattice is off by its sag, 6e-6 of the world.
    np.testing.assert_allclose(world_point(grid, (0.3, 0.7), EXTENT, RELIEF), world(0.3, 0.7), atol=1e-5)
    hole = np.full_like(grid, np.nan)
    np.testing.assert_allclose(world_point(hole, (0.5, 0.5), EXTENT, RELIEF), [0, 0, 0], atol=1e-15)
    np.testing.assert_allclose(world_point(3 * np.ones_like(grid), (0.5, 0.5), EXTENT, RELIEF), [0, 0, RELIEF])


# ── read ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

N = 17


@dataclass(frozen=True)
class Place:
    """A place of the test landscape, by its node."""

    row: float
    column: float

    @property
    def uv(self) -> tuple[float, float]:
        return self.column / (N - 1), self.row / (N - 1)


def ground(smooth: bool = True) -> HeightMap:
    """Complete at every second node; of the finest level the first five rows. One node there has diverged."""
    domain = Domain((-2.0, 2.0), (0.0, 8.0), N, N)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    values = 1 + x**2 + 0.1 * y
    values[2, 4] = np.inf
    examples = np.zeros((N, N), np.uint32)
    examples[::2, ::2] = 1
    examples[:5] = 1
    assert display_factor(domain) == 16
    return height_map(domain, np.where(examples > 0, values, np.nan), examples, smooth=smooth)


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (Place(3, 7), "measured"),
        (Place(3 + 0.9 * SNAP_CELLS, 7 - 0.9 * SNAP_CELLS), "measured"),
        (Place(3.5, 7.5), "interpolated"),
        (Place(3 + 1.1 * SNAP_CELLS, 7), "interpolated"),
        (Place(0, 0), "measured"),
        (Place(N - 1, N - 1), "measured"),
        (Place(9, 9), "predicted"),
        (Place(8.5, 8.5), "predicted"),
        (Place(8, 8), "measured"),
        (Place(N - 1, N - 1.5), "predicted"),
        (Place(2, 4), "diverged"),
        (Place(2.1, 4.1), "diverged"),
        (Place(1.7, 4.3), "diverged"),
    ],
)
@pytest.mark.parametrize("smooth", [True, False])
def test_what_is_known_about_a_place(place: Place, state: str, smooth: bool) -> None:
    assert read(ground(smooth), *place.uv).state == state


def test_near_a_measured_node_its_own_value_and_place_are_told() -> None:
    found = read(ground(), *Place(3.1, 6.9).uv)
    assert (found.alpha, found.beta, found.loss) == (-0.25, 1.5, 1 + 0.0625 + 0.15)


def test_between_nodes_the_value_is_that_of_the_surface() -> None:
    """Here the logarithm of 1 + x² + y / 10 is interpolated; the spline of 17 points is right to 1e-3."""
    found = read(ground(), *Place(3.5, 7.5).uv)
    assert (found.alpha, found.beta) == (-0.125, 1.75)
    assert found.loss == pytest.approx(1 + 0.125**2 + 0.175, rel=1e-3)


@pytest.mark.parametrize("place", [Place(2, 4), Place(2.25, 4.25), Place(2.25, 3.875)])
@pytest.mark.parametrize("smooth", [True, False])
def test_a_diverged_place_has_no_finite_loss_even_exactly_on_the_lattice(place: Place, smooth: bool) -> None:
    """Zero times infinity on the way: no warning."""
    assert not math.isfinite(read(ground(smooth), *place.uv).loss)


def test_nothing_measured_is_said() -> None:
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), N, N)
    empty = height_map(domain, np.full((N, N), np.nan), np.zeros((N, N), np.uint32))
    found = read(empty, 0.3, 0.6)
    assert found.state == "not measured" and math.isnan(found.loss)


# ── lines and marks ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_projected_point_of_the_plane_of_a_line_is_found_again() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        azimuth = float(rng.choice([-90.0, 90.0]) + rng.uniform(-70, 70))
        camera = Camera(azimuth, float(rng.uniform(-60, 60)), float(rng.uniform(3, 8)))
        place = np.array([rng.uniform(-1, 1), 0.0, rng.uniform(0, 0.9)])
        clip = clip_matrix(camera, SIZE, Margins(300.0))
        x, y, _ = project(clip, place[None], SIZE)[0]
        found = hit_line(*ray(camera, clip, (x, y), SIZE), (2.0, 0.1), (0.0, 0.9))
        assert found is not None
        np.testing.assert_allclose(found, place, atol=1e-9)


@pytest.mark.parametrize(
    ("origin", "direction"),
    [
        ((0, -3, 0.5), (0, -1, 0)),  # away from it
        ((0, -3, 0.5), (1, 0, 0)),  # along it
        ((0, -3, 0.5), (1, 1, 0)),  # past its end
        ((0, -3, 0.5), (0, 1, 0.5)),  # above it
        ((0, -3, 0.5), (0, 1, -0.5)),  # below it
        ((0, 0, 0.5), (0, 1, 0)),  # from inside
    ],
)
def test_a_line_of_sight_past_a_line_hits_nothing(
    origin: tuple[float, float, float], direction: tuple[float, float, float]
) -> None:
    assert hit_line(np.array(origin, float), np.array(direction, float), (2.0, 0.1), (0.0, 0.9)) is None


@pytest.mark.parametrize(
    ("u", "v", "state", "alpha"),
    [
        (0.25, 0.5, "measured", 0.0),
        (0.25 + 0.15 / 64, 0.9, "measured", 0.0),
        (0.25 + 0.5 / 64, 0.1, "interpolated", 1 / 64),
        (1.0, 0.5, "measured", 1.5),
        (33.5 / 64, 0.5, "diverged", -0.5 + 67 / 64),
        (34 / 64, 0.5, "diverged", -0.5 + 68 / 64),
    ],
)
def test_what_is_known_about_a_place_on_a_line(u: float, v: float, state: str, alpha: float) -> None:
    land = line(65, holes=slice(34, 36))
    found = read(height_map(land.domain, land.main, land.examples), u, v)
    assert (found.state, found.alpha, found.beta) == (state, pytest.approx(alpha), 0.0)
    if state == "measured":
        assert found.loss == land.main[0, round(u * 64)]


def test_the_nearest_place_is_meant_and_of_equal_ones_the_last() -> None:
    places = np.array([[10.0, 10.0], [14.0, 10.0], [np.nan, np.nan], [14.0, 10.0], [100.0, 100.0]])
    assert nearest(places, (11.0, 10.0), 9.0) == 0
    assert nearest(places, (13.0, 12.0), 9.0) == 3
    assert nearest(places, (50.0, 50.0), 9.0) is None
    assert nearest(places, (19.1, 10.0), 5.0) is None
    assert nearest(np.full((2, 2), np.nan), (0.0, 0.0), 9.0) is None
    assert nearest(np.empty((0, 2)), (0.0, 0.0), 9.0) is None


def test_where_nothing_needs_to_be_measured_the_ground_is_interpolated() -> None:
    values, rule = grid(SURFACES["cusp"], 129), Rule(0.01)
    done = measured_by(values, rule)
    land = Domain((-1.0, 1.0), (-1.0, 1.0), 129, 129)
    known = np.where(done, values, np.nan)
    swept = height_map(land, known, done.astype(np.uint32), rule=rule)
    rows, columns = swept.nodes.values.shape
    row, column = np.argwhere(swept.nodes.settled)[len(values)]
    u, v = column / (columns - 1), row / (rows - 1)
    assert read(swept, u, v).state == "interpolated"
    assert read(height_map(land, known, done.astype(np.uint32)), u, v).state == "predicted"


def test_the_error_bar_of_a_place_is_its_own() -> None:
    values = grid(SURFACES["kink"], 65)
    whole = height_map(Domain((-1.0, 1.0), (-1.0, 1.0), 65, 65), values, np.ones((65, 65), np.uint32))
    on, off = read(whole, 0.55, 0.5), read(whole, 0.9, 0.5)  # the kink is at 0.11
    assert on.error == whole.nodes.error[32, 35] > 10 * off.error
    assert off.error == whole.nodes.error_at(0.9, 0.5)
