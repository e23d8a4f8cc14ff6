"""Maps of gradient and curvature against derivatives by hand, resumed, on lines, and where the network diverged."""

import math

import numpy as np
import pytest
import torch

from compute.errors import BadInputError
from compute.folder import open_folder, read_description
from compute.inspecting.plane_maps import PlaneMaps
from compute.landscape import Domain
from compute.maps import PLANE_MAPS
from tests.compute.inspecting.closed_form import SKEWED, UPRIGHT, weights_at
from tests.compute.inspecting.measured import finish, survey
from tests.compute.tiny import same_bits, state_of

DOMAIN = Domain((-1.0, 1.0), (-0.5, 0.5), 17, 17)
FILES = [f"{name}.npy" for name in PLANE_MAPS] + ["landscape.json"]


def loss(x, y):
    return x**3 + 2 * x * y + torch.sin(y)


def by_hand(alpha: float, beta: float) -> dict[str, float]:
    """In the plane of skewed axes, which is all of weight space: the norm of the gradient is that within the plane."""
    x, y = weights_at(alpha, beta)
    gradient = np.array([3 * x**2 + 2 * y, 2 * x + math.cos(y)])
    low, high = np.linalg.eigvalsh([[6 * x, 2], [2, -math.sin(y)]])
    slopes = SKEWED @ gradient
    norm = np.linalg.norm(gradient)
    return dict(zip(PLANE_MAPS, (*slopes, norm, norm, low, high), strict=True))


def test_values_are_those_by_hand_at_the_nodes_of_the_coarse_grid_and_nowhere_else(tmp_path):
    one = survey(tmp_path / "a", loss, DOMAIN, inspect_points=9)
    before = state_of(one.problem.model)
    finish(PlaneMaps(one, print))
    assert same_bits(one.problem.model.state_dict(), before)
    land = open_folder(one.folder)
    for row in range(17):
        for column in range(17):
            values = {name: float(land.metrics[name][row, column]) for name in PLANE_MAPS}
            if row % 2 or column % 2:
                assert all(map(math.isnan, values.values()))
            else:
                expected = by_hand(land.domain.alphas[column], land.domain.betas[row])
                assert values == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert land.maps["slope"] == {"examples": 3, "split": "train", "precision": "fp64"}
    assert (np.asarray(land.counts("slope"))[::2, ::2] == 3).all() and land.counts("slope").sum() == 3 * 81


@pytest.mark.parametrize("steps", [1, 30, 80])
def test_broken_off_anywhere_it_goes_on_and_ends_with_the_same_bytes(tmp_path, steps):
    whole, cut = (survey(tmp_path / name, loss, DOMAIN) for name in ("whole", "cut"))
    finish(PlaneMaps(whole, print))
    finish(PlaneMaps(cut, print), steps)
    again = PlaneMaps(cut, print)
    assert (again.done, again.total) == (steps, 81)
    assert finish(again) == 81 - steps
    with pytest.raises(IndexError):
        again.step()
    for file in FILES:
        assert (cut.folder / file).read_bytes() == (whole.folder / file).read_bytes()


def test_a_finer_grid_goes_on_from_a_coarser_one(tmp_path):
    finish(PlaneMaps(survey(tmp_path / "a", loss, DOMAIN, inspect_points=5), print))
    again = PlaneMaps(survey(tmp_path / "a", loss, DOMAIN, inspect_points=9), print)
    assert (again.done, again.total) == (25, 81)


def test_on_a_line_there_is_one_curvature_and_no_slope_across(tmp_path):
    line = Domain((-1.0, 1.0), (0.0, 0.0), 17, 1)
    finish(PlaneMaps(survey(tmp_path / "a", loss, line, UPRIGHT), print))
    land = open_folder(tmp_path / "a")
    x = land.domain.alphas[::2]
    values = {name: np.asarray(land.metrics[name])[0, ::2] for name in PLANE_MAPS}
    assert values["gradient_alpha"] == pytest.approx(3 * x**2) and (values["gradient_beta"] == 0).all()
    assert (
        values["curvature_low"] == pytest.approx(6 * x) and (values["curvature_high"] == values["curvature_low"]).all()
    )
    assert values["slope"] == pytest.approx(3 * x**2)
    assert values["gradient_norm"] == pytest.approx(np.hypot(3 * x**2, 2 * x + 1))  # across the line too


def test_where_the_network_diverged_all_are_infinite_and_it_is_said(tmp_path):
    said = []
    finish(PlaneMaps(survey(tmp_path / "a", lambda x, y: torch.log(x + 0.1) + y, DOMAIN, UPRIGHT), said.append))
    land = open_folder(tmp_path / "a")
    for name in PLANE_MAPS:
        values = np.asarray(land.metrics[name])[::2, ::2]
        assert np.isposinf(values[:, :4]).all() and np.isfinite(values[:, 4:]).all()
    assert said == ["a: no derivatives at 36 of 81 points: not finite there"]


def test_other_examples_or_splits_measure_anew_and_recalibrated_planes_are_refused(tmp_path):
    finish(PlaneMaps(survey(tmp_path / "a", loss, DOMAIN), print))
    two = survey(tmp_path / "a", loss, DOMAIN)
    two.problem.batches.append(torch.zeros(2))
    assert PlaneMaps(two, print).done == 0
    assert read_description(tmp_path / "a")["maps"]["slope"]["examples"] == 5
    with pytest.raises(BadInputError, match="--recalibrate-bn"):
        PlaneMaps(survey(tmp_path / "b", loss, DOMAIN, recalibrate_bn=True), print)
