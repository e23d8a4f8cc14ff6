"""Isolines of the geometry pass against contourpy, and the promises of the capture: exact, complete, once."""

from collections.abc import Iterator

import contourpy
import moderngl
import numpy as np
import pytest

from compute.formats.reading import read_landscape
from explorer.height_texture import HeightTexture
from explorer.heights import texels
from explorer.layers.contours import Contours, Levels, even_levels
from tests.shared_data import reference, shared_file
from tests.surfaces import BOWL, DOUBLE_WELL, HIMMELBLAU, MONKEY_SADDLE, SADDLE

# Positions are float32 shares of the domain; the crossing is a quotient of two float32 differences, whose relative
# error grows with value / difference along the edge. 2e-5 of a domain is a fiftieth of a pixel.
POSITION = 2e-5


class Captured:
    """A capture pass on a height texture of its own."""

    def __init__(self, ctx: moderngl.Context, values: np.ndarray) -> None:
        self.values = values.astype(np.float32)
        self._target = ctx.framebuffer([ctx.renderbuffer((8, 8), 4)])
        self._target.use()
        self.heights = HeightTexture(ctx)
        self.heights.write(texels(self.values, np.ones_like(self.values)))
        self.contours = Contours(ctx, self.heights)

    def segments(self, levels: Levels) -> np.ndarray:
        """(n, 5): u v u v level."""
        self.contours.capture(levels)
        return np.frombuffer(self.contours.read(), np.float32).reshape(-1, 5)

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
    for k in range(levels.count):
        ours = segments[segments[:, 4] == k, :4]
        theirs = contourpy_segments(values, np.float32(levels.first) + np.float32(k) * np.float32(levels.step))
        assert len(ours) == len(theirs)
        assert matched(ours, theirs) < POSITION


def test_a_saddle_cell_goes_by_the_asymptotic_decider_where_the_mean_would_be_wrong(capture):
    # Bilinear saddle value (0*0 - 1*.2)/(0 + 0 - 1 - .2) = 1/6; mean of the corners 0.3. At level 0.25 the two high
    # corners are apart (saddle below the level), although the mean lies above.
    values = np.array([[0.0, 1.0], [0.2, 0.0]])
    segments = capture(values).segments(Levels(0.25, 1.0, 1))
    assert len(segments) == 0 or len(segments) == 1  # 0.2 is not above 0.25
    values = np.array([[0.0, 1.0], [0.4, 0.0]])  # saddle value 0.4/1.4 = 0.2857, mean 0.35
    segments = capture(values).segments(Levels(0.32, 1.0, 1))[:, :4]
    around_bottom_right = [[0.32, 0, 1, 0.68], [1, 0.68, 0.32, 0]]
    assert len(segments) == 2
    assert min(np.abs(segment - way).max() for segment in segments for way in around_bottom_right) < POSITION


@pytest.mark.parametrize("seed", range(4))
def test_noise_with_many_saddle_cells_crosses_every_edge_where_contourpy_does(capture, seed):
    values = np.random.default_rng(seed).random((17, 21)).astype(np.float32)
    levels = even_levels(7)
    segments = capture(values).segments(levels)
    for k in range(levels.count):
        ours = segments[segments[:, 4] == k, :4].reshape(-1, 2)
        theirs = contourpy_segments(values, np.float32(levels.first) + np.float32(k) * np.float32(levels.step))
        assert len(ours) == 2 * len(theirs)
        for point in theirs.reshape(-1, 2):
            assert np.abs(ours - point).max(axis=1).min() < POSITION


@pytest.mark.parametrize("count", [1, 61, 62, 63, 200])
def test_no_segment_is_dropped_however_many_levels_cross_one_cell(capture, count):
    values = np.array([[0.0, 1.0], [1.0, 0.0]])  # a saddle cell crossed twice by every level
    assert len(capture(values).segments(even_levels(count))) == 2 * count


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
    assert len(capture(values).segments(Levels(0.5, 1.0, 1))) == 0
    assert len(capture(values).segments(Levels(0.0, 1.0, 1))) == 4


def test_captured_once_per_change(capture):
    captured = capture(np.random.default_rng(0).random((9, 9)))
    captured.segments(even_levels(5))
    before = captured.contours.captures
    captured.segments(even_levels(5))
    assert captured.contours.captures == before
    captured.segments(even_levels(6))
    captured.heights.write(texels(captured.values, np.ones_like(captured.values)))
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
    segments = capture(values).segments(Levels(float(values.min()), float(step), count))
    per_level = np.bincount(segments[:, 4].astype(int), minlength=count)
    assert per_level.tolist() == found["contours"]["contourpy_segments"]
    assert per_level[:-1].sum() == expected  # the seed's own last level is empty
