"""Lengths, slopes and curvatures of a plane: what they are does not depend on the axes."""

import numpy as np
import pytest
import scipy.linalg
import torch

from compute.errors import BadInputError
from compute.inspecting.gram import gram_of
from compute.plane import Plane

RANDOM = np.random.default_rng(0)
AXES = RANDOM.normal(size=(2, 7))
GRADIENT = RANDOM.normal(size=7)
HALF = RANDOM.normal(size=(7, 7))
HESSIAN = HALF + HALF.T


def plane(axes: np.ndarray) -> Plane:
    tensors = [{"w": torch.from_numpy(axis)} for axis in axes]
    return Plane({"w": torch.zeros(7)}, tensors[0], tensors[1] if len(axes) > 1 else None)


def test_the_slope_is_the_norm_of_the_projection_on_the_plane():
    basis = scipy.linalg.orth(AXES.T)
    assert gram_of(plane(AXES)).slope(AXES @ GRADIENT) == pytest.approx(np.linalg.norm(basis.T @ GRADIENT), rel=1e-13)


def test_curvatures_are_those_of_the_generalised_eigenvalue_problem_and_of_orthonormal_axes():
    gram = gram_of(plane(AXES))
    found = gram.curvatures(AXES @ HESSIAN @ AXES.T)
    assert found == pytest.approx(scipy.linalg.eigh(AXES @ HESSIAN @ AXES.T, AXES @ AXES.T, eigvals_only=True))
    basis = scipy.linalg.orth(AXES.T)
    assert found == pytest.approx(np.linalg.eigvalsh(basis.T @ HESSIAN @ basis), rel=1e-12)


def test_lengths_are_those_of_weight_space_and_steps_come_back():
    gram, step = gram_of(plane(AXES)), np.array([0.3, -2.0])
    assert gram.length(step) == pytest.approx(np.linalg.norm(step @ AXES), rel=1e-13)
    upright = gram.root.T @ step
    assert np.linalg.norm(upright) == pytest.approx(gram.length(step)) and gram.coordinates(upright) == pytest.approx(
        step
    )


def test_on_a_line_everything_is_one_number():
    gram = gram_of(plane(AXES[:1]))
    unit = AXES[0] / np.linalg.norm(AXES[0])
    assert gram.slope(AXES[:1] @ GRADIENT) == pytest.approx(abs(unit @ GRADIENT), rel=1e-13)
    assert gram.curvatures(AXES[:1] @ HESSIAN @ AXES[:1].T) == pytest.approx([unit @ HESSIAN @ unit], rel=1e-13)
    assert gram.length(np.array([2.0, 5.0])) == pytest.approx(2 * np.linalg.norm(AXES[0]))


def test_what_is_not_finite_has_no_curvature_and_parallel_axes_are_refused():
    assert np.isnan(gram_of(plane(AXES)).curvatures(np.full((2, 2), np.nan))).all()
    with pytest.raises(BadInputError, match="parallel"):
        gram_of(plane(np.stack([AXES[0], -2 * AXES[0]]))).slope(np.ones(2))
