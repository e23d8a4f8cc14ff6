"""Maps of extreme eigenvalues against closed forms and dense Hessians; interruption, divergence, what cannot be."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from compute.curvature import lanczos
from compute.errors import BadInputError
from compute.folder import create_folder, open_folder
from compute.inspecting import spectrum as module
from compute.inspecting.opening import open_inspection
from compute.inspecting.spectrum import Spectrum, ratio
from compute.landscape import Domain
from compute.maps import LAMBDA_MAX, LAMBDA_MIN, LAMBDA_RATIO, SPECTRUM_MAPS
from compute.measuring.execution import Execution
from compute.messages import SPECTRUM, Sample
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from compute.surveying.survey import Survey
from tests.compute.curvature.test_derivatives import dense, small_problem
from tests.compute.inspecting.closed_form import Weights
from tests.compute.tiny import random_direction, same_bits, state_of


def survey_of(
    problem: Problem,
    plane: Plane,
    folder: Path,
    *,
    side: int = 5,
    points: int = 5,
    precision: str = "fp64",
    metrics: tuple[str, ...] = ("train_loss",),
    line: bool = False,
    seed: int = 0,
) -> Survey:
    """A plane on [−1, 1]² that is to be measured; an existing folder is taken as it is."""
    beta, rows = ((0.0, 0.0), 1) if line else ((-1.0, 1.0), side)
    if not folder.exists():
        create_folder(folder, Domain((-1.0, 1.0), beta, side, rows), metrics, {"kind": "landscape"})
    task = Sample("run", str(folder), inspect_points=points, seed=seed)
    return Survey(task, folder, problem, plane, [], metrics, Execution(precision=precision), np.zeros((1, 2)))


def measured(survey: Survey) -> tuple[dict[str, np.ndarray], list[str]]:
    """All maps, and what was noted."""
    notes: list[str] = []
    inspection = Spectrum(survey, notes.append)
    while inspection.done < inspection.total:
        inspection.step()
    with pytest.raises(IndexError):
        inspection.step()
    return maps_of(survey), notes


def maps_of(survey: Survey) -> dict[str, np.ndarray]:
    return {name: np.array(open_folder(survey.folder).metrics[name]) for name in SPECTRUM_MAPS}


def described(survey: Survey) -> dict:
    return json.loads((survey.folder / "landscape.json").read_text())


def quartic() -> tuple[Problem, Plane]:
    """L(x, y) = x⁴ − 3 y²: the Hessian is diag(12 x², −6), on a plane with axes (1, 0) and (0, 1)."""
    problem = Problem(Weights(0.0, 0.0), [torch.zeros(3)], lambda w, batch: w[0] ** 4 - 3 * w[1] ** 2)
    axes = ({"weights": torch.tensor(axis).double()} for axis in ([1.0, 0.0], [0.0, 1.0]))
    return problem, Plane({"weights": torch.zeros(2).double()}, *axes)


def network() -> tuple[Problem, Plane]:
    """Convolution and BatchNorm, three unequal batches, random directions."""
    problem = small_problem()
    theta = parameters_of(problem.model)
    axes = ({name: x.double() for name, x in random_direction(theta, seed).items()} for seed in (1, 2))
    return problem, Plane(theta, *axes)


def test_a_closed_form_on_a_whole_grid(tmp_path):
    problem, plane = quartic()
    found, notes = measured(survey_of(problem, plane, tmp_path / "s"))
    bent = np.tile(12 * np.linspace(-1, 1, 5) ** 2, (5, 1))  # columns are alpha
    assert found[LAMBDA_MAX] == pytest.approx(bent, abs=1e-12)
    assert found[LAMBDA_MIN] == pytest.approx(np.full((5, 5), -6.0), abs=1e-12)
    with np.errstate(divide="ignore"):
        assert found[LAMBDA_RATIO] == pytest.approx(6 / bent, abs=1e-12)  # infinite where λmax is 0
    assert not notes


def test_a_network_at_each_node_is_that_of_its_dense_hessian(tmp_path):
    """To three digits, which the tolerance promises; mostly to more."""
    problem, plane = network()
    survey = survey_of(problem, plane, tmp_path / "s", side=3, points=3)
    before = state_of(problem.model)
    found, notes = measured(survey)
    assert same_bits(state_of(problem.model), before) and problem.model.training and not notes
    for row, beta in enumerate((-1.0, 0.0, 1.0)):
        for column, alpha in enumerate((-1.0, 0.0, 1.0)):
            with torch.no_grad():
                for name, parameter in problem.model.named_parameters():
                    parameter.copy_(plane.at(alpha, beta)[name])
            expected = np.linalg.eigvalsh(dense(problem)[1])
            assert found[LAMBDA_MIN][row, column] == pytest.approx(expected[0], rel=1e-3, abs=1e-5 * expected[-1])
            assert found[LAMBDA_MAX][row, column] == pytest.approx(expected[-1], rel=1e-3)
            low, high = found[LAMBDA_MIN][row, column], found[LAMBDA_MAX][row, column]
            assert found[LAMBDA_RATIO][row, column] == abs(low / high)


def test_only_the_coarse_grid_coarse_to_fine_and_outwards(tmp_path):
    problem, plane = quartic()
    survey = survey_of(problem, plane, tmp_path / "s", side=17, points=9)
    inspection, order = Spectrum(survey, lambda line: None), []
    assert inspection.what == SPECTRUM and inspection.total == 81
    seen = np.zeros((17, 17), np.bool_)
    while inspection.done < inspection.total:
        inspection.step()
        now = ~np.isnan(maps_of(survey)[LAMBDA_RATIO])
        order += [tuple(node) for node in np.argwhere(now & ~seen)]
        seen = now
    assert order[0] == (8, 8) and set(order) == {(r, c) for r in range(0, 17, 2) for c in range(0, 17, 2)}
    assert all(r % 4 == 0 and c % 4 == 0 for r, c in order[:25])
    distances = [math.hypot(r - 8, c - 8) for r, c in order[:25]]
    assert distances == sorted(distances)
    assert open_folder(survey.folder).maps[LAMBDA_RATIO]["examples"] == 3


@pytest.mark.parametrize("stopped_after", [1, 20, 47])
def test_interrupted_within_a_node_and_resumed_gives_the_same_bits(tmp_path, stopped_after):
    problem, plane = network()
    whole = survey_of(problem, plane, tmp_path / "whole", side=3, points=3)
    expected, _ = measured(whole)
    broken = survey_of(problem, plane, tmp_path / "broken", side=3, points=3)
    first = Spectrum(broken, lambda line: None)
    for _ in range(stopped_after):
        first.step()
    kept = first.done
    again = Spectrum(broken, lambda line: None)
    assert again.done == kept < again.total == 9
    found, _ = measured(broken)
    assert all(found[name].tobytes() == expected[name].tobytes() for name in SPECTRUM_MAPS)
    assert described(broken)["maps"] == described(whole)["maps"]
    assert described(broken)[module.KEY] == described(whole)[module.KEY]


def test_measured_on_something_else_it_begins_anew(tmp_path):
    problem, plane = quartic()
    survey = survey_of(problem, plane, tmp_path / "s")
    measured(survey)
    assert Spectrum(survey, print).done == 25
    other = replace(survey, execution=Execution(precision="fp32"))
    assert Spectrum(other, print).done == 0


def test_half_precision_gives_way_and_says_so(tmp_path):
    problem, plane = quartic()
    survey = survey_of(problem, plane, tmp_path / "s", precision="bf16")
    found, _ = measured(survey)
    assert described(survey)[module.KEY]["precision"] == "fp32"
    assert found[LAMBDA_MAX][0, 0] == pytest.approx(12, rel=1e-6)  # bf16 has three digits


def test_what_does_not_converge_is_kept_counted_and_said(tmp_path, monkeypatch):
    """With 20 products for 300 eigenvalues side by side."""
    monkeypatch.setattr(module, "PRODUCTS", 20)
    values = torch.linspace(-1, 1, 300).double()
    problem = Problem(
        nn.Linear(300, 1, bias=False).double(),
        [torch.ones(4)],
        lambda w, batch: (w.square() * values).sum() / 2,
        forward=lambda model, batch: model.weight,
    )
    theta = parameters_of(problem.model)
    plane = Plane(theta, *({"weight": torch.eye(300)[k : k + 1].double()} for k in (0, 1)))
    survey = survey_of(problem, plane, tmp_path / "s", side=3, points=3)
    first = Spectrum(survey, print)
    while first.done < 4:
        first.step()
    found, notes = measured(survey)
    nodes = described(survey)[module.KEY]["unconverged"]
    assert sorted(tuple(node[:2]) for node in nodes) == [(r, c) for r in range(3) for c in range(3)]
    assert all(1e-3 < residual < 0.1 for *_, residual in nodes)
    assert len(notes) == 1 and "9 of 9 points did not converge in 20 products" in notes[0]
    assert (found[LAMBDA_MIN] > -1).all() and (found[LAMBDA_MAX] < 1).all() and np.isfinite(found[LAMBDA_RATIO]).all()


def test_where_the_network_diverges_all_are_infinite(tmp_path):
    """√x beside its domain is NaN, on the edge has an infinite slope; on the other side the loss is −1/4 x^(−3/2)."""
    problem = Problem(Weights(0.0, 0.0), [torch.zeros(3)], lambda w, batch: w[0].sqrt() + w[1].square())
    axes = ({"weights": torch.tensor(axis).double()} for axis in ([1.0, 0.0], [0.0, 1.0]))
    survey = survey_of(problem, Plane({"weights": torch.zeros(2).double()}, *axes), tmp_path / "s")
    found, notes = measured(survey)
    for name in SPECTRUM_MAPS:
        assert np.isposinf(found[name][:, :3]).all() and np.isfinite(found[name][:, 3:]).all()
    assert found[LAMBDA_MIN][0, 4] == pytest.approx(-0.25, rel=1e-12) and found[LAMBDA_MAX][0, 4] == pytest.approx(2)
    assert "at 15 of 25 points" in notes[0]
    assert Spectrum(survey, print).done == 25  # they count as measured


def test_weights_too_large_for_their_type_have_diverged(tmp_path):
    problem, plane = quartic()
    far = Plane(plane.theta_star, {"weights": torch.tensor([1e39, 0.0], dtype=torch.float64)}, plane.eta)
    found, _ = measured(survey_of(problem, far, tmp_path / "s", precision="fp32"))
    assert np.isposinf(found[LAMBDA_RATIO][:, [0, 1, 3, 4]]).all()
    assert found[LAMBDA_MIN][:, 2] == pytest.approx([-6] * 5, rel=1e-6)


def test_a_loss_linear_in_the_weights_is_flat_with_ratio_0(tmp_path):
    model = nn.Linear(40, 1).double()
    problem = Problem(model, [torch.ones(4, 40).double()], loss=lambda output, batch: output.mean())
    theta = parameters_of(model)
    axes = ({name: x.double() for name, x in random_direction(theta, seed).items()} for seed in (1, 2))
    found, notes = measured(survey_of(problem, Plane(theta, *axes), tmp_path / "s", side=3, points=3))
    assert not any(array.any() for array in found.values()) and not notes


def test_the_ratio_of_what_is_flat_concave_or_convex():
    assert [ratio(0.0, 0.0), ratio(0.0, 2.0), ratio(-1.0, 4.0), ratio(1.0, 4.0)] == [0, 0, 0.25, 0.25]
    assert ratio(-1.0, 0.0) == math.inf and ratio(-4.0, -1.0) == 4


def test_one_weight_on_a_line(tmp_path):
    """L = w⁴ / 12: both eigenvalues are w²."""
    problem = Problem(
        nn.Linear(1, 1, bias=False).double(),
        [torch.ones(1)],
        lambda w, batch: w.pow(4).sum() / 12,
        forward=lambda model, batch: model.weight,
    )
    plane = Plane({"weight": torch.ones(1, 1).double()}, {"weight": torch.ones(1, 1).double()}, None)
    found, _ = measured(survey_of(problem, plane, tmp_path / "s", line=True))
    assert found[LAMBDA_MAX] == pytest.approx((1 + np.linspace(-1, 1, 5))[None] ** 2, abs=1e-14)
    assert found[LAMBDA_MIN].tobytes() == found[LAMBDA_MAX].tobytes()
    assert found[LAMBDA_RATIO].tolist() == [[0, 1, 1, 1, 1]]


def test_the_split_is_that_of_the_height(tmp_path):
    problem, plane = quartic()
    scaled = Problem(
        problem.model, {"train": [torch.ones(2)], "test": [2 * torch.ones(5)]}, lambda w, b: b[0] * w.square().sum() / 2
    )
    found, _ = measured(survey_of(scaled, plane, tmp_path / "s", metrics=("test_loss",)))
    assert found[LAMBDA_MAX] == pytest.approx(np.full((5, 5), 2.0), rel=1e-12)
    assert open_folder(tmp_path / "s").maps[LAMBDA_MAX]["split"] == "test"


def test_recalibrated_planes_and_other_grids_are_refused(tmp_path):
    problem, plane = quartic()
    survey = survey_of(problem, plane, tmp_path / "s")
    with pytest.raises(BadInputError, match="choose one of 5"):
        Spectrum(replace(survey, task=replace(survey.task, inspect_points=4)), print)
    with pytest.raises(BadInputError, match="recalibrate-bn"):
        Spectrum(replace(survey, task=replace(survey.task, recalibrate_bn=True)), print)
    assert isinstance(open_inspection(SPECTRUM, survey, print), Spectrum)


def test_the_seed_is_that_of_the_plane(tmp_path, monkeypatch):
    monkeypatch.setattr(lanczos, "WHOLE", 0)
    problem, plane = network()
    few = [
        measured(survey_of(problem, plane, tmp_path / str(k), side=3, points=3, seed=seed))[0][LAMBDA_MIN]
        for k, seed in enumerate((0, 0, 1))
    ]
    assert few[0].tobytes() == few[1].tobytes() != few[2].tobytes()
    assert few[0] == pytest.approx(few[2], rel=1e-3)
