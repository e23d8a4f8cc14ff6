"""From loss to height: an invertible map, and a choice that says why."""

import math

import numpy as np
import pytest

from compute.landscape import Floats
from compute.scale import CAP_PERCENTILE, Scale, ScaleKind, choose_scale

KIND = {True: ScaleKind.LOG, False: ScaleKind.LINEAR, None: None}


def random_scales(count: int, *, log: bool) -> list[Scale]:
    """Ranges from tiny to huge; linear ones of either sign, far from zero as well."""
    rng = np.random.default_rng(3)
    scales = []
    for _ in range(count):
        if log:
            low = 10.0 ** rng.uniform(-12, 6)
            high = low * 10.0 ** rng.uniform(0.01, 12)
        else:
            span = 10.0 ** rng.uniform(-12, 12)
            low = span * rng.normal() * 10.0 ** rng.uniform(-3, 3)
            high = low + span
        scales.append(Scale(low, high, KIND[log], "", high))
    return scales


def rounding(scale: Scale) -> float:
    """Error of a height: some ulps of the ends of the range, seen from the range."""
    ends = np.array([scale.low, scale.high])
    ends = np.log(ends) if scale.log else ends
    return float(8 * np.finfo(float).eps * (1 + np.abs(ends).max() / (ends[1] - ends[0])))


@pytest.mark.parametrize("log", [False, True])
def test_heights_and_losses_are_inverse(log: bool) -> None:
    heights = np.linspace(0, 1, 101)
    for scale in random_scales(200, log=log):
        np.testing.assert_allclose(scale.heights(scale.values(heights)), heights, atol=rounding(scale))


@pytest.mark.parametrize("log", [False, True])
def test_heights_go_from_zero_to_one_and_never_down(log: bool) -> None:
    for scale in random_scales(200, log=log):
        losses = np.geomspace(scale.low, scale.high, 50) if log else np.linspace(scale.low, scale.high, 50)
        heights = scale.heights(losses)
        assert heights[0] == 0 and heights[-1] == 1
        assert (np.diff(heights) >= 0).all()


def test_a_logarithmic_scale_gives_each_decade_the_same_height() -> None:
    scale = Scale(0.01, 100.0, ScaleKind.LOG, "", 100.0)
    np.testing.assert_allclose(scale.heights(np.array([0.01, 0.1, 1, 10, 100])), [0, 0.25, 0.5, 0.75, 1], atol=1e-15)


def test_losses_outside_the_range_are_cut_off() -> None:
    scale = Scale(1.0, 3.0, ScaleKind.LINEAR, "", 9.0)
    assert scale.heights(np.array([-5.0, 0.0, 3.5, 1e300])).tolist() == [0, 0, 1, 1]
    assert Scale(1.0, 3.0, ScaleKind.LOG, "", 9.0).heights(np.array([-5.0, 0.0, 1e300])).tolist() == [0, 0, 1]


@pytest.mark.parametrize("log", [False, True])
def test_what_is_not_a_number_has_no_height(log: bool) -> None:
    """Diverged is a state of a place, not a great height."""
    losses = np.array([[np.nan, np.inf], [-np.inf, 2.0]])
    np.testing.assert_array_equal(np.isnan(Scale(1.0, 3.0, KIND[log], "", 3.0).heights(losses)), [[1, 1], [1, 0]])


def test_the_symmetric_logarithm_is_asinh_of_values_over_its_linear_part() -> None:
    """Against the closed form asinh(x) = ln(x + √(x² + 1)), with its inverse, its symmetry and both its limits."""
    scale = Scale(-50.0, 50.0, ScaleKind.SYMLOG, "", 50.0, 0.1)
    values = np.concatenate([-np.geomspace(1e-4, 50, 60)[::-1], [0.0], np.geomspace(1e-4, 50, 60)])
    size = np.abs(values) / 0.1
    transformed = np.sign(values) * np.log(size + np.sqrt(size**2 + 1))
    top = math.log(500 + math.sqrt(500**2 + 1))
    heights = scale.heights(values)
    np.testing.assert_allclose(heights, 0.5 + transformed / (2 * top), atol=1e-12)
    np.testing.assert_allclose(scale.values(heights), values, rtol=1e-9, atol=1e-12)
    assert scale.span == pytest.approx(2 * top)
    decade = scale.heights(np.array([5.0, 50.0]))
    assert decade[1] - decade[0] == pytest.approx(math.log(10) / (2 * top), rel=1e-4), "a logarithm far from zero"
    near = scale.heights(np.array([0.0, 1e-3, 2e-3])) - 0.5
    assert near[2] == pytest.approx(2 * near[1], rel=1e-3), "a straight line close to it"


