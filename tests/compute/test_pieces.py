"""Pieces cover the weights once, in order, within their limits."""

import pytest
import torch

from compute.weights.pieces import Held, Piece, blocks, double, part, pieces, put, unfilled
from tests.compute.tiny import same_bits

WEIGHTS = {
    "a": torch.arange(24.0).view(2, 3, 2, 2).to(memory_format=torch.channels_last),
    "b": torch.tensor(7.0),
    "c": torch.zeros(0, 3),
    "d": torch.arange(9.0, dtype=torch.float64),
}


@pytest.mark.parametrize("limit", [1, 5, 9, 24, 1000])
def test_pieces_put_together_are_the_weights(limit):
    filled = unfilled(WEIGHTS)
    with Held(WEIGHTS).open() as read:
        for piece in pieces(WEIGHTS, limit):
            assert 0 < len(piece) <= limit
            put(filled, piece, read(piece))
    assert same_bits(filled, WEIGHTS)
    assert all(filled[name].dtype == WEIGHTS[name].dtype for name in WEIGHTS)


@pytest.mark.parametrize("limit", [1, 5, 30, 1000])
@pytest.mark.parametrize("piece", [1, 4, 1000])
def test_blocks_are_the_same_pieces_in_groups(limit, piece):
    found = list(blocks(WEIGHTS, limit, piece))
    assert [each for block in found for each in block] == list(pieces(WEIGHTS, min(limit, piece)))
    sizes = [sum(map(len, block)) for block in found]
    assert max(sizes) <= limit
    assert all(size + len(after[0]) > limit for size, after in zip(sizes, found[1:], strict=False))


def test_a_piece_of_contiguous_weights_is_no_copy():
    assert part(WEIGHTS, Piece("d", 2, 4)).data_ptr() == WEIGHTS["d"][2:].data_ptr()


def test_double_is_exact():
    values = torch.tensor([0.1, 3e38])
    assert double(values).tolist() == [float(value) for value in values] and double(values).dtype == torch.float64
