"""The bilinear surface as a graph, for independent answers: vertices, edges that have a cell, and saddles in cells."""

from collections.abc import Sequence

import networkx
import numpy as np

from compute.landscape import Floats
from compute.topology.merge_tree import Branch


def fields(count: int, holes: float = 0.0, seed: int = 7, largest: int = 12) -> list[Floats]:
    """Small grids of noise, every second one with plateaus, with holes of NaN or inf."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        shape = tuple(rng.integers(2, largest + 1, 2))
        values = rng.normal(size=shape) if number % 2 else rng.integers(0, 4, shape).astype(float)
        values[rng.random(shape) < holes] = np.nan if number % 4 < 2 else np.inf
        found.append(values)
    return found


def surface_graph(values: Floats) -> networkx.Graph:
    """Nodes (row, column), and (row + 1/2, column + 1/2) for a saddle inside a cell, with their ``height``; each edge
    has as ``weight`` the higher of its ends, which is the highest place on it."""
    graph = networkx.Graph()
    for row, column in np.ndindex(values.shape[0] - 1, values.shape[1] - 1):
        a, b, c, d = corners = [(row + j, column + i) for j in (0, 1) for i in (0, 1)]
        fa, fb, fc, fd = (float(values[corner]) for corner in corners)
        if not np.isfinite([fa, fb, fc, fd]).all():
            continue
        graph.add_nodes_from((corner, {"height": float(values[corner])}) for corner in corners)
        edges = [(a, b), (c, d), (a, c), (b, d)]
        if max(fa, fd) < min(fb, fc) or max(fb, fc) < min(fa, fd):
            centre = (row + 0.5, column + 0.5)
            graph.add_node(centre, height=(fa * fd - fb * fc) / (fa - fb - fc + fd))
            edges += [(corner, centre) for corner in corners]
        for one, other in edges:
            graph.add_edge(one, other, weight=max(graph.nodes[one]["height"], graph.nodes[other]["height"]))
    return graph


def minimax(tree: networkx.Graph, start: tuple[float, float], end: tuple[float, float]) -> float:
    """The lowest possible maximum on a way, from the minimum spanning tree of a graph; inf where there is none."""
    if not networkx.has_path(tree, start, end):
        return np.inf
    way = networkx.shortest_path(tree, start, end)
    return max(tree.nodes[node]["height"] for node in way)


def merge_height(branches: Sequence[Branch], first: int, second: int) -> float:
    """The lowest level at which two branches of a merge tree are one basin; inf where they are in different pieces."""
    one, other = _climb(branches, first), _climb(branches, second)
    return min((max(level, other[branch]) for branch, level in one.items() if branch in other), default=np.inf)


def _climb(branches: Sequence[Branch], branch: int) -> dict[int, float]:
    """The branch and all that it ends in, with the level from which on it is a part of each."""
    levels, following = {branch: branches[branch].birth}, branches[branch].parent
    while following is not None:
        levels[following] = branches[branch].death  # which rises from branch to parent
        branch, following = following, branches[following].parent
    return levels
