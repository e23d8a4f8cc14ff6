"""Principal components against scikit-learn, in memory and from disk, and how much memory they take."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from sklearn.decomposition import PCA

from compute.directions import pca
from compute.directions.pca import pca_axes
from compute.errors import BadInputError
from compute.plane import dot, parameters_of
from compute.weights.fitting import stored_weights
from tests.compute.tiny import flat, random_direction, same_bits, tiny_resnet

ROOT = Path(__file__).parents[2]
ROUNDING = 1e-6  # a few roundings of float32, relative
HALF_UNIT = 1e-8  # of the last place of 0.1 in float32, a large entry of a unit vector


@pytest.fixture(scope="module")
def theta_star():
    return parameters_of(tiny_resnet())


def wander(theta_star, steps: int, seed: int = 0):
    """A path that drifts mostly along a few directions, and ends in theta_star."""
    generator = torch.Generator().manual_seed(seed)
    ways = [random_direction(theta_star, 50 + k) for k in range(4)]
    sizes = torch.randn(steps, 4, generator=generator).double() * torch.tensor([3.0, 1.0, 0.3, 0.1])
    sizes[-1] = 0

    def at(name: str, row: torch.Tensor) -> torch.Tensor:
        return theta_star[name] + sum(float(size) * way[name] for size, way in zip(row, ways, strict=True))

    return [{name: at(name, row) for name in theta_star} for row in sizes]


def on_disk(path, folder: Path, form: str = "safetensors"):
    """The same path as files, together with a buffer that is no parameter, behind a wrapper's prefix."""
    shapes = {name: tuple(x.shape) for name, x in path[0].items()}
    stored = []
    for step, weights in enumerate(path):
        file = folder / f"{step}.{form}"
        content = {f"module.{name}": x.contiguous() for name, x in weights.items()} | {"module.mean": torch.ones(3)}
        if form == "safetensors":
            save_file(content, file)
        else:
            torch.save({"state_dict": content}, file, _use_new_zipfile_serialization=form == "pt")
        stored.append(stored_weights(file, shapes))
    return stored


@pytest.mark.parametrize("steps", [3, 8, 40])
def test_principal_components_are_those_of_scikit_learn(theta_star, steps):
    path = wander(theta_star, steps)
    axes = pca_axes(path, theta_star)
    reference = PCA(n_components=2, svd_solver="full").fit(np.stack([flat(weights).numpy() for weights in path]))
    for direction, expected in zip((axes.delta, axes.eta), reference.components_, strict=True):
        component = flat(direction).numpy()
        component *= np.sign(component @ expected)
        assert np.abs(component - expected).max() < HALF_UNIT
    assert axes.explained_variance == pytest.approx(tuple(reference.explained_variance_ratio_), abs=1e-12)
    assert axes.details["variance_shares"][:2] == list(axes.explained_variance)


@pytest.mark.parametrize("form", ["safetensors", "pt", "t7"])
def test_from_disk_they_are_the_same_bits(theta_star, tmp_path, form):
    path = wander(theta_star, 6)
    held, stored = pca_axes(path, theta_star), pca_axes(on_disk(path, tmp_path, form), theta_star)
    assert same_bits(held.delta, stored.delta) and same_bits(held.eta, stored.eta)
    assert held.explained_variance == stored.explained_variance


@pytest.mark.parametrize(("budget", "work"), [(3000, 100), (9000, 10**9), (9000, 64)])
def test_small_blocks_give_the_same_components(theta_star, tmp_path, monkeypatch, budget, work):
    path, whole = wander(theta_star, 6), pca_axes(wander(theta_star, 6), theta_star)
    monkeypatch.setattr(pca, "BUDGET", budget)
    monkeypatch.setattr(pca, "WORK", work)
    told = []
    axes = pca_axes(on_disk(path, tmp_path), theta_star, report=lambda done, total: told.append((done, total)))
    for ours, theirs in zip((axes.delta, axes.eta), (whole.delta, whole.eta), strict=True):
        assert float((flat(ours) - flat(theirs)).abs().max()) < HALF_UNIT
    assert axes.explained_variance == pytest.approx(whole.explained_variance, abs=1e-12)
    total = told[-1][1]
    assert told == [(k + 1, total) for k in range(total)] and total >= 4


