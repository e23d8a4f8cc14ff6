"""Isolines of the geometry pass against contourpy, and the promises of the capture: exact, complete, once."""

import re
from collections.abc import Iterator

import contourpy
import moderngl
import numpy as np
import pytest

from compute.formats.reading import read_landscape
from explorer.gl.height_texture import HeightTexture
from explorer.ground.levels import Levels
from explorer.layers.contours import BATCH, Contours
from explorer.resources import resource
from tests.shared_data import reference, shared_file
from tests.surfaces import BOWL, DOUBLE_WELL, HIMMELBLAU, MONKEY_SADDLE, SADDLE

# Positions are float32 shares of the domain; the crossing is a quotient of two float32 differences, whose relative
# error grows with value / difference along the edge. 2e-5 of a domain is a fiftieth of a pixel.
POSITION = 2e-5


def at(*heights: float) -> Levels:
    """Levels at these heights; their values are not looked at."""
    return Levels(heights, heights)


def even_levels(count: int) -> Levels:
    return at(*(np.arange(1, count + 1) / (count + 1)).tolist())


class Captured:
    """A capture pass on a height texture of its own."""

    def __init__(self, ctx: moderngl.Context, values: np.ndarray) -> None:
        self.values = values.astype(np.float32)
        self._target = ctx.framebuffer([ctx.renderbuffer((8, 8), 4)])
        self._target.use()
        self.heights = HeightTexture(ctx)
        self.heights.write(self.values, np.ones_like(self.values))
        self.contours = Contours(ctx, self.heights)

    def segments(self, levels: Levels) -> np.ndarray:
        """(n, 5): u v u v level."""
        self.contours.capture(levels)
        return self.contours.read()

    def release(self) -> None:
        self.contours.release()
        self.heights.release()
        for attachment in self._target.color_attachments:
            attachment.release()
        self._target.release()


@pytest.fixture
def capture(gl: moderngl.Context) -> Iterator[object]:
    made: list[Captured] = []

    def make(values: np.ndarray) -> Captured:
        made.append(Captured(gl, values))
        return made[-1]

    yield make
    for captured in made:
        captured.release()


def contourpy_segments(values: np.ndarray, level: float) -> np.ndarray:
    """(n, 4): u v u v of contourpy's lines at one level."""
    rows, columns = values.shape
    u, v = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    lines = contourpy.contour_generator(u, v, values.astype(np.float64)).lines(level)
    return np.vstack([np.hstack([line[:-1], line[1:]]) for line in lines] or [np.empty((0, 4))])


def ordered(segments: np.ndarray) -> np.ndarray:
    """Each segment from its smaller to its larger end, all sorted by rounded position."""
    ends = segments.reshape(-1, 2, 2)
    swap = [tuple(np.round(b, 3)) < tuple(np.round(a, 3)) for a, b in ends]
    ends = np.where(np.array(swap)[:, None, None], ends[:, ::-1], ends).reshape(-1, 4)
    return ends[np.lexsort(np.round(ends, 3).T)]


