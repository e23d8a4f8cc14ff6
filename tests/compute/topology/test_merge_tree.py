"""The merge tree against closed forms, against the minimum spanning tree of networkx, and against persistence."""

import time
from pathlib import Path

import networkx
import numpy as np
import pytest

from compute.formats.reading import read_landscape
from compute.landscape import Domain
from compute.topology.merge_tree import Branch, merge_tree
from compute.topology.persistence import critical_points_with_persistence
from tests import surfaces
from tests.compute.ply_files import write_ply
from tests.compute.topology.oracle import fields, merge_height, minimax, surface_graph
from tests.shared_data import reference, shared_file
from tests.surfaces import square


def test_himmelblau_joins_its_four_basins_over_three_of_its_saddles() -> None:
    """All four minima are 0; the saddles are 13.312, 67.719, 104.015 and 178.337 high, and the lowest three join."""
    domain, values = surfaces.HIMMELBLAU.on_grid(401, 401)
    tree = merge_tree(domain, values)
    deaths = sorted(branch.death for branch in tree.branches)
    # 0.05: on a grid 0.025 fine, curvature of about 100
    assert deaths == pytest.approx([13.312, 67.719, 104.015, np.inf], abs=0.05)
    by_place = {
        (round(tree.points[b.minimum].alpha), round(tree.points[b.minimum].beta)): k
        for k, b in enumerate(tree.branches)
    }
    first, second, third, fourth = (by_place[place] for place in ((3, 2), (4, -2), (-3, 3), (-4, -3)))
    assert merge_height(tree.branches, first, second) == pytest.approx(13.312, abs=0.05)  # over (3.385, 0.074)
    assert merge_height(tree.branches, first, third) == pytest.approx(67.719, abs=0.05)  # over (0.087, 2.884)
    assert merge_height(tree.branches, third, fourth) == pytest.approx(104.015, abs=0.05)  # over (−3.073, −0.081)
    assert merge_height(tree.branches, second, fourth) == merge_height(tree.branches, third, fourth)
    assert merge_height(tree.branches, first, first) == tree.branches[first].birth


def test_two_wells_of_different_depth() -> None:
    """x⁴ − x² + x / 10 + y²: the barrier is that of the curve at y = 0, and the shallower well ends there."""
    domain = Domain((-1.2, 1.2), (-0.5, 0.5), 481, 101)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    tree = merge_tree(domain, x**4 - x**2 + x / 10 + y**2)
    left, top, right = sorted(np.roots([4, 0, -2, 0.1]).real.tolist())
    deep, shallow = tree.branches
    assert (deep.saddle, deep.parent, deep.death) == (None, None, np.inf)
    assert shallow.parent == 0 and shallow.saddle is not None
    assert tree.points[deep.minimum].alpha == pytest.approx(left, abs=3e-3)
    assert tree.points[shallow.saddle].alpha == pytest.approx(top, abs=3e-3)
    height = {z: z**4 - z**2 + z / 10 for z in (top, right)}
    assert shallow.death == pytest.approx(height[top], abs=1e-5)
    assert shallow.persistence == pytest.approx(height[top] - height[right], abs=2e-5)


@pytest.mark.parametrize("holes", [0.0, 0.1, 0.35])
def test_basins_meet_where_the_minimum_spanning_tree_says(holes: float) -> None:
    compared = 0
    for values in fields(60, holes):
        tree = merge_tree(square(values), values)
        spanning = networkx.minimum_spanning_tree(surface_graph(values))
        places = [
            (round((p.beta + 1) / 2 * (values.shape[0] - 1)), round((p.alpha + 1) / 2 * (values.shape[1] - 1)))
            for p in tree.points[: len(tree.branches)]
        ]
        for first in range(len(places)):
            for second in range(first):
                expected = minimax(spanning, places[first], places[second])
                # 1e-12: saddles inside cells by another order of operations, on values below 10
                assert merge_height(tree.branches, first, second) == pytest.approx(expected, abs=1e-12)
                compared += 1
    assert compared > 500


