"""How often a checkpoint is due: counted by hand."""

from fractions import Fraction

import pytest

from compute.errors import BadInputError
from compute.training.interval import Interval, parse_interval


@pytest.mark.parametrize(
    ("text", "number", "unit", "canonical"),
    [
        ("50 steps", 50, "step", "50 steps"),
        ("1 step", 1, "step", "1 step"),
        ("2 epochs", 2, "epoch", "2 epochs"),
        (" epoch ", 1, "epoch", "1 epoch"),
        ("1/4 epoch", Fraction(1, 4), "epoch", "1/4 epoch"),
        ("2/8 epochs", Fraction(1, 4), "epoch", "1/4 epoch"),
        ("3/2 epochs", Fraction(3, 2), "epoch", "3/2 epochs"),
    ],
)
def test_an_interval_is_read_from_text_and_written_in_one_way(text, number, unit, canonical):
    interval = parse_interval(text)
    assert interval == Interval(Fraction(number), unit)
    assert str(interval) == canonical
    assert parse_interval(canonical) == interval


@pytest.mark.parametrize(
    "text",
    ["", "5", "0 steps", "0 epochs", "1/2 step", "1/0 epoch", "-1 epoch", "1.5 epochs", "3 days", "5steps", 5, None],
)
def test_anything_else_is_one_line_that_shows_how_to_give_it(text):
    with pytest.raises(BadInputError) as caught:
        parse_interval(text)
    assert str(caught.value) == f'--checkpoint-every {text}: give it as "50 steps", "2 epochs" or "1/4 epoch"'


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("3 steps", [3, 6, 9, 12, 15, 18]),
        ("1 epoch", [7, 14]),
        ("2 epochs", [14]),
        ("1/2 epoch", [4, 7, 11, 14, 18]),  # 3.5, 7, 10.5, 14, 17.5: the first whole step after each
        ("1/99 epoch", list(range(1, 21))),
    ],
)
def test_a_checkpoint_is_due_with_the_first_step_after_each_interval(text, due):
    """20 steps, 7 an epoch."""
    interval = parse_interval(text)
    assert [step for step in range(1, 21) if interval.marks(step, 7) > interval.marks(step - 1, 7)] == due