def test_heights_go_on_beyond_the_range_as_within_it() -> None:
    linear, log = Scale(1.0, 3.0, ScaleKind.LINEAR, "", 9.0), Scale(1.0, 10.0, ScaleKind.LOG, "", 99.0)
    assert linear.heights_beyond(np.array([-1.0, 2.0, 7.0])).tolist() == [-1, 0.5, 3]
    np.testing.assert_allclose(log.heights_beyond(np.array([0.1, 1.0, 1e3])), [-1, 0, 3], atol=1e-12)
    assert log.heights_beyond(np.array([0.0, -2.0])).tolist() == [-math.inf, -math.inf]
    assert np.isnan(log.heights_beyond(np.array([np.inf, np.nan]))).all()


def test_the_span_counts_units_of_the_scaled_value() -> None:
    assert Scale(1.0, 3.0, ScaleKind.LINEAR, "", 9.0).span == 2
    assert Scale(1.0, math.e**3, ScaleKind.LOG, "", 99.0).span == pytest.approx(3)


# ── the choice ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_values_of_one_order_are_shown_as_they_are() -> None:
    scale = choose_scale(np.linspace(0.5, 2.5, 81))
    assert (scale.low, scale.high, scale.top, scale.log) == (0.5, 2.5, 2.5, False)
    assert "less than two decades" in scale.reason
    far_from_zero = np.linspace(1000, 1010, 81)
    assert (choose_scale(far_from_zero).high, choose_scale(-far_from_zero).high) == (1010, -1000)


def test_positive_values_over_two_decades_take_the_logarithm() -> None:
    losses = np.geomspace(0.01, 1000, 81)
    scale = choose_scale(losses)
    assert (scale.low, scale.high, scale.log) == (losses.min(), losses.max(), True)
    assert "5.0 decades" in scale.reason


def test_a_heavy_tail_without_a_logarithm_is_cut_off_at_a_percentile() -> None:
    losses = np.append(np.linspace(-1, 1, 99), 1e6)
    scale = choose_scale(losses)
    assert not scale.log
    assert (scale.low, scale.high) == (-1, np.percentile(losses[1:], CAP_PERCENTILE))  # of those above the lowest
    assert scale.top == 1e6 and "cap at the 90th percentile" in scale.reason and "1e+06" in scale.reason


@pytest.mark.parametrize("wish", [True, False])
def test_the_user_decides_about_the_logarithm(wish: bool) -> None:
    for losses in (np.linspace(1, 2, 9), np.geomspace(1e-3, 1e9, 9)):
        scale = choose_scale(losses, KIND[wish])
        assert (scale.log, scale.high, scale.reason) == (wish, losses.max(), "set by you")


def test_a_logarithm_that_does_not_exist_is_not_taken_and_the_reason_said() -> None:
    for low in (0.0, -1.0):
        scale = choose_scale(np.linspace(low, 2, 9), ScaleKind.LOG)
        assert not scale.log and "no logarithm" in scale.reason


def test_the_user_decides_about_the_cap() -> None:
    losses = np.linspace(0, 10, 11)
    scale = choose_scale(losses, cap=4.0)
    assert (scale.high, scale.top, scale.reason) == (4.0, 10.0, "cap set by you")
    heavy = choose_scale(np.append(np.linspace(-1, 1, 99), 1e6), cap=50.0)
    assert (heavy.high, heavy.reason) == (50.0, "cap set by you")
    assert choose_scale(np.geomspace(0.01, 1000, 81), cap=5.0).high == 5.0


