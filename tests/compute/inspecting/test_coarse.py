"""The coarse grid of curvature: which nodes, in which order, and what is refused."""

import pytest

from compute.errors import BadInputError
from compute.inspecting.coarse import coarse_to_fine
from compute.landscape import Domain

DOMAIN = Domain((-1.0, 1.0), (-1.0, 1.0), 17, 17)


def test_all_nodes_of_the_level_once_each_level_before_the_next():
    nodes = coarse_to_fine(DOMAIN, 9)
    assert sorted(nodes) == [(row, column) for row in range(0, 17, 2) for column in range(0, 17, 2)]
    assert set(nodes[:25]) == {(row, column) for row in range(0, 17, 4) for column in range(0, 17, 4)}


def test_within_a_level_from_the_centre_outwards():
    nodes = coarse_to_fine(DOMAIN, 9)
    assert nodes[0] == (8, 8) and set(nodes[21:25]) == {(0, 0), (0, 16), (16, 0), (16, 16)}


def test_of_a_finer_level_the_first_nodes_are_those_of_the_coarser():
    assert coarse_to_fine(DOMAIN, 17)[:81] == coarse_to_fine(DOMAIN, 9)


def test_of_a_line_one_row():
    assert coarse_to_fine(Domain((-1.0, 1.0), (0.0, 0.0), 17, 1), 5)[0] == (0, 8)
    assert len(coarse_to_fine(Domain((-1.0, 1.0), (0.0, 0.0), 17, 1), 5)) == 5


@pytest.mark.parametrize("points", [0, 3, 8, 33])
def test_what_is_no_level_is_refused_with_those_there_are(points):
    with pytest.raises(BadInputError, match=rf"--curvature-points {points}: .* choose one of 5, 9, 17"):
        coarse_to_fine(DOMAIN, points)
