"""Segments chained to lines, against contourpy's lines of the same surface."""

import itertools

import contourpy
import numpy as np
import pytest

from explorer.ground.isolines import isolines
from tests.surfaces import BOWL, DOUBLE_WELL, HIMMELBLAU, MONKEY_SADDLE, SADDLE

ROWS, COLUMNS = 31, 26


def theirs(values: np.ndarray, level: float) -> list[np.ndarray]:
    """contourpy's lines, (n, 2) u v."""
    rows, columns = values.shape
    u, v = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    return [np.asarray(line) for line in contourpy.contour_generator(u, v, values).lines(level)]


def segments(lines: list[np.ndarray], level: int, rng: np.random.Generator) -> np.ndarray:
    """The lines cut up, shuffled, and half of the pieces turned round."""
    pieces = np.vstack([np.hstack([line[:-1], line[1:]]) for line in lines]).astype(np.float32)
    turned = rng.random(len(pieces)) < 0.5
    pieces[turned] = pieces[turned][:, [2, 3, 0, 1]]
    return np.column_stack([rng.permutation(pieces), np.full(len(pieces), level, np.float32)])


def shape(line: np.ndarray) -> tuple[bool, int, float]:
    """Whether a line is closed, its points, and its length."""
    closed = bool((line[0] == line[-1]).all())
    return closed, len(line), round(float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum()), 4)


@pytest.mark.parametrize("surface", [BOWL, SADDLE, DOUBLE_WELL, HIMMELBLAU, MONKEY_SADDLE])
def test_lines_are_as_many_as_long_and_as_closed_as_those_of_contourpy(surface) -> None:
    rng = np.random.default_rng(1)
    _, values = surface.on_grid(COLUMNS, ROWS)
    values = (values - values.min()) / np.ptp(values)
    levels = [0.013, 0.11, 0.27, 0.493, 0.71]
    reference = [theirs(values, level) for level in levels]
    everything = np.vstack([segments(lines, k, rng) for k, lines in enumerate(reference) if lines])
    found = isolines(rng.permutation(everything))
    for k, lines in enumerate(reference):
        ours = sorted(shape(line) for level, line in found if level == k)
        assert ours == sorted(shape(line.astype(np.float32)) for line in lines)


def test_every_segment_is_in_exactly_one_line() -> None:
    rng = np.random.default_rng(2)
    values = rng.random((40, 40))
    cut = segments(theirs(values, 0.5), 3, rng)
    found = isolines(cut)
    assert sum(len(line) - 1 for _, line in found) == len(cut)
    assert {level for level, _ in found} == {3}
    pieces = {frozenset([(*a,), (*b,)]) for _, line in found for a, b in itertools.pairwise(line)}
    assert pieces == {frozenset([(*row[:2],), (*row[2:4],)]) for row in cut}


def test_a_last_bit_that_differs_does_not_end_a_line() -> None:
    """As on hardware whose compiler contracts a crossing in one cell, and not in its neighbour."""
    rng = np.random.default_rng(3)
    _, values = HIMMELBLAU.on_grid(60, 60)
    reference = theirs(np.log1p(values), 4.0)
    cut = segments(reference, 0, rng)
    up, down = np.nextafter(cut, np.float32(2)), np.nextafter(cut, np.float32(-1))
    cut[:, :4] = np.where(rng.random((len(cut), 5)) < 0.5, up, down)[:, :4]
    found = isolines(cut)
    assert len(found) == len(reference)
    assert sorted(len(line) for _, line in found) == sorted(len(line) for line in reference)


def test_lines_that_touch_in_a_node_are_two_and_each_goes_through() -> None:
    """A saddle exactly at a node and a level: four segments meet."""
    arms = np.array([(0.5, 0.5, u, v, 0) for u, v in ((0, 0), (1, 0), (1, 1), (0, 1))], np.float32)
    found = isolines(arms)
    assert [len(line) for _, line in found] == [3, 3]
    assert all((line[1] == 0.5).all() for _, line in found)


def test_segments_without_length_do_not_end_a_line() -> None:
    rows = [(0, 0, 0.5, 0.5, 0), (0.5, 0.5, 0.5, 0.5, 0), (0.5, 0.5, 1, 0, 0)]
    ((_, line),) = isolines(np.array(rows, np.float32))
    assert line.tolist() == [[0, 0], [0.5, 0.5], [1, 0]] or line.tolist() == [[1, 0], [0.5, 0.5], [0, 0]]


def test_the_same_place_at_two_levels_joins_nothing() -> None:
    rows = np.array([(0, 0, 0.5, 0.5, 0), (0.5, 0.5, 1, 0, 1)], np.float32)
    assert len(isolines(rows)) == 2


def test_no_segments_are_no_lines() -> None:
    assert isolines(np.empty((0, 5), np.float32)) == []
