"""Round numbers: inside the range, evenly spaced, about as many as asked for, each with a label of its own."""

import math

import numpy as np
import pytest

from explorer.writing.ticks import linear_ticks, log_ticks, symlog_ticks, tick_label, tick_labels


def random_ranges(count: int) -> list[tuple[float, float]]:
    """Spans from 1e-12 to 1e12, of either sign, up to a thousand spans away from zero."""
    rng = np.random.default_rng(1)
    spans = 10.0 ** rng.uniform(-12, 12, count)
    lows = spans * rng.uniform(-1, 1, count) * 10.0 ** rng.uniform(-1, 3, count)
    return list(zip(lows.tolist(), (lows + spans).tolist(), strict=True))


RANGES = random_ranges(2000)


def significand(value: float) -> float:
    """The number in front of the power of ten, 1 ≤ … < 10."""
    return value / 10.0 ** math.floor(math.log10(value) + 1e-9)


def test_linear_ticks_are_inside_and_ascend() -> None:
    for low, high in RANGES:
        ticks = linear_ticks(low, high)
        slack = 1e-8 * (high - low)  # 0.3 counts as inside [0.1, 0.3] though 3 * 0.1 is a little more
        assert ticks[0] >= low - slack and ticks[-1] <= high + slack
        assert (np.diff(ticks) > 0).all()


def test_linear_ticks_are_multiples_of_one_two_or_five_times_a_power_of_ten() -> None:
    for low, high in RANGES:
        ticks = np.array(linear_ticks(low, high))
        step = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
        # Neighbours are up to a thousand spans from zero: their difference has lost three digits, and a few more here.
        assert min(abs(significand(step) - m) for m in (1, 2, 5, 10)) < 1e-6
        np.testing.assert_allclose(np.diff(ticks), step, rtol=1e-6)
        np.testing.assert_allclose(ticks / step, np.rint(ticks / step), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("about", [3, 5, 6, 10])
def test_linear_ticks_are_about_as_many_as_asked_for(about: int) -> None:
    """Steps grow by 2 or 2.5, so down to two fifths of them remain, less the one that the ends cut off."""
    for low, high in RANGES:
        assert about / 2.5 - 1 <= len(linear_ticks(low, high, about)) <= about + 1


def test_ticks_everybody_would_choose() -> None:
    assert linear_ticks(-1, 1, 4) == [-1, -0.5, 0, 0.5, 1]
    assert linear_ticks(0, 100, 10) == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert log_ticks(0.01, 100, 4) == [0.01, 0.1, 1, 10, 100]
    assert log_ticks(1, 1000, 6) == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


@pytest.mark.parametrize("ends", [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.nan)])
def test_an_empty_range_has_no_ticks(ends: tuple[float, float]) -> None:
    assert linear_ticks(*ends) == [] and log_ticks(*ends) == []


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_there_is_no_logarithm_of_what_is_not_positive(low: float) -> None:
    assert log_ticks(low, 10.0) == []


LOG_RANGES = [
    (low, low * 10.0**decades)
    for low, decades in zip(
        10.0 ** np.random.default_rng(2).uniform(-12, 6, 2000),
        10.0 ** np.random.default_rng(3).uniform(-2, 1.4, 2000),
        strict=True,
    )
]


def test_log_ticks_are_inside_round_and_ascend() -> None:
    for low, high in LOG_RANGES:
        ticks = log_ticks(low, high)
        assert ticks and ticks[0] >= 0.9999 * low and ticks[-1] <= 1.0001 * high
        assert (np.diff(ticks) > 0).all()
        if high > 10 * low:
            assert all(min(abs(significand(tick) - m) for m in (1, 2, 3, 5, 10)) < 1e-6 for tick in ticks)


@pytest.mark.parametrize("about", [3, 5, 6, 10])
def test_log_ticks_are_about_as_many_as_asked_for(about: int) -> None:
    """At most twice as many, and not fewer than linear ones would be."""
    for low, high in LOG_RANGES:
        found = len(log_ticks(low, high, about))
        assert min(about / 2, len(linear_ticks(low, high, about))) <= found <= 2 * about