def test_principal_components_are_orthogonal_unit_vectors_that_nobody_scaled_again(theta_star):
    """Were they normalised by filter, the surface would lie on another plane than the explained variance quoted."""
    axes = pca_axes(wander(theta_star, 12), theta_star)
    assert axes.normalisation == "none"
    assert axes.norms == pytest.approx((1, 1), abs=ROUNDING)
    assert axes.cosine == pytest.approx(0, abs=ROUNDING)
    assert axes.delta["head.bias"].any()  # biases took part in the path


def test_explained_variance_is_that_of_the_coordinates_on_the_final_axes(theta_star):
    """The variance of the path along each axis, as a share of all its variance."""
    path = wander(theta_star, 12)
    axes = pca_axes(path, theta_star)
    x = torch.stack([flat(weights) for weights in path])
    along = [float((x @ flat(axis)).var()) for axis in (axes.delta, axes.eta)]
    assert axes.explained_variance == pytest.approx(np.array(along) / float(x.var(dim=0).sum()), rel=1e-6)


def test_the_start_of_the_path_has_positive_coordinates(theta_star):
    for seed in range(6):
        path = wander(theta_star, 7, seed)
        axes = pca_axes(path, theta_star)
        start = {name: path[0][name] - theta_star[name] for name in theta_star}
        assert dot(start, axes.delta) > 0 and dot(start, axes.eta) > 0


def test_a_line_follows_the_first_component(theta_star):
    path = wander(theta_star, 7)
    line = pca_axes(path, theta_star, line=True)
    assert line.eta is None and same_bits(line.delta, pca_axes(path, theta_star).delta)
    assert len(line.explained_variance) == 1
    two = pca_axes(on_a_line(theta_star, 2), theta_star, line=True)
    assert two.explained_variance == pytest.approx((1,))


def on_a_line(theta_star, steps: int):
    return [{name: tensor * (1 + 0.5 * k) for name, tensor in theta_star.items()} for k in range(steps)]


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_a_path_on_a_line_spans_no_plane(theta_star, steps):
    with pytest.raises(BadInputError, match="does not span a plane"):
        pca_axes(on_a_line(theta_star, steps), theta_star)


@pytest.mark.parametrize("steps", [0, 1])
def test_a_point_spans_no_line(theta_star, steps):
    with pytest.raises(BadInputError, match="does not span a line"):
        pca_axes(on_a_line(theta_star, steps), theta_star, line=True)
    with pytest.raises(BadInputError, match="does not span a line"):
        pca_axes([theta_star] * 3, theta_star, line=True)


def test_a_checkpoint_that_diverged_is_named(theta_star, tmp_path):
    path = wander(theta_star, 5)
    path[2]["head.bias"] = torch.full_like(path[2]["head.bias"], float("nan"))
    with pytest.raises(BadInputError, match=r"checkpoint 2: .*diverged"):
        pca_axes(path, theta_star)
    with pytest.raises(BadInputError, match=r"2\.safetensors: .*diverged"):
        pca_axes(on_disk(path, tmp_path), theta_star)


MEASURE = """
import resource, sys
import torch
torch.set_num_threads(1)
from compute.directions import pca
from compute.weights.fitting import find_checkpoints, stored_weights
pca.BUDGET, pca.WORK = 2 * 2**20, 2**17  # scaled down like the network
theta_star = {f"w{k}": torch.zeros(128, 512) for k in range(8)}
shapes = {name: centre.shape for name, centre in theta_star.items()}
path = [stored_weights(each.path, shapes) for each in find_checkpoints(sys.argv[1])]
for steps in (3, 10, 40):
    pca.pca_axes(path[:steps], theta_star)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is told in other units elsewhere")
@pytest.mark.parametrize("form", ["safetensors", "pt"])
def test_memory_does_not_grow_with_the_number_of_checkpoints(tmp_path, form):
    """Peak resident memory in MB with 10 and with 40 checkpoints of 2 MB each; 3 come first, to load all code."""
    base, way = torch.randn(2, 8, 128, 512, generator=torch.Generator().manual_seed(0))
    for step in range(40):
        state = {f"w{k}": base[k] + float(np.sin(step)) * way[k] + 0.1 * step * base[7 - k] for k in range(8)}
        file = tmp_path / f"{step}.{form}"
        save_file(state, file) if form == "safetensors" else torch.save(state, file)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    _, ten, forty = map(float, done.stdout.split())
    assert forty < ten + 6  # thirty checkpoints more in memory would be 60
