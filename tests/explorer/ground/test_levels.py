"""At which values isolines are drawn: evenly, by differences, by factors or as told, and never at an extreme."""

import numpy as np
import pytest

from compute.scale import Scale, ScaleKind
from explorer.ground.levels import MOST, contour_levels, is_heavy
from explorer.looks.view import Contours, ContourStyle, Spacing

LINEAR = Scale(-1.0, 3.0, ScaleKind.LINEAR, "", 3.0)
LOG = Scale(0.01, 100.0, ScaleKind.LOG, "", 100.0)
SYMLOG = Scale(-50.0, 100.0, ScaleKind.SYMLOG, "", 100.0, 0.5)
SCALES = [LINEAR, LOG, SYMLOG]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("spacing", Spacing)
@pytest.mark.parametrize("count", [1, 7, 24])
def test_levels_are_as_many_as_wished_inside_and_in_order(scale: Scale, spacing: Spacing, count: int) -> None:
    levels = contour_levels(scale, Contours(spacing=spacing, count=count))
    if spacing is Spacing.GEOMETRIC and scale.low <= 0:
        assert levels.heights == () and "positive" in levels.complaint
        return
    assert len(levels.heights) == len(levels.values) == count and levels.complaint == ""
    assert (np.diff([0.0, *levels.heights, 1.0]) > 0).all()
    assert (np.diff([scale.low, *levels.values, scale.high]) > 0).all()
    np.testing.assert_allclose(scale.heights(np.array(levels.values)), levels.heights, atol=1e-12)


@pytest.mark.parametrize("scale", SCALES)
def test_spacings_are_what_they_are_called(scale: Scale) -> None:
    even = contour_levels(scale, Contours(spacing=Spacing.HEIGHT, count=9))
    np.testing.assert_allclose(np.diff([0, *even.heights, 1]), 0.1)
    linear = contour_levels(scale, Contours(spacing=Spacing.LINEAR, count=9))
    np.testing.assert_allclose(np.diff([scale.low, *linear.values, scale.high]), (scale.high - scale.low) / 10)
    if scale.low > 0:
        factors = contour_levels(scale, Contours(spacing=Spacing.GEOMETRIC, count=9))
        ratios = np.diff(np.log([scale.low, *factors.values, scale.high]))
        np.testing.assert_allclose(ratios, np.log(scale.high / scale.low) / 10)


def test_explicit_levels_are_sorted_and_what_lies_outside_is_reported() -> None:
    levels = contour_levels(LINEAR, Contours(levels=(2.0, 0.0, 2.0, 1.0)))
    assert levels.values == (0.0, 1.0, 2.0) and levels.heights == (0.25, 0.5, 0.75) and not levels.complaint
    some = contour_levels(LINEAR, Contours(levels=(2.0, -1.0, 3.0, 9.0, float("nan"))))
    assert some.values == (2.0,)
    assert some.complaint == "4 of 5 levels lie outside what is shown, -1 to 3"
    none = contour_levels(LOG, Contours(levels=(-1.0, 0.0)))
    assert none.values == () and "2 of 2" in none.complaint


def test_there_are_no_levels_without_lines_and_not_too_many_with() -> None:
    assert contour_levels(LINEAR, Contours(ContourStyle.OFF)).heights == ()
    assert contour_levels(LINEAR, Contours(count=0)).heights == ()
    assert contour_levels(LINEAR, Contours(count=-3)).heights == ()
    assert len(contour_levels(LINEAR, Contours(count=10 * MOST)).heights) <= MOST


def test_nothing_measured_yet_has_levels_all_the_same() -> None:
    empty = Scale(0.0, 1.0, ScaleKind.LINEAR, "nothing measured yet", 1.0)
    assert len(contour_levels(empty, Contours(count=5)).heights) == 5


def test_every_so_many_lines_are_heavier() -> None:
    assert [k for k in range(12) if is_heavy(k, 5)] == [4, 9]
    assert not any(is_heavy(k, 0) for k in range(12))
    assert all(is_heavy(k, 1) for k in range(3))
