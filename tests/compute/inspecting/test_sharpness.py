"""Sharpness in the centre against closed forms and dense Hessians; interruption; what is written, and when."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from compute.errors import BadInputError
from compute.inspecting import sharpness as module
from compute.inspecting.opening import open_inspection
from compute.inspecting.sharpness import Sharpness
from compute.messages import SHARPNESS
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from compute.surveying.survey import Survey
from tests.compute.curvature.test_derivatives import dense, small_problem
from tests.compute.inspecting.test_spectrum import network, survey_of
from tests.compute.tiny import same_bits, state_of


def written(survey: Survey) -> dict | None:
    return json.loads((survey.folder / "landscape.json").read_text()).get(module.KEY)


def measured(survey: Survey) -> tuple[dict, list[str]]:
    """The entry, and what was noted; on the way nothing is written, and the steps left are never far off."""
    notes: list[str] = []
    inspection = Sharpness(survey, notes.append)
    while inspection.done < inspection.total:
        assert written(survey) is None
        inspection.step()
    with pytest.raises(IndexError):
        inspection.step()
    entry = written(survey)
    assert entry
    return entry, notes


def quadratic(eigenvalues: np.ndarray, slope: float = 0.0) -> tuple[Problem, Plane, np.ndarray]:
    """L(w) = wᵀ H w / 2 + slope Σ w, and H; at w = 0."""
    n = len(eigenvalues)
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))[0]
    matrix = basis @ np.diag(eigenvalues) @ basis.T
    h = torch.from_numpy(matrix)
    problem = Problem(
        nn.Linear(n, 1, bias=False).double(),
        [torch.ones(3)],
        loss=lambda w, batch: (w @ h @ w.T).sum() / 2 + slope * w.sum(),
        forward=lambda model, batch: model.weight,
    )
    theta = {"weight": torch.zeros(1, n).double()}
    return problem, Plane(theta, {"weight": torch.ones(1, n).double()}, None), matrix


def test_a_network_in_all_its_numbers(tmp_path, monkeypatch):
    """Against the dense gradient and Hessian. The trace within three standard errors, which are small."""
    monkeypatch.setattr(module, "ERROR", 0.1)
    problem, plane = network()
    before = state_of(problem.model)
    found, notes = measured(survey_of(problem, plane, tmp_path / "s"))
    assert same_bits(state_of(problem.model), before) and problem.model.training and not notes
    gradient, hessian = dense(problem)
    expected = np.linalg.eigvalsh(hessian)
    assert found["eigenvalues"] == pytest.approx(expected[:-6:-1], abs=1e-8)
    assert found["lambda_min"] == pytest.approx(expected[0], abs=1e-8) and expected[0] < 0
    assert found["gradient_norm"] == pytest.approx(np.linalg.norm(gradient), rel=1e-12)
    assert abs(found["trace"] - np.trace(hessian)) < 3 * found["trace_error"]
    assert found["trace_error"] <= module.ERROR * abs(found["trace"]) and 10 <= found["probes"] < module.PROBES
    assert found["parameters"] == 60 and found["examples"] == 15 and found["split"] == "train"
    assert found["seed"] == 0 and found["precision"] == "fp64" and found["converged"]
    assert len(found["residuals"]) == 5 and max(found["residuals"]) < 1e-5 * expected[-1]
    assert 60 > found["products"] - found["probes"] - 6 >= 16
    assert set(found) >= {"loss", "lambda_min_residual"}


def test_a_saddle_in_closed_form(tmp_path):
    """The five greatest and the least of known eigenvalues, the slope of √n on each weight."""
    eigenvalues = np.concatenate([[8.0, 6.0, 5.0, 4.0, 3.0, -7.0], np.linspace(-0.5, 0.5, 80)])
    problem, plane, _ = quadratic(eigenvalues, slope=0.5)
    found, _ = measured(survey_of(problem, plane, tmp_path / "s", line=True))
    assert found["eigenvalues"] == pytest.approx([8, 6, 5, 4, 3], abs=1e-8)
    assert found["lambda_min"] == pytest.approx(-7, abs=1e-8)
    assert found["loss"] == 0 and found["gradient_norm"] == pytest.approx(0.5 * math.sqrt(86), rel=1e-14)


def test_the_trace_is_unbiased_with_the_great_eigenvalues_taken_out(tmp_path, monkeypatch):
    """Over 40 seeds: the mean within four of its errors, and an error that the great ones have no part in.

    Hutchinson alone has √(2 Σ H_ij²) a probe, here about 19; of the bulk alone it is 4.
    """
    monkeypatch.setattr(module, "PROBES", 20)
    monkeypatch.setattr(module, "ERROR", 0.0)
    bulk = np.linspace(-0.5, 0.5, 80)
    problem, plane, matrix = quadratic(np.concatenate([[8.0, 6.0, 5.0, 4.0, 3.0, -7.0], bulk]))
    found = [measured(survey_of(problem, plane, tmp_path / str(seed), line=True, seed=seed))[0] for seed in range(40)]
    traces = np.array([each["trace"] for each in found])
    alone = math.sqrt(2 * np.square(bulk).sum() / 20)
    assert abs(traces.mean() - np.trace(matrix)) < 4 * alone / math.sqrt(40)
    assert traces.std(ddof=1) == pytest.approx(alone, rel=0.45)  # four of its own deviations, 1 / √(2 · 39)
    assert np.mean([each["trace_error"] ** 2 for each in found]) == pytest.approx(alone**2, rel=0.25)
    assert all(each["probes"] == 20 for each in found)


@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_few_weights_have_few_eigenvalues_and_an_exact_trace(tmp_path, n):
    eigenvalues = np.array([3.0, -2.0, 1.0, 0.5, 4.0, -1.0])[:n]
    problem, plane, _ = quadratic(eigenvalues)
    found, _ = measured(survey_of(problem, plane, tmp_path / "s", line=True))
    falling = np.sort(eigenvalues)[::-1]
    assert found["eigenvalues"] == pytest.approx(falling[:5], abs=1e-12)
    assert found["lambda_min"] == pytest.approx(falling[-1], abs=1e-12)
    assert found["trace"] == pytest.approx(eigenvalues.sum(), abs=1e-12) and found["trace_error"] < 1e-12
    assert len(found["residuals"]) == min(n, 5)


def test_a_loss_linear_in_the_weights_is_not_sharp(tmp_path):
    problem, plane, _ = quadratic(np.zeros(50), slope=1.0)
    found, notes = measured(survey_of(problem, plane, tmp_path / "s", line=True))
    assert found["eigenvalues"] == [0] * 5 and found["lambda_min"] == 0 == found["trace"] and found["converged"]
    assert found["trace_error"] == 0 and found["probes"] == 10 and not notes


def test_broken_off_it_is_done_anew_to_the_same_bits_and_once_there_not_again(tmp_path):
    problem, plane = network()
    expected, _ = measured(survey_of(problem, plane, tmp_path / "whole"))
    survey = survey_of(problem, plane, tmp_path / "broken")
    first = Sharpness(survey, print)
    for _ in range(30):
        first.step()
    assert written(survey) is None
    assert measured(survey)[0] == expected
    again = Sharpness(survey, print)
    assert again.done == again.total > 0
    other = replace(survey, task=replace(survey.task, seed=1))
    assert Sharpness(other, print).done == 0


def test_progress_grows_by_one_and_ends_where_it_says(tmp_path):
    """The number left is a guess that never is 0 too early; from the tenth probe on the error tells."""
    problem, plane = network()
    inspection = Sharpness(survey_of(problem, plane, tmp_path / "s"), print)
    assert inspection.what == SHARPNESS and inspection.done == 0
    totals = []
    while inspection.done < inspection.total:
        totals.append(inspection.total)
        inspection.step()
        assert inspection.done == len(totals)
    assert max(totals) <= 2 * inspection.done


def test_what_has_not_converged_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PRODUCTS", 20)
    problem, plane, _ = quadratic(np.linspace(-1, 1, 200))
    found, notes = measured(survey_of(problem, plane, tmp_path / "s", line=True))
    assert not found["converged"] and "did not converge in 20 products" in notes[0]
    assert max(found["residuals"]) > 1e-3 and max(found["eigenvalues"]) < 1
    assert 1e-3 < found["lambda_min_residual"] < 0.1 and found["lambda_min"] > -1


def test_a_centre_that_has_diverged_is_refused_and_nothing_written(tmp_path):
    problem, plane = network()
    broken = {name: x * torch.nan for name, x in plane.theta_star.items()}
    survey = survey_of(problem, replace(plane, theta_star=broken), tmp_path / "s")
    inspection = Sharpness(survey, print)
    with pytest.raises(BadInputError, match="not finite"):
        inspection.step()
    assert written(survey) is None


def test_recalibrated_planes_are_refused(tmp_path):
    problem, plane = network()
    survey = survey_of(problem, plane, tmp_path / "s")
    with pytest.raises(BadInputError, match="recalibrate-bn"):
        Sharpness(replace(survey, task=replace(survey.task, recalibrate_bn=True)), print)
    assert isinstance(open_inspection(SHARPNESS, survey, print), Sharpness)


def test_single_precision_is_right_to_single_precision(tmp_path):
    """A product is right to some 1e-7 of the largest eigenvalue, and so is an eigenvalue."""
    problem = small_problem(torch.float32)
    theta = parameters_of(problem.model)
    survey = survey_of(problem, Plane(theta, theta, None), tmp_path / "s", line=True, precision="fp32")
    found, _ = measured(survey)
    expected = np.linalg.eigvalsh(dense(small_problem())[1])
    assert found["eigenvalues"] == pytest.approx(expected[:-6:-1], abs=1e-5 * expected[-1])
    assert found["lambda_min"] == pytest.approx(expected[0], abs=1e-5 * expected[-1])
