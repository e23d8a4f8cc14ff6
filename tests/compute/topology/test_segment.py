"""A straight line cut into parabolas, against the interpolant itself."""

import numpy as np
import pytest

from compute.topology.places import bilinear
from compute.topology.segment import Gap, Piece, pieces
from tests.compute.topology.oracle import fields

NAN, INF = np.nan, np.inf


@pytest.mark.parametrize("seed", range(3))
def test_pieces_follow_each_other_and_have_the_heights_of_the_interpolant(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for values in fields(40, seed=seed):
        (x, y), (z, w) = ((rng.uniform(0, n - 1) for n in values.shape[::-1]) for _ in range(2))
        found = [piece for piece in pieces(values, (x, y), (z, w)) if isinstance(piece, Piece)]
        assert [piece.begin for piece in found] == [0.0, *(piece.end for piece in found[:-1])] and found[-1].end == 1.0
        crossed = sum(abs(int(a) - int(b)) for a, b in ((x, z), (y, w)))
        assert len(found) == crossed + 1
        s = np.linspace(0, 1, 50)
        for piece in found:
            t = piece.begin + s * (piece.end - piece.begin)
            expected = bilinear(values, x + t * (z - x), y + t * (w - y))
            heights = piece.h0 + (piece.h1 - piece.h0) * s - piece.bend * s * (1 - s)
            np.testing.assert_allclose(heights, expected, rtol=0, atol=1e-12)
            if piece.falls:
                assert np.diff(expected).max() <= 1e-12
            else:
                # a parabola that rises somewhere rises at an end, where 1/49 of the way shows it but for what is tiny
                assert np.diff(expected).max() > 0 or piece.h1 - piece.h0 + abs(piece.bend) < abs(piece.bend) / 20
            at, top = piece.top(piece.h0, piece.h1)
            assert 0 <= at <= 1 and expected.max() <= top + 1e-12
            assert top == pytest.approx(piece.h0 + (piece.h1 - piece.h0) * at - piece.bend * at * (1 - at), abs=1e-12)


def test_a_line_of_the_grid_belongs_to_the_cell_that_is_there() -> None:
    values = np.array([[0.0, 1, 2], [1, 3, 5], [NAN, 0, 1]])
    (along,) = pieces(values, (0.0, 1.0), (1.0, 1.0))
    assert along == Piece(0.0, 1.0, 1.0, 3.0, 0.0)
    (upward,) = pieces(values, (1.0, 1.0), (1.0, 2.0))
    assert upward == Piece(0.0, 1.0, 3.0, 0.0, 0.0) and upward.falls
    first, second = pieces(values, (0.5, 2.0), (1.5, 2.0))
    assert first == Gap(0.0, False) and isinstance(second, Piece)
    values[2, 0] = INF
    assert next(pieces(values, (0.5, 2.0), (1.5, 2.0))) == Gap(0.0, True)


def test_a_way_through_a_node_and_one_of_no_length() -> None:
    values = np.add.outer(np.arange(4.0), np.arange(4.0))
    through = list(pieces(values, (0.0, 0.0), (3.0, 3.0)))
    assert [(piece.h0, piece.h1) for piece in through if isinstance(piece, Piece)] == [(0, 2), (2, 4), (4, 6)]
    assert list(pieces(values, (1.5, 1.5), (1.5, 1.5))) == [Piece(0.0, 1.0, 3.0, 3.0, 0.0)]
