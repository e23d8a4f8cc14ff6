"""Batches: who comes when, that the step alone decides it, and what is refused."""

import pytest
import torch

from compute.errors import BadInputError
from compute.training.batches import Batches
from compute.training.settings import make_settings


class Numbers:
    """Examples whose label is their number, and all whose pixels are one more."""

    def __init__(self, count: int, side: int = 1) -> None:
        self.labels = torch.arange(count)
        self._side = side

    def __len__(self) -> int:
        return len(self.labels)

    def images(self, indices: torch.Tensor) -> torch.Tensor:
        return (indices + 1.0).view(-1, 1, 1, 1).expand(-1, 1, self._side, self._side).contiguous()


def batches(count: int, **given) -> Batches:
    return Batches(Numbers(count), make_settings({"epochs": 3, **given}))


def sizes(made: Batches) -> list[int]:
    return [len(made(step)[1]) for step in range(made.steps_per_epoch)]


def epoch(made: Batches, number: int) -> list[int]:
    first = number * made.steps_per_epoch
    return torch.cat([made(step)[1] for step in range(first, first + made.steps_per_epoch)]).tolist()


def test_images_and_labels_belong_together():
    made = batches(20, batch=6)
    for step in range(made.steps):
        images, labels = made(step)
        assert images.shape == (len(labels), 1, 1, 1)
        assert images.flatten().tolist() == (labels + 1).tolist()


def test_every_epoch_shows_every_example_once_each_time_in_another_order():
    made = batches(40, batch=16)
    orders = [epoch(made, number) for number in range(3)]
    assert all(sorted(order) == list(range(40)) for order in orders)
    assert orders[0] != orders[1] != orders[2] != orders[0] and list(range(40)) not in orders


def test_a_shorter_epoch_is_the_first_batches_of_a_whole_one():
    whole, short = batches(40, batch=8), batches(40, batch=8, steps_per_epoch=2)
    assert (short.steps_per_epoch, short.steps) == (2, 6)
    for number in range(3):
        assert epoch(short, number) == epoch(whole, number)[:16]
    assert len({*epoch(short, 0), *epoch(short, 1), *epoch(short, 2)}) > 30  # others of them each time


@pytest.mark.parametrize(
    ("count", "batch", "expected"),
    [
        (40, 16, [16, 16, 8]),
        (32, 16, [16, 16]),
        (33, 16, [16, 17]),  # a single one is no batch
        (34, 16, [16, 16, 2]),
        (17, 16, [17]),
        (5, 16, [5]),
        (1, 16, [1]),
        (3, 1, [1, 1, 1]),
        (3, 2, [3]),
    ],
)
def test_the_last_batch_is_what_is_left_but_never_one_alone(count, batch, expected):
    made = batches(count, batch=batch)
    assert sizes(made) == expected
    assert made.steps == 3 * len(expected)


def test_a_short_epoch_has_no_batch_that_another_one_joins():
    assert sizes(batches(49, batch=16, steps_per_epoch=2)) == [16, 16]
    assert sizes(batches(49, batch=16, steps_per_epoch=3)) == [16, 16, 17]


@pytest.mark.parametrize("augment", ["none", "crop-flip"])
def test_a_step_depends_on_seed_and_number_alone(augment):
    split, settings = Numbers(23, side=4), make_settings({"batch": 4, "epochs": 3, "augment": augment})
    in_order = Batches(split, settings)
    expected = [in_order(step) for step in range(in_order.steps)]
    for step in (17, 3, 0, 9, 8, 17):
        for tensor, other in zip(Batches(split, settings)(step), expected[step], strict=True):
            assert torch.equal(tensor, other)
    again = Batches(split, settings)
    for step in (17, 3, 0, 9, 8, 17):  # and not on what was asked before
        assert torch.equal(again(step)[0], expected[step][0])
    other_seed = Batches(split, make_settings({"batch": 4, "epochs": 3, "augment": augment, "seed": 1}))
    assert not torch.equal(other_seed(0)[1], expected[0][1])


def test_augmented_images_are_shifted_by_up_to_four_anew_in_each_epoch():
    split = Numbers(400, side=6)
    made = Batches(split, make_settings({"batch": 400, "epochs": 2, "augment": "crop-flip"}))
    shares = []
    for step in range(2):
        images, labels = made(step)
        shares.append((images != 0).flatten(1).sum(1) / 36)
        assert torch.equal(images.flatten(1).amax(1), labels + 1.0)  # zeros beside the example itself
        assert shares[-1].min() >= (2 / 6) ** 2 - 1e-6
    assert not torch.equal(shares[0], shares[1])  # place by place
    # P(no shift) = 1/9 in each direction; mean kept share per direction (1/9) Σ (6 − |d|)/6 for d in −4 … 4
    expected = (sum((6 - abs(d)) / 6 for d in range(-4, 5)) / 9) ** 2
    assert float(shares[0].mean()) == pytest.approx(expected, abs=0.05)


def test_more_steps_an_epoch_than_there_are_batches_is_one_line():
    with pytest.raises(BadInputError) as caught:
        batches(40, batch=16, steps_per_epoch=4)
    assert str(caught.value) == (
        "--steps-per-epoch 4: 40 training examples in batches of 16 are 3 steps; choose 1 to that"
    )