def matched(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest distance from a segment of theirs to the nearest of ours, either way round."""
    both_ways = np.vstack([ours, ours[:, [2, 3, 0, 1]]])
    return max((float(np.abs(both_ways - segment).max(axis=1).min()) for segment in theirs), default=0.0)


@pytest.mark.parametrize("surface", [BOWL, SADDLE, DOUBLE_WELL, HIMMELBLAU, MONKEY_SADDLE])
def test_segments_are_those_of_contourpy(capture, surface):
    _, values = surface.on_grid(30, 23)
    values = ((values - values.min()) / np.ptp(values)).astype(np.float32)
    levels = even_levels(9)
    segments = capture(values).segments(levels)
    for k, height in enumerate(levels.heights):
        ours = segments[segments[:, 4] == k, :4]
        theirs = contourpy_segments(values, np.float32(height))
        assert len(ours) == len(theirs)
        assert matched(ours, theirs) < POSITION


@pytest.mark.parametrize(("rows", "columns", "most"), [(33, 33, 16), (25, 41, 10), (26, 26, 12)])
def test_lines_that_have_to_be_quick_are_those_of_every_few_rows_and_columns(capture, rows, columns, most):
    _, values = HIMMELBLAU.on_grid(columns, rows)
    values = ((values - values.min()) / np.ptp(values)).astype(np.float32)
    step = (max(rows, columns) - 1) // most
    kept = [sorted({*range(0, n, step), n - 1}) for n in (rows, columns)]
    u, v = (np.array(nodes) / (n - 1) for nodes, n in zip(kept[::-1], (columns, rows), strict=True))
    lines = contourpy.contour_generator(u, v, values[np.ix_(*kept)].astype(np.float64)).lines(np.float32(0.3))
    theirs = np.vstack([np.hstack([line[:-1], line[1:]]) for line in lines])
    captured = capture(values)
    captured.contours.capture(at(0.3), most)
    ours = captured.contours.read()[:, :4]
    assert len(ours) == len(theirs) and matched(ours, theirs) < POSITION
    whole = captured.segments(at(0.3))
    assert len(whole) > len(ours)
    captured.contours.capture(at(0.3), most)  # what is finer than asked for stays
    assert len(captured.contours.read()) == len(whole)


def test_a_saddle_cell_goes_by_the_asymptotic_decider_where_the_mean_would_be_wrong(capture):
    # Bilinear saddle value (0*0 - 1*.2)/(0 + 0 - 1 - .2) = 1/6; mean of the corners 0.3. At level 0.25 the two high
    # corners are apart (saddle below the level), although the mean lies above.
    values = np.array([[0.0, 1.0], [0.2, 0.0]])
    segments = capture(values).segments(at(0.25))
    assert len(segments) == 0 or len(segments) == 1  # 0.2 is not above 0.25
    values = np.array([[0.0, 1.0], [0.4, 0.0]])  # saddle value 0.4/1.4 = 0.2857, mean 0.35
    segments = capture(values).segments(at(0.32))[:, :4]
    around_bottom_right = [[0.32, 0, 1, 0.68], [1, 0.68, 0.32, 0]]
    assert len(segments) == 2
    assert min(np.abs(segment - way).max() for segment in segments for way in around_bottom_right) < POSITION


@pytest.mark.parametrize("seed", range(4))
def test_noise_with_many_saddle_cells_crosses_every_edge_where_contourpy_does(capture, seed):
    values = np.random.default_rng(seed).random((17, 21)).astype(np.float32)
    levels = even_levels(7)
    segments = capture(values).segments(levels)
    for k, height in enumerate(levels.heights):
        ours = segments[segments[:, 4] == k, :4].reshape(-1, 2)
        theirs = contourpy_segments(values, np.float32(height))
        assert len(ours) == 2 * len(theirs)
        for point in theirs.reshape(-1, 2):
            assert np.abs(ours - point).max(axis=1).min() < POSITION


@pytest.mark.parametrize("count", [1, 63, 64, 65, 300])
def test_no_segment_is_dropped_however_many_levels_cross_one_cell(capture, count):
    values = np.array([[0.0, 1.0], [1.0, 0.0]])  # a saddle cell crossed twice by every level
    assert len(capture(values).segments(even_levels(count))) == 2 * count


@pytest.mark.parametrize("surface", [DOUBLE_WELL, HIMMELBLAU])
def test_levels_may_lie_anywhere(capture, surface):
    """Close together at the bottom, far apart above, some of them above all ground."""
    _, values = surface.on_grid(33, 29)
    values = ((values - values.min()) / np.ptp(values)).astype(np.float32)
    levels = at(*np.unique(np.concatenate([np.geomspace(1e-4, 0.9, 70), [0.95, 1.5, 2.0]])).tolist())
    segments = capture(values).segments(levels)
    found = np.bincount(segments[:, 4].astype(int), minlength=len(levels.heights))
    expected = [len(contourpy_segments(values, np.float32(height))) for height in levels.heights]
    assert found.tolist() == expected
    assert not found[-2:].any()


def test_another_table_of_as_many_levels_is_another_capture(capture):
    captured = capture(np.add.outer(np.arange(5.0), np.arange(5.0)) / 8)
    first, second = captured.segments(at(0.3, 0.6)), captured.segments(at(0.3, 0.7))
    assert not np.array_equal(first, second)


def test_no_levels_are_no_lines(capture):
    captured = capture(np.random.default_rng(0).random((9, 9)))
    assert len(captured.segments(even_levels(3)))
    assert len(captured.segments(at())) == 0


def test_the_geometry_pass_keeps_to_the_budget_that_every_driver_has():
    """OpenGL 3.3 promises 256 vertices and 1024 scalars; the software driver of these tests would allow more."""
    text = resource("shaders", "contours_capture.geom").read_text(encoding="utf-8")
    vertices = int(re.search(r"max_vertices = (\d+)", text)[1])
    batch = int(re.search(r"BATCH = (\d+)", text)[1])
    width = {"float": 1, "vec2": 2, "vec3": 3, "vec4": 4}
    scalars = sum(width[kind] for kind in re.findall(r"^out (\w+) \w+;", text, re.MULTILINE))
    assert scalars == 5
    assert vertices <= 256 and vertices * scalars <= 1024
    assert 2 * batch <= vertices, "a saddle cell has two segments at each level"
    assert batch == BATCH


def test_the_buffer_grows_until_everything_fits(capture):
    values = np.random.default_rng(0).random((129, 129))
    captured = capture(values)
    few = captured.segments(even_levels(2))
    many = captured.segments(even_levels(40))
    assert len(many) > 8 * len(few) > 4096
    assert np.isfinite(many).all()
    assert set(np.unique(many[:, 4])) == set(range(40))


def test_cells_beside_a_hole_have_no_lines(capture):
    values = np.add.outer(np.arange(5.0), np.arange(5.0)) / 8
    values[2, 2] = np.nan
    segments = capture(values).segments(even_levels(6))
    middles = (segments[:, :2] + segments[:, 2:4]) / 2
    inside = (np.abs(middles - 0.5) < 0.25).all(axis=1)
    assert len(segments)
    assert not inside.any()


def test_heights_equal_to_the_level_count_as_below(capture):
    values = np.zeros((3, 3))
    values[1, 1] = 0.5
    assert len(capture(values).segments(at(0.5))) == 0
    assert len(capture(values).segments(at(0.0))) == 4


def test_captured_once_per_change(capture):
    captured = capture(np.random.default_rng(0).random((9, 9)))
    captured.segments(even_levels(5))
    before = captured.contours.captures
    captured.segments(even_levels(5))
    assert captured.contours.captures == before
    captured.segments(even_levels(6))
    captured.heights.write(captured.values / 2, np.ones_like(captured.values))
    captured.segments(even_levels(6))
    assert captured.contours.captures == before + 2


def test_a_flat_floor_has_no_lines(capture):
    assert len(capture(np.full((5, 5), 0.3)).segments(even_levels(10))) == 0


@pytest.mark.parametrize(("name", "cap", "count", "expected"), [
    ("ResNet_PCA", 1.0, 60, 3703),
    ("VGG_Random", 6.0, 40, 2005),
])  # fmt: skip
def test_reference_counts_of_the_seed_system(capture, name, cap, count, expected):
    found = reference(name)  # skips where the shared data is absent
    values = np.minimum(read_landscape(shared_file(f"{name}.ply")).main, cap)
    # The reference accumulates its levels, so its last one lies a rounding error below the cap. Ours must too, and
    # float32 has to tell it from the cap: a millionth.
    step = (values.max() - values.min()) / (count - 1) * (1 - 1e-6)
    segments = capture(values).segments(at(*(values.min() + step * np.arange(count)).tolist()))
    per_level = np.bincount(segments[:, 4].astype(int), minlength=count)
    assert per_level.tolist() == found["contours"]["contourpy_segments"]
    assert per_level[:-1].sum() == expected  # the seed's own last level is empty
