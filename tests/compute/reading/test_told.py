"""Numbers as text."""

import math

import pytest

from compute.reading.measured import Measured
from compute.reading.told import depth, number, percent, told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (0.0645677, "0.0646"), (609.75, "610"), (-0.23, "−0.23"), (1437.0, "1,437"), (99999.4, "99,999"),
        (1.2e-7, "1.20e−7"), (3e30, "3.00e30"), (math.inf, "infinity"),
        (math.nan, "unknown"), (-math.inf, "−∞"), (999.6, "1,000"),
        (0.00012345, "0.000123"),
    ],
)  # fmt: skip
def test_numbers_are_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [(1.0, 2.0, ("1", "2")), (2.302585, 2.302612, ("2.30259", "2.30261")), (1.0, 1.0, ("1", "1")),
     (1437.01, 1437.02, ("1437.01", "1437.02")), (1.0, 1.0 + 2**-52, ("1", "1.0000000000000002"))],
)  # fmt: skip
def test_two_numbers_that_differ_are_told_apart(low, high, texts):
    told_both = told(Measured(lowest=low, highest=high))
    assert (told_both["lowest"], told_both["highest"]) == texts


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.0158, "1.6 %"), (0.98342, "98.3 %"), (1.0, "100 %"), (7.9e-5, "0.0079 %"), (0.5, "50 %"),
     (1e-9, "1.0e−7 %"), (25.0, "2,500 %"), (-0.031, "−3.1 %"), (math.inf, "infinity %")],
)  # fmt: skip
def test_shares_are_per_cent(share, text):
    assert percent(share) == text


def test_depths_are_shares_or_factors_of_the_floor():
    assert depth(math.log(1.25), True) == "25 % above its floor"
    assert depth(math.log(12.5), True) == "12.5 times its floor"
    assert depth(0.25, False) == "0.25 above its floor"
    assert depth(1e4, True) == "infinity times its floor"


def test_only_what_is_known_is_told():
    texts = told(Measured(lowest=1.0, cosine=None))
    assert texts["lowest"] == "1"
    assert "highest" not in texts
    assert "angle" not in texts


def test_errors_of_logarithms_are_told_as_shares():
    assert told(Measured(error=math.log(1.1), relative=True))["error"] == "± 10 %"
    assert told(Measured(error=math.log(2), relative=True))["error"] == "± 100 %"
    assert told(Measured(error=math.log(2.52), relative=True))["error"] == "a factor of 2.5"
    assert told(Measured(error=0.034, relative=False))["error"] == "± 0.034"
