"""Basins at a level against closed forms, and against flooding a fine grid."""

import time

import numpy as np
import pytest
from scipy import ndimage

from compute.landscape import Domain, Floats
from compute.topology.basin import Basin, basin_at
from compute.topology.merge_tree import merge_tree
from compute.topology.places import bilinear
from tests import surfaces
from tests.compute.topology.oracle import fields
from tests.surfaces import square

FINE = 60  # to a cell
GRAM = [[4.0, 3.0], [3.0, 9.0]]  # det 27


def test_a_tilted_plane() -> None:
    """α + β on [0, 2] × [0, 4], below 1: a triangle of area 1/2 in a corner, 1/16 of the domain."""
    domain = Domain((0.0, 2.0), (0.0, 4.0), 3, 5)
    values = np.add.outer(domain.betas, domain.alphas)
    assert basin_at(domain, values, (0.0, 0.0), 1.0) == Basin(1.0, 0.5, 1 / 16, None, 1, True, False)
    found = basin_at(domain, values, (0.25, 0.5), 1.0, GRAM)
    assert found is not None and found.weight_area == pytest.approx(0.5 * np.sqrt(27), rel=1e-14)


def test_an_ellipse() -> None:
    """(x − 1/4)² + 2 (y + 1/2)² <= 0.3 is an ellipse of area π 0.3 / √2; on a grid 1/128 fine it is 1e-4 off."""
    domain, values = surfaces.BOWL.on_grid(257, 257)
    found = basin_at(domain, values, (0.25, -0.5), 0.3)
    assert found is not None
    assert found.area == pytest.approx(np.pi * 0.3 / np.sqrt(2), rel=3e-4)
    assert found.share == found.area / 4 and not found.at_boundary and not found.at_hole
    values[0, 0] = np.inf  # far from it
    assert basin_at(domain, values, (0.25, -0.5), 0.3) == found


def test_a_basin_grows_into_its_neighbour_at_the_saddle() -> None:
    domain, values = surfaces.DOUBLE_WELL.on_grid(65, 33)
    below, at = (basin_at(domain, values, (1.0, 0.0), level) for level in (1 - 1e-9, 1.0))
    assert below is not None and at is not None
    assert (below.minima, at.minima) == (1, 2)
    assert at.area == pytest.approx(2 * below.area, rel=1e-6)  # mirror images, by now all but touching


def below_in_a_fine_grid(values: Floats, place: tuple[float, float], level: float) -> float:
    """Share of the domain, by flooding nodes FINE to a cell, those on lines of the grid included."""
    shape = tuple((n - 1) * FINE + 1 for n in values.shape)
    rows, columns = np.indices(shape) / FINE
    finite = np.isfinite(values)
    heights = bilinear(np.where(finite, values, 0.0), columns.ravel(), rows.ravel()).reshape(shape)
    there = np.zeros(shape, np.bool_)
    weight = np.zeros(shape)
    half = np.full(FINE + 1, 1.0)
    half[[0, -1]] = 0.5
    for j, i in np.argwhere(finite[:-1, :-1] & finite[:-1, 1:] & finite[1:, :-1] & finite[1:, 1:]).tolist():
        part = np.s_[j * FINE : (j + 1) * FINE + 1, i * FINE : (i + 1) * FINE + 1]
        there[part] = True
        weight[part] += np.outer(half, half)
    names, _ = ndimage.label(there & (heights <= level))
    row, column = (round((x + 1) / 2 * (n - 1)) for x, n in zip(place[::-1], shape, strict=True))
    name = names[row, column]
    return (
        float(weight[names == name].sum()) / FINE**2 / ((values.shape[0] - 1) * (values.shape[1] - 1)) if name else 0.0
    )


@pytest.mark.parametrize("holes", [0.0, 0.15])
def test_against_flooding_a_fine_grid(holes: float) -> None:
    compared = 0
    for values in fields(16, holes, seed=3, largest=6):
        domain = square(values)
        tree = merge_tree(domain, values)
        meetings = [point.value for point in tree.points if point.slice_index == 1]
        for branch in tree.branches:
            minimum = tree.points[branch.minimum]
            place = minimum.alpha, minimum.beta
            assert basin_at(domain, values, place, branch.birth - 0.1) is None
            for level in branch.birth + np.array([0.0, 0.3, 0.9, 2.5]):
                if min((abs(level - meeting) for meeting in meetings), default=1) < 0.02:
                    continue  # where a fine grid cannot tell whether two have met
                found = basin_at(domain, values, place, level)
                assert found is not None
                # the rim, a few cells long, passes through at most some 2 FINE of the FINE² fine ones of each
                assert found.share == pytest.approx(below_in_a_fine_grid(values, place, level), abs=0.02)
                compared += 1
    assert compared > 60


def test_what_it_reaches() -> None:
    domain, values = surfaces.BOWL.on_grid(65, 65)
    values[20:24, 40:44] = np.nan
    inner, hole, rim = (basin_at(domain, values, (0.25, -0.5), level) for level in (0.01, 0.1, 0.6))
    assert inner is not None and hole is not None and rim is not None
    assert (inner.at_hole, inner.at_boundary) == (False, False)
    assert (hole.at_hole, hole.at_boundary) == (True, False)
    assert (rim.at_hole, rim.at_boundary) == (True, True)


@pytest.mark.parametrize("turns", range(4))
def test_it_reaches_the_rim_on_any_side(turns: int) -> None:
    values = np.rot90(np.add.outer((np.arange(9.0) - 4) ** 2, np.arange(9.0) ** 2), turns)
    row, column = np.argwhere(values == 0)[0].tolist()
    found = basin_at(Domain((0.0, 8.0), (0.0, 8.0), 9, 9), values, (float(column), float(row)), 2.5)
    assert found is not None and found.at_boundary and not found.at_hole


def test_what_has_none() -> None:
    domain, values = surfaces.BOWL.on_grid(9, 9)
    assert basin_at(domain, values, (0.25, -0.5), -0.1) is None
    values[4, 4] = np.inf
    assert basin_at(domain, values, (0.01, 0.01), 100.0) is None
    with pytest.raises(ValueError, match="line"):
        basin_at(Domain((0, 1), (0, 0), 3, 1), np.zeros((1, 3)), (0, 0), 1.0)
    with pytest.raises(ValueError, match="shape"):
        basin_at(domain, values[1:], (0, 0), 1.0)


def test_a_large_grid_takes_well_under_a_second() -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(513, 513)
    start = time.process_time()
    found = basin_at(domain, values, (3.0, 2.0), 150.0)
    assert time.process_time() - start < 0.5
    assert found is not None and found.minima >= 4