def test_a_percentile_is_a_cap_among_the_finite_values() -> None:
    losses = np.append(np.arange(101.0), [np.inf, np.nan])
    scale = choose_scale(losses, ScaleKind.LINEAR, percentile=75.0)
    assert (scale.low, scale.high, scale.top, scale.over) == (0.0, 75.0, 100.0, True)
    assert choose_scale(losses, ScaleKind.LINEAR, 3.0, percentile=75.0).high == 75.0, "it goes before a cap"


def test_below_the_floor_nothing_is_told_apart() -> None:
    losses = np.linspace(0.5, 10, 96)
    for kind in ScaleKind:
        scale = choose_scale(losses, kind, floor=2.0)
        assert (scale.low, scale.bottom, scale.under, scale.over) == (2.0, 0.5, True, False)
        assert scale.heights(np.array([0.5, 1.0, 2.0, 10.0])).tolist() == [0, 0, 0, 1]
    assert not choose_scale(losses).under
    assert choose_scale(losses, floor=99.0).low == 0.5, "a floor above everything is none"
    assert choose_scale(losses, ScaleKind.LOG, floor=0.0).low == 0.5, "nor has 0 a logarithm"


def test_fixed_ends_keep_a_floor_without_a_cap_and_are_never_too_near_or_too_far_for_numbers() -> None:
    losses = np.linspace(0.5, 10, 96)
    scale = choose_scale(losses, ScaleKind.LINEAR, math.inf, floor=2.0, fixed=True)
    assert (scale.low, scale.high) == (2.0, 10.0)
    for floor, cap in ((-1e308, 1e308), (0.0, 5e-324)):
        for kind in (ScaleKind.LINEAR, ScaleKind.SYMLOG):
            found = choose_scale(losses, kind, cap, floor=floor, fixed=True)
            assert np.isfinite(found.heights(losses)).all() and found.high > found.low


def test_a_symmetric_logarithm_tells_three_decades_apart_on_either_side_by_its_ends_alone() -> None:
    losses = np.concatenate([-np.geomspace(0.01, 100, 500), np.geomspace(0.01, 100, 500), [0.0]])
    scale = choose_scale(losses, ScaleKind.SYMLOG)
    assert (scale.kind, scale.low, scale.high, scale.reason) == (ScaleKind.SYMLOG, -100, 100, "set by you")
    assert scale.linear == pytest.approx(0.1)
    other = choose_scale(np.linspace(-1, 1, 9), ScaleKind.SYMLOG, cap=100.0, floor=-100.0, fixed=True)
    np.testing.assert_array_equal(other.heights(losses), scale.heights(losses))


def test_values_that_are_not_positive_lie_below_a_logarithm() -> None:
    assert choose_scale(np.append(np.geomspace(0.1, 100, 99), -1.0)).under


def test_a_cap_above_everything_is_none() -> None:
    assert choose_scale(np.linspace(0, 10, 11), cap=99.0).high == 10.0


def test_only_finite_values_count() -> None:
    scale = choose_scale(np.array([1.0, np.nan, 2.0, np.inf, -np.inf]))
    assert (scale.low, scale.high) == (1.0, 2.0)


def awkward() -> list[Floats]:
    nothing = np.array([np.nan, np.inf])
    constants = [np.full(9, value) for value in (0.0, 1.0, -3.0, 1e-12, 1e12, -1e12, 1e300)]
    return [np.empty(0), nothing, np.array([7.0]), *constants, np.array([1.0, np.nextafter(1.0, 2.0)])]


@pytest.mark.parametrize("losses", awkward(), ids=str)
@pytest.mark.parametrize("kind", [None, *ScaleKind])
@pytest.mark.parametrize("cap", [None, -1e15, 0.0, 1.0, 1e15])
def test_every_scale_has_a_range_to_show(losses: Floats, kind: ScaleKind | None, cap: float | None) -> None:
    """A plane, a single point, nothing at all, a cap below everything: heights stay numbers between 0 and 1."""
    scale = choose_scale(losses, kind, cap)
    assert math.isfinite(scale.low) and scale.low < scale.high and scale.reason
    heights = scale.heights(losses)
    assert (np.isnan(heights) == ~np.isfinite(losses)).all()
    assert ((heights >= 0) & (heights <= 1) | np.isnan(heights)).all()
