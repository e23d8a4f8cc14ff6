"""Random numbers follow from seed, purpose and number, and the caller's generator does not notice."""

import torch

from compute.randomness import Purpose, order_seed, seeded, stream

CPU = torch.device("cpu")


def test_each_purpose_and_number_has_its_own_stream():
    seeds = [stream(seed, purpose, number) for seed in range(10) for purpose in Purpose for number in range(100)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert stream(1, Purpose.LAYERS, 2) == stream(1, Purpose.LAYERS, 2)


def test_streams_of_neighbours_have_nothing_in_common():
    """A thousand streams of one uniform number each are as uniform, and as little correlated, as they should be."""
    numbers = []
    for step in range(1000):
        with seeded(CPU, stream(0, Purpose.LAYERS, step)):
            numbers.append(float(torch.rand(())))
    x = torch.tensor(numbers, dtype=torch.float64) - 0.5
    assert abs(float(x.mean())) < 5 * (1 / 12 / 1000) ** 0.5
    assert abs(float((x[1:] * x[:-1]).mean())) < 5 / 12 / 1000**0.5


def test_orders_of_all_epochs_differ():
    assert len({order_seed(seed, epoch) for seed in range(20) for epoch in range(500)}) == 20 * 500


def test_a_block_draws_from_its_seed_and_leaves_the_callers_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    draws = []
    for seed in (8, 8, 9):
        with seeded(CPU, seed):
            draws.append(torch.rand(3))
    assert torch.equal(draws[0], draws[1]) and not torch.equal(draws[0], draws[2])
    assert torch.equal(torch.rand(3), expected)
