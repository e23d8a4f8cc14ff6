"""The valley of a minimum: against areas and maxima by formulas."""

import math

import numpy as np
import pytest

from compute.landscape import Landscape
from compute.scale import ScaleKind
from explorer.desk.valley_wording import basin_lines, sharpness_line
from explorer.ground.basins import as_key, lowest_minimum, sharpness, valley
from explorer.ground.staging import Stage
from explorer.looks.view import Scaling, View
from tests.explorer.lines import line
from tests.explorer.mapped import GRAM
from tests.surfaces import BOWL, DOUBLE_WELL, Surface

LINEAR = View(height=Scaling(ScaleKind.LINEAR))


def staged(surface: Surface, n: int = 129, tilt: float = 0.0, view: View = LINEAR) -> Stage:
    domain, values = surface.on_grid(n, n)
    values = values + tilt * domain.alphas + 1
    return Stage(Landscape("s", domain, {"train_loss": values}, np.ones((n, n), np.uint32)), view)


def test_a_bowl_reaches_down_from_the_lowest_place_of_its_rim():
    """(x − 1/4)² + 2 (y + 1/2)² on [−1, 1]²: first met at (1/4, −1), so an ellipse with half axes √c and √(c / 2)."""
    stage = staged(BOWL)
    place = lowest_minimum(stage.critical)
    found = valley(stage.critical, place, as_key(GRAM))
    level = 2 * 0.25
    assert place == pytest.approx((0.25, -0.5))
    assert (found.is_pass, found.loss) == (False, pytest.approx(1.0))
    assert found.up_to == pytest.approx(1 + level)
    assert found.basin.area == pytest.approx(math.pi * level / math.sqrt(2), rel=2e-3)
    assert found.basin.weight_area == pytest.approx(math.sqrt(np.linalg.det(GRAM)) * found.basin.area)
    assert not found.basin.at_boundary


@pytest.mark.parametrize("kind", [ScaleKind.LINEAR, ScaleKind.LOG])
def test_two_wells_meet_at_the_saddle_and_each_is_as_wide(kind):
    """(x² − 1)² + 2 y² below 1: for each well the area between ±√((1 − (x² − 1)²) / 2), x from 0 to √2."""
    stage = staged(DOUBLE_WELL, tilt=0.01, view=View(height=Scaling(kind)))
    x = np.linspace(0, math.sqrt(2), 20001)
    expected = np.trapezoid(2 * np.sqrt(np.maximum(1 - (x**2 - 1) ** 2, 0) / 2), x)
    minima = [(point.alpha, point.beta) for point in stage.critical.points if point.slice_index == 0]
    assert len(minima) == 2
    for place in minima:
        found = valley(stage.critical, place, None)
        assert found.is_pass and found.up_to == pytest.approx(2.0, abs=0.01)
        assert found.basin.area == pytest.approx(expected, rel=0.03)
        assert found.basin.weight_area is None and found.basin.minima == 1
    assert lowest_minimum(stage.critical) == min(minima)


def test_sharpness_is_the_rise_within_a_ball_of_weight_space_on_either_scale():
    """Of 1 + (x − 1/4)² + 2 (y + 1/2)² within ε of G: ε² times the largest eigenvalue of (1, 2) in G, over 1 + 1."""
    epsilon = 0.5
    most = np.linalg.eigvals(np.linalg.solve(GRAM, np.diag([1.0, 2.0]))).real.max()
    for kind in (ScaleKind.LINEAR, ScaleKind.LOG):
        stage = staged(BOWL, view=View(height=Scaling(kind)))
        found = sharpness(stage.map, lowest_minimum(stage.critical), epsilon, as_key(GRAM))
        assert found.whole
        assert found.percent == pytest.approx(100 * epsilon**2 * most / 2, rel=2e-3)


def test_a_line_has_no_valley_and_a_slope_without_a_way_out_none_either():
    stage = Stage(line(), LINEAR)
    assert valley(stage.critical, lowest_minimum(stage.critical), None) is None
    assert sharpness(stage.map, (0.0, 0.0), 0.1, as_key(GRAM)) is None
    slope = staged(Surface(lambda x, y: x + 0.1 * y + 3, (), (), (), (-1, 1), (-1, 1)), n=9)
    assert valley(slope.critical, lowest_minimum(slope.critical), None) is None
    assert valley(slope.critical, (0.123, 0.4), None) is None


def test_in_words():
    stage = staged(DOUBLE_WELL, tilt=0.01)
    found = valley(stage.critical, lowest_minimum(stage.critical), as_key(GRAM))
    (first, tip), (second, _) = basin_lines(found)
    assert first == f"Basin below 2: {100 * found.basin.share:.0f} % of the slice"
    assert "the pass to its neighbour" in tip and second.startswith("area in weight space ")
    assert basin_lines(None)[0][0].startswith("Its basin cannot be told")
    within, beyond = (
        sharpness_line(sharpness(stage.map, lowest_minimum(stage.critical), epsilon, as_key(GRAM)))[0]
        for epsilon in (0.1, 100.0)
    )
    assert within.startswith("ε-sharpness ") and "at least" not in within
    assert beyond.startswith("ε-sharpness at least ")
    assert sharpness_line(None)[0] == "ε-sharpness: unknown, beside a hole or of a loss ≤ −1"
