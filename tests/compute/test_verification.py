"""Verdicts in the description of a landscape: written, read again, and found for a critical point."""

import json
import math
from dataclasses import replace

import pytest

from compute.landscape import Domain
from compute.verification import KEY, Outcome, Verdict, verdict_of, verdicts

ONE = Verdict(0.25, -0.5, 1, Outcome.MOVED, (0.26, -0.5), None, 0.7, (-1.0, 2.0), 1e-7, 0.31, 4, "why")
LEVEL = Domain((-1.0, 1.0), (-1.0, 1.0), 9, 9)  # cells of 0.25
LINE = Domain((-1.0, 1.0), (0.5, 0.5), 9, 1)


def stored(*found: Verdict) -> dict:
    """As JSON has it, which knows no NaN."""
    return json.loads(json.dumps({KEY: {"points": [each.describe() for each in found]}}, allow_nan=False))


def test_verdicts_come_back_as_they_were():
    on_a_line = replace(ONE, eigenvalues=(3.0,), found_index=0, outcome=Outcome.VERIFIED)
    assert verdicts(stored(ONE, on_a_line)) == (ONE, on_a_line)


def test_numbers_that_are_not_finite_come_back_as_nan():
    (found,) = verdicts(stored(replace(ONE, value=math.inf, eigenvalues=(math.nan, math.nan), residual=math.nan)))
    assert math.isnan(found.value) and math.isnan(found.residual) and all(map(math.isnan, found.eigenvalues))
    assert found.gradient_norm == 0.31


@pytest.mark.parametrize("points", [None, 3, [None], [{}], [{**ONE.describe(), "outcome": "perhaps"}]])
def test_what_is_no_verdict_is_left_out(points):
    assert verdicts({KEY: {"points": points}}) == ()
    assert verdicts({}) == verdicts({KEY: 3}) == ()


def test_a_point_has_the_verdict_on_the_candidate_that_was_there():
    assert verdict_of((ONE,), 0.25 * (1 + 1e-12), -0.5, 1) is ONE
    assert verdict_of((ONE,), 0.25, -0.5, 0) is None
    assert verdict_of((ONE,), 0.251, -0.5, 1) is None


def test_a_saddle_inside_a_cell_has_it_wherever_it_lies_in_that_cell():
    inside = replace(ONE, alpha=0.3, beta=-0.6)
    assert verdict_of((inside,), 0.45, -0.51, 1) is None
    assert verdict_of((inside,), 0.45, -0.51, 1, LEVEL) is inside
    assert verdict_of((inside,), 0.55, -0.51, 1, LEVEL) is None  # the next cell
    assert verdict_of((inside,), 0.25, -0.5, 1, LEVEL) is None  # a node of the cell
    assert verdict_of((ONE,), 0.25 + 1e-12, -0.5, 1, LEVEL) is ONE
    assert verdict_of((replace(ONE, beta=0.5),), 0.25, 0.5, 1, LINE) is not None