def test_a_narrow_range_on_a_log_scale_has_linear_ticks() -> None:
    assert log_ticks(1.9, 5.1, 6) == [2, 3, 4, 5]


SYMLOG_RANGES = [
    (float(low), float(high), float(linear))
    for low, high, linear in zip(
        -(10.0 ** np.random.default_rng(5).uniform(-6, 9, 2000)) * np.random.default_rng(6).choice([-0.01, 0, 1], 2000),
        10.0 ** np.random.default_rng(7).uniform(-6, 9, 2000),
        10.0 ** np.random.default_rng(8).uniform(-7, 4, 2000),
        strict=True,
    )
    if high > low
]


def test_symlog_ticks_are_inside_round_ascend_and_are_enough() -> None:
    for low, high, linear in SYMLOG_RANGES:
        ticks = symlog_ticks(low, high, linear)
        slack = 1e-4 * (high - low)
        assert len(ticks) >= 2 and low - slack <= ticks[0] and ticks[-1] <= high + slack
        assert (np.diff(ticks) > 0).all() and len(ticks) <= 18


def test_symlog_ticks_everybody_would_choose() -> None:
    assert symlog_ticks(-1000, 1000, 0.5) == [-1000, -100, -10, -1, 0, 1, 10, 100, 1000]
    assert symlog_ticks(-50, 2e6, 1) == [-10, -1, 0, 1, 100, 1e4, 1e6]
    assert symlog_ticks(1, 890, 26)[-3:] == [100, 200, 500]
    assert symlog_ticks(0, 890, 26)[0] == 0
    assert symlog_ticks(-1, 1, 1) == linear_ticks(-1, 1, 6)  # nearly linear
    assert symlog_ticks(1, 1000, 0.5) == log_ticks(1, 1000, 6)  # one side only
    assert symlog_ticks(-1000, -1, 0.5) == [-x for x in reversed(log_ticks(1, 1000, 6))]
    assert symlog_ticks(1, 1, 1) == []


# ── labels ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0, "0"), (-0.0, "0"), (1e-320, "0"), (1, "1"), (0.01, "0.01"), (0.001, "0.001"), (2.5, "2.5"), (300, "300"),
        (99999, "99999"), (1e5, "1e5"), (1e6, "1e6"), (2.5e7, "2.5e7"), (1e-4, "1e−4"), (-1e-4, "−1e−4"),
        (-0.5, "−0.5"), (0.1 + 0.2, "0.3"), (1e-12, "1e−12"), (1.25e300, "1.25e300"), (-12.5, "−12.5"),
    ],
)  # fmt: skip
def test_a_label_is_short(value: float, label: str) -> None:
    assert tick_label(value) == label


def test_a_label_says_what_the_number_is() -> None:
    """Read back, a label is the number to three digits at least."""
    rng = np.random.default_rng(4)
    for value in rng.choice([-1, 1], 2000) * 10.0 ** rng.uniform(-30, 30, 2000):
        read = float(tick_label(value).replace("−", "-"))
        assert read == pytest.approx(value, rel=5.01e-3)


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 1), (2.3, 2.300001), (100_000, 100_500), (-5.0001e-7, -5e-7), (1e12, 1e12 + 10), (99_990, 100_010)],
)
def test_ticks_that_differ_have_labels_that_differ(low: float, high: float) -> None:
    """A network before training is nearly the same everywhere: all its losses begin with the same six digits."""
    ticks = linear_ticks(low, high)
    labels = tick_labels(ticks)
    assert len(set(labels)) == len(ticks) > 1


def test_labels_are_no_longer_than_needed() -> None:
    assert tick_labels([0.0, 0.5, 1.0]) == ["0", "0.5", "1"]
    assert tick_labels([0.1 * k for k in range(1, 4)]) == ["0.1", "0.2", "0.3"]
    assert tick_labels([100_000.0, 100_100.0]) == ["1e5", "1.001e5"]
    assert tick_labels([]) == []
    assert tick_labels([1.2345678, 2.2222222], 3) == ["1.23", "2.22"]
    assert tick_labels([1.2345678, 1.2346789], 3) == ["1.2346", "1.2347"]
    assert tick_labels([123456.0, 1e-7], 3) == ["1.2e5", "1e−7"]