@pytest.mark.parametrize("holes", [0.0, 0.2])
def test_branches_are_the_pairs_of_persistence_and_end_in_older_ones(holes: float) -> None:
    for values in fields(60, holes):
        tree = merge_tree(square(values), values)
        # persistence is NaN where a loop closes, so compare what is printed
        assert list(map(repr, tree.points)) == list(map(repr, critical_points_with_persistence(square(values), values)))
        assert [branch.minimum for branch in tree.branches] == list(range(len(tree.branches)))
        assert sum(branch.parent is None for branch in tree.branches) == networkx.number_connected_components(
            surface_graph(values)
        )
        for branch in tree.branches:
            minimum = tree.points[branch.minimum]
            assert branch.birth == minimum.value and branch.persistence == minimum.persistence
            if branch.parent is None or branch.saddle is None:
                assert branch.saddle is None and branch.parent is None and branch.death == np.inf
                continue
            saddle, parent = tree.points[branch.saddle], tree.branches[branch.parent]
            assert (saddle.slice_index, saddle.value) == (1, branch.death)
            assert minimum.partner == (saddle.alpha, saddle.beta)
            assert (parent.birth, parent.minimum) < (branch.birth, branch.minimum)  # the elder rule, ties by index
            assert parent.death >= branch.death


def test_a_line_joins_its_basins_at_the_maxima_between() -> None:
    domain = Domain((0.0, 6.0), (0.0, 0.0), 7, 1)
    tree = merge_tree(domain, np.array([[1.0, 3, 0, 4, 2, np.nan, 5]]))
    assert tree.branches == (
        Branch(0, 3, 1, 1.0, 3.0),
        Branch(1, None, None, 0.0, np.inf),
        Branch(2, 4, 1, 2.0, 4.0),
    )
    assert [tree.points[k].alpha for k in (3, 4)] == [1.0, 3.0]
    assert merge_height(tree.branches, 0, 2) == 4.0


def test_pieces_never_meet() -> None:
    values = np.array([[1.0, 2, np.nan, 0, 2], [2, 3, np.nan, 2, 3]])
    tree = merge_tree(square(values), values)
    assert [branch.parent for branch in tree.branches] == [None, None]
    assert merge_height(tree.branches, 0, 1) == np.inf


def test_a_flat_surface_has_one_branch_and_an_empty_one_none() -> None:
    assert merge_tree(square(np.ones((4, 5))), np.ones((4, 5))).branches == (Branch(0, None, None, 1.0, np.inf),)
    assert merge_tree(square(np.ones((4, 5))), np.full((4, 5), np.nan)).branches == ()
    with pytest.raises(ValueError, match="shape"):
        merge_tree(square(np.ones((4, 5))), np.ones((5, 4)))


def test_a_large_grid_takes_well_under_a_second() -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(513, 513)
    start = time.process_time()
    merge_tree(domain, values)
    assert time.process_time() - start < 0.8  # 0.1 s on two cores


@pytest.mark.parametrize("name", ["ResNet_PCA", "VGG_Random"])
def test_reference_pairs(name: str) -> None:
    landscape = read_landscape(shared_file(f"{name}.ply"))
    tree = merge_tree(landscape.domain, landscape.main)
    ended = [(b.birth, b.death) for b in tree.branches if b.birth < b.death < np.inf]
    expected = reference(name)["raw"]["persistence"]["bilinear"]["H0_pairs"]
    # 1e-13: face saddles by another order of operations, values below 1
    np.testing.assert_allclose(sorted(ended), sorted(map(tuple, expected)), rtol=0, atol=1e-13)


def test_pairs_of_a_file_made_here(tmp_path: Path) -> None:
    """Twin of the reference test."""
    landscape = read_landscape(write_ply(tmp_path / "well.ply", *surfaces.DOUBLE_WELL.on_grid(17, 9)))
    assert merge_tree(landscape.domain, landscape.main).branches == (
        Branch(0, None, None, 0.0, np.inf),
        Branch(1, 2, 0, 0.0, 1.0),
    )
