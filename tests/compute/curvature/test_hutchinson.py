"""Hutchinson's trace against exact traces, the variance of theory, and curvlinops."""

import math
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from compute.curvature.derivatives import derivatives
from compute.curvature.hutchinson import LEAST, Trace, probe
from compute.plane import parameters_of
from tests.compute.curvature.test_lanczos import dense_by_func, matrix_of, mlp

SPECTRUM = np.concatenate([[9.0, -2.0], np.linspace(-0.2, 1, 40)])


def traced(matrix: np.ndarray, seed: int, tolerance: float = 0.0, most: int = 30) -> Trace:
    trace = Trace(tolerance, most)
    while not trace.done:
        z = probe(len(matrix), seed, trace.probes)
        trace = trace.step(float(z @ matrix @ z))
    return trace


def test_mean_and_standard_error_are_those_of_the_sample():
    values = [3.0, 5.0, -1.0, 4.5]
    trace = Trace(0.01, 100)
    assert trace.error == math.inf and trace.step(3.0).error == math.inf
    for value in values:
        trace = trace.step(value)
    assert trace.mean == pytest.approx(np.mean(values), rel=1e-15)
    assert trace.error == pytest.approx(np.std(values, ddof=1) / 2, rel=1e-15)


def test_the_trace_lies_within_two_standard_errors_in_95_of_100():
    """Over 1000 seeds: 94.5 % for the t distribution of 30 probes that are nearly normal, ± 3 of its deviations, 0.7 %.

    Where one eigenvalue makes all of the spread the probes are skewed, and 92 % are usual.
    """
    eigenvalues = np.linspace(-1, 3, 60)
    matrix = matrix_of(eigenvalues)
    found = [traced(matrix, seed) for seed in range(1000)]
    within = sum(abs(trace.mean - eigenvalues.sum()) < 2 * trace.error for trace in found)
    assert 0.924 * 1000 < within < 0.966 * 1000


def test_it_is_unbiased_and_its_spread_is_that_of_theory():
    """Variance of a probe: 2 Σ H_ij² over i ≠ j. The mean of 600 · 30 probes within four of its standard errors."""
    matrix = matrix_of(SPECTRUM)
    theory = math.sqrt(2 * (np.square(matrix).sum() - np.square(np.diag(matrix)).sum()))
    found = [traced(matrix, seed) for seed in range(600)]
    assert abs(np.mean([trace.mean for trace in found]) - SPECTRUM.sum()) < 4 * theory / math.sqrt(600 * 30)
    assert np.std([trace.mean for trace in found]) == pytest.approx(theory / math.sqrt(30), rel=0.12)  # four of its own
    assert np.mean([trace.error**2 for trace in found]) == pytest.approx(theory**2 / 30, rel=0.1)


def test_a_diagonal_matrix_needs_one_probe_and_takes_the_least_number():
    trace = traced(np.diag(SPECTRUM), 0, tolerance=1e-9)
    assert trace.mean == pytest.approx(SPECTRUM.sum(), rel=1e-14) and trace.probes == LEAST and trace.converged


def test_it_ends_at_the_tolerance_or_at_the_limit():
    matrix = matrix_of(SPECTRUM)
    good = traced(matrix, 0, tolerance=0.1, most=1000)
    assert LEAST < good.probes < 1000 and good.error <= 0.1 * abs(good.mean) and good.converged
    fewer = traced(matrix, 0, tolerance=0.0, most=good.probes - 1)  # one before, it was not yet good enough
    assert fewer.error > 0.1 * abs(fewer.mean)
    limited = traced(matrix, 0, tolerance=1e-6, most=20)
    assert limited.probes == 20 and limited.done and not limited.converged


def test_a_probe_is_signs_of_a_stream_of_its_own():
    first, again, next_, other = probe(1000, 0, 0), probe(1000, 0, 0), probe(1000, 0, 1), probe(1000, 1, 0)
    assert set(first) == {-1.0, 1.0} and first.tobytes() == again.tobytes()
    for unlike in (next_, other):  # independent: the sum of 1000 signs is within four times its deviation, 32
        assert abs(first @ unlike) < 4 * math.sqrt(1000)
    assert abs(first.sum()) < 4 * math.sqrt(1000)


def test_of_a_network_within_its_error_of_the_dense_trace_and_of_curvlinops():
    """Other probes, of which curvlinops takes 70 at most: apart by at most four standard errors of the difference."""
    problem = mlp()
    exact = np.trace(dense_by_func(problem))
    with derivatives(problem, parameters_of(problem.model)) as at:
        trace = Trace(0.0, 200)
        while not trace.done:
            z = probe(at.size, 0, trace.probes)
            trace = trace.step(float(z @ at.product(z)))
    assert abs(trace.mean - exact) < 3 * trace.error < 0.3 * abs(exact)
    with warnings.catch_warnings(action="ignore"):  # what it depends on warns when it is loaded
        from curvlinops import HessianLinearOperator, hutchinson_trace  # noqa: PLC0415

        model = problem.model.eval()
        operator = HessianLinearOperator(
            model, nn.CrossEntropyLoss(), list(model.parameters()), problem.batches, check_deterministic=False
        )
        torch.manual_seed(0)
        theirs = float(hutchinson_trace(operator, num_matvecs=70, distribution="rademacher"))
    assert abs(theirs - trace.mean) < 4 * math.sqrt(1 + 200 / 70) * trace.error
