"""The path as a drawing: lines where the numbers are."""

import numpy as np
import pytest

from compute.landscape import Trajectory
from explorer.reporting.charts import BOTTOM, HEIGHT, LEFT, MOST_DOTS, RIGHT, TOP, WIDTH, path_charts
from explorer.reporting.markup import joined
from tests.explorer.reporting.reported import Page


def path(loss, plane_loss=(), residual=None) -> Trajectory:
    n = np.arange(len(loss), dtype=float)
    residual = n if residual is None else np.array(residual, float)
    return Trajectory(10 * n, n, n, n, residual, np.array(loss, float), np.array(plane_loss, float))


def drawn(*arguments, **options) -> Page:
    return Page(joined(*path_charts(*arguments, **options)))


def points(page: Page, style: str) -> list[np.ndarray]:
    lines = [line["points"] for line in page.all("polyline") if line["class"] == style]
    return [np.array([[float(number) for number in pair.split(",")] for pair in line.split()]) for line in lines]


def test_values_lie_where_their_logarithm_is():
    page = drawn(path([100.0, 10.0, 1.0]), "train loss", "plane")
    (line,) = points(page, "own")
    assert line[:, 0] == pytest.approx([LEFT, (LEFT + WIDTH - RIGHT) / 2, WIDTH - RIGHT], abs=0.06)
    assert line[:, 1] == pytest.approx([TOP, (TOP + HEIGHT - BOTTOM) / 2, HEIGHT - BOTTOM], abs=0.06)
    assert "log scale" in page.text


def test_values_of_less_than_a_decade_are_linear():
    page = drawn(path([4.0, 3.0, 1.0]), "train loss", "plane")
    (line,) = points(page, "own")
    assert line[1, 1] == pytest.approx(TOP + (HEIGHT - TOP - BOTTOM) / 3, abs=0.06)
    assert "log scale" not in page.text


def test_both_losses_share_a_scale_and_the_distance_has_its_own():
    page = drawn(path([2.0, 1.0], [4.0, 1.0], [0.5, 0.0]), "train loss", "plane")
    (own,), (under,), (away,) = (points(page, style) for style in ("own", "under", "away"))
    assert under[0, 1] == pytest.approx(TOP, abs=0.06)
    assert own[0, 1] == pytest.approx(TOP + (HEIGHT - TOP - BOTTOM) * 2 / 3, abs=0.06)
    assert away[0, 1] == pytest.approx(TOP, abs=0.06)
    assert [label["aria-label"].count(" at the first") for label in page.all("svg")] == [2, 1]


def test_gaps_are_gaps():
    page = drawn(path([4.0, 3.0, np.nan, 2.0, 1.0, np.inf]), "train loss", "plane")
    assert [len(line) for line in points(page, "own")] == [2, 2]
    assert len([dot for dot in page.all("circle") if dot["class"] == "own-dot"]) == 4


def test_what_is_not_known_has_no_chart():
    assert path_charts(path([np.nan, np.nan], residual=[np.nan, np.nan]), "loss", "plane") == []
    assert len(path_charts(path([np.nan, np.nan]), "loss", "plane")) == 1


def test_a_curve_between_networks_has_one_loss_over_its_length():
    page = drawn(path([2.0, 3.0, 2.0], [2.0, 3.0, 2.0]), "train loss", "plane", connected=True)
    assert len(page.all("svg")) == 1
    assert "train loss along the curve" in page.text
    assert "step" not in page.text


@pytest.mark.parametrize("loss", [[1.0], [1.0, 1.0], [0.0, 0.0], [-1.0, 2.0], [1e-300, 1e300], [0.0, 5.0]])
def test_odd_values_are_drawn_inside_the_frame(loss):
    page = drawn(path(loss), "loss", "plane")
    for dot in page.all("circle"):
        assert LEFT - 0.1 <= float(dot["cx"]) <= WIDTH
        assert TOP - 0.1 <= float(dot["cy"]) <= HEIGHT - BOTTOM + 0.1


def test_many_checkpoints_are_a_line_without_dots():
    count = MOST_DOTS + 1
    assert not drawn(path(np.arange(1.0, count + 1)), "loss", "plane").all("circle")
    assert drawn(path(np.arange(1.0, count)), "loss", "plane").all("circle")
