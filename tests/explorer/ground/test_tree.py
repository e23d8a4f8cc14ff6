"""The dendrogram: who meets whom, and that no line crosses another."""

import itertools

import numpy as np
import pytest

from compute.landscape import Domain
from compute.topology.merge_tree import merge_tree
from explorer.ground.tree import dendrogram
from tests.surfaces import HIMMELBLAU


def noisy(seed: int, n: int = 17):
    domain = Domain((-1, 1), (-1, 1), n, n)
    values = np.random.default_rng(seed).normal(size=(n, n))
    return merge_tree(domain, values)


def crossings(tree, twigs) -> int:
    """Pairs of a line to a parent and an upright of another basin that meet inside both."""
    value = [point.value for point in tree.points]
    found = 0
    for column, twig in enumerate(twigs):
        if twig.parent is None:
            continue
        left, right = sorted((column, twig.parent))
        at = value[twig.saddle]
        for between in range(left + 1, right):
            other = twigs[between]
            top = np.inf if other.saddle is None else value[other.saddle]
            found += value[other.minimum] < at < top
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_line_crosses_another(seed: int) -> None:
    tree = noisy(seed)
    for least in (0.0, 0.5, 1.5):
        twigs = dendrogram(tree, lambda k, least=least: tree.branches[k].persistence > least, 500)
        assert len(twigs) > 2 and crossings(tree, twigs) == 0


def test_every_basin_is_there_once_and_meets_its_parent_at_its_saddle() -> None:
    tree = noisy(7)
    twigs = dendrogram(tree, lambda k: True, 10_000)
    assert sorted(twig.minimum for twig in twigs) == list(range(len(tree.branches)))
    for twig in twigs:
        branch = tree.branches[twig.minimum]
        assert twig.saddle == branch.saddle
        assert branch.parent == (None if twig.parent is None else twigs[twig.parent].minimum)


def test_what_meets_a_hidden_basin_meets_the_one_that_takes_that_in_and_there() -> None:
    tree = noisy(1)
    middle = next(
        k
        for k, branch in enumerate(tree.branches)
        if branch.parent is not None and any(b.parent == k for b in tree.branches)
    )
    children = [k for k, branch in enumerate(tree.branches) if branch.parent == middle]
    twigs = dendrogram(tree, lambda k: k != middle, 10_000)
    place = {twig.minimum: twig for twig in twigs}
    assert middle not in place
    for child in children:
        assert twigs[place[child].parent].minimum == tree.branches[middle].parent
        assert place[child].saddle == tree.branches[middle].saddle


def test_only_the_most_persistent_are_laid_out() -> None:
    tree = noisy(3)
    twigs = dendrogram(tree, lambda k: True, 5)
    best = sorted((branch.persistence for branch in tree.branches), reverse=True)[:5]
    assert sorted((tree.branches[twig.minimum].persistence for twig in twigs), reverse=True) == best


def test_columns_stand_next_to_the_one_they_meet_first() -> None:
    domain, values = HIMMELBLAU.on_grid(33, 33)
    tree = merge_tree(domain, values)
    twigs = dendrogram(tree, lambda k: tree.branches[k].persistence > 1.0, 100)
    assert len(twigs) == 4 and twigs[0].saddle is None
    heights = [tree.points[twig.saddle].value for twig in twigs if twig.parent == 0]
    assert heights == sorted(heights)
    assert all(one != other for one, other in itertools.combinations([twig.minimum for twig in twigs], 2))
