"""A merge tree laid out as a dendrogram: which basin meets which, at what loss."""

from collections.abc import Callable
from dataclasses import dataclass

from compute.topology.merge_tree import MergeTree


@dataclass(frozen=True)
class Twig:
    """One basin, in its column: its minimum and the saddle where it meets that of another column, its parent, by their
    numbers among all critical points. The deepest of a piece has neither."""

    minimum: int
    saddle: int | None
    parent: int | None


def dendrogram(tree: MergeTree, shown: Callable[[int], bool], most: int) -> tuple[Twig, ...]:
    """The basins whose minima are shown, of the most persistent so many, one a column.

    What meets a basin that is left out meets the one in which that ends. Those that meet a basin early stand next to
    it, so that their lines pass over lower ones only, and none crosses another.
    """
    branches = tree.branches
    order = sorted(range(len(branches)), key=lambda k: -branches[k].persistence)
    kept = {k for k in order[:most] if branches[k].parent is None or shown(branches[k].minimum)}
    ends = {k: _end(tree, kept, k) for k in kept}
    beside: dict[int | None, list[int]] = {}
    for k in sorted(kept, key=lambda k: (branches[ends[k]].death, k), reverse=True):
        beside.setdefault(branches[ends[k]].parent, []).append(k)
    laid: list[int] = []
    waiting = beside.get(None, [])
    while waiting:
        laid.append(waiting.pop())
        waiting += beside.get(laid[-1], [])
    column = {k: place for place, k in enumerate(laid)}
    twigs = []
    for k in laid:
        end = branches[ends[k]]
        twigs.append(Twig(branches[k].minimum, end.saddle, None if end.parent is None else column[end.parent]))
    return tuple(twigs)


def _end(tree: MergeTree, kept: set[int], k: int) -> int:
    """The branch at whose end a basin meets one that is kept: its own, or that of one which has taken it in before."""
    parent = tree.branches[k].parent
    while parent is not None and parent not in kept:
        k, parent = parent, tree.branches[parent].parent
    return k
