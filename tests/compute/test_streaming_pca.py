"""Streaming principal components against the batch result and numpy's SVD; what is lost stays within its bound."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from compute.directions import streaming_state
from compute.directions.pca import pca_axes
from compute.directions.streaming import StreamingPCA
from compute.errors import BadInputError
from compute.plane import parameters_of, project
from compute.weights.fitting import stored_weights
from tests.compute.tiny import flat, same_bits, tiny_resnet

HALF_UNIT = 1e-8  # of the last place of 0.1 in float32, a large entry of a unit vector


@pytest.fixture(scope="module")
def theta_star():
    return parameters_of(tiny_resnet())


def walk(theta_star, steps: int, seed: int = 0, decay: float = 0.8):
    """A path with as many dimensions as steps, of which each counts less than the one before; ends in theta_star."""
    generator = torch.Generator().manual_seed(seed)
    scales = decay ** torch.arange(steps, dtype=torch.float64)
    n = sum(x.numel() for x in theta_star.values())
    ways = torch.randn(steps, n, generator=generator, dtype=torch.float64)
    sizes = torch.randn(steps, steps, generator=generator, dtype=torch.float64).cumsum(dim=0) * scales
    sizes[-1] = 0
    path = []
    for shift in 0.05 * sizes @ ways:
        shifts = shift.split([x.numel() for x in theta_star.values()])
        moved = zip(theta_star.items(), shifts, strict=True)
        path.append({name: (x.double() + s.view(x.shape)).to(x.dtype) for (name, x), s in moved})
    return path


def streamed(path, theta_star, rank: int | None = None) -> StreamingPCA:
    n = sum(x.numel() for x in theta_star.values())
    pca = StreamingPCA(theta_star) if rank is None else StreamingPCA(theta_star, 8 * n * rank)
    for k, weights in enumerate(path):
        pca.add(weights, str(k))
    return pca


def apart(a, b) -> float:
    return float((flat(a) - flat(b)).abs().max())


@pytest.mark.parametrize("steps", [3, 8, 60])
def test_while_the_rank_fits_the_axes_are_those_of_the_batch(theta_star, steps):
    path = walk(theta_star, steps)
    pca, batch = streamed(path, theta_star), pca_axes(path, theta_star)
    axes = pca.axes(theta_star)
    assert apart(axes.delta, batch.delta) < HALF_UNIT and apart(axes.eta, batch.eta) < HALF_UNIT
    assert axes.explained_variance == pytest.approx(batch.explained_variance, abs=1e-12)
    shares = axes.details["variance_shares"]
    assert shares[: steps - 1] == pytest.approx(batch.details["variance_shares"][: steps - 1], abs=1e-12)
    assert (axes.kind, axes.normalisation, axes.details["checkpoints"]) == ("pca", "none", steps)
    assert pca.rank == steps - 1 and pca.lost == axes.details["lost"] == 0


def test_after_each_checkpoint_they_are_those_of_the_path_so_far(theta_star):
    path, pca = walk(theta_star, 12, seed=1), StreamingPCA(theta_star)
    for k, weights in enumerate(path):
        pca.add(weights)
        if k >= 2:
            batch, axes = pca_axes(path[: k + 1], weights), pca.axes(weights)
            assert apart(axes.delta, batch.delta) < HALF_UNIT and apart(axes.eta, batch.eta) < HALF_UNIT


def test_coordinates_and_spread_are_those_of_the_weights(theta_star):
    path = walk(theta_star, 20)
    pca = streamed(path, theta_star)
    plane = pca.axes(path[7]).plane(path[7])
    x = np.stack([flat(weights).numpy() for weights in path])
    spread = np.sqrt((np.linalg.svd(x - x.mean(axis=0), compute_uv=False) ** 2).sum() / len(x))
    assert pca.spread == pytest.approx(spread, rel=1e-12)
    expected = np.array([project(plane, weights) for weights in path])
    assert np.abs(pca.coordinates(plane) - expected).max() < 1e-9 * spread
    assert pca.residual_if_fitted(3, 7) == pytest.approx(expected[3, 2], rel=1e-6)
    line = pca.axes(path[7], line=True).plane(path[7])
    assert np.abs(pca.coordinates(line) - [project(line, weights) for weights in path]).max() < 1e-9 * spread


def test_over_a_plane_that_is_not_its_own_too(theta_star):
    """As when a plane is kept: axes and centre partly outside of the basis."""
    path, others = walk(theta_star, 9), walk(theta_star, 9, seed=5)
    pca, plane = streamed(path, theta_star), pca_axes(others, others[2]).plane(others[2])
    expected = np.array([project(plane, weights) for weights in path])
    assert np.abs(pca.coordinates(plane) - expected).max() < 1e-9 * pca.spread


def test_from_disk_they_are_the_same_bits(theta_star, tmp_path):
    path, held, stored = walk(theta_star, 6), StreamingPCA(theta_star), StreamingPCA(theta_star)
    for k, weights in enumerate(path):
        save_file({f"module.{name}": x.contiguous() for name, x in weights.items()}, tmp_path / f"{k}.safetensors")
        held.add(weights)
        stored.add(stored_weights(tmp_path / f"{k}.safetensors", {n: x.shape for n, x in theta_star.items()}))
    assert same_bits(held.axes(theta_star).delta, stored.axes(theta_star).delta)


def test_a_checkpoint_that_comes_again_needs_no_new_direction(theta_star):
    path = walk(theta_star, 5)
    pca = streamed([*path, *path], theta_star)
    assert pca.rank == 4
    assert apart(pca.axes(theta_star).delta, pca_axes([*path, *path], theta_star).delta) < HALF_UNIT


@pytest.mark.parametrize("decay", [0.5, 0.9, 1.0])
@pytest.mark.parametrize("rank", [4, 9])
def test_what_is_lost_is_within_its_bound(theta_star, rank, decay):
    """Of each checkpoint the distance to what the basis still says of it, by numpy."""
    path = walk(theta_star, 40, decay=decay)
    pca = streamed(path, theta_star, rank)
    assert pca.rank == rank == pca.limit
    x = np.stack([flat(weights).numpy() for weights in path])
    said = pca._basis.origin.numpy() + pca._basis.coefficients.numpy() @ pca._basis.rows.numpy()
    errors = np.linalg.norm(x - said, axis=1)
    assert (errors <= pca.wrong_by * (1 + 1e-9)).all() and errors.max() > 0
    variance = ((x - x.mean(axis=0)) ** 2).sum()
    centred = (x - x.mean(axis=0)) - (said - said.mean(axis=0))
    assert 0 < (centred**2).sum() / variance <= (errors**2).sum() / variance <= pca.lost <= 1
    assert pca.axes(theta_star).details["lost"] == pca.lost


def test_a_basis_that_is_full_still_finds_the_plane_of_a_path_with_two_main_directions(theta_star):
    path = walk(theta_star, 60, decay=0.5)
    pca, batch = streamed(path, theta_star, 8), pca_axes(path, theta_star)
    axes = pca.axes(theta_star)
    x, mean = torch.stack([flat(weights) for weights in path]), 0
    centred = x - x.mean(dim=mean)
    kept = sum(float((centred @ flat(axis)).square().sum()) for axis in (axes.delta, axes.eta))
    best = sum(float((centred @ flat(axis)).square().sum()) for axis in (batch.delta, batch.eta))
    assert kept > best * (1 - 4 * pca.lost) and pca.lost < 1e-3
    assert axes.explained_variance == pytest.approx(batch.explained_variance, abs=2 * pca.lost**0.5)


class Full:
    """A small path through a basis that is full, and the same as plain numbers."""

    def __init__(self, checkpoints: int = 90, rank: int = 6, size: int = 40, decay: float = 0.85) -> None:
        random = np.random.default_rng(4)
        scales = decay ** np.arange(size)
        ways = np.linalg.qr(random.normal(size=(size, size)))[0]
        self.x = random.normal(size=(checkpoints, size)).cumsum(axis=0) * scales @ ways + 3
        self.path = [{"w": torch.from_numpy(row)} for row in self.x]
        self.pca = StreamingPCA({"w": torch.zeros(size)}, 8 * size * rank)
        for k, weights in enumerate(self.path):
            self.pca.add(weights, str(k))
        assert self.pca.rank == self.pca.limit == rank


def variation(x: np.ndarray) -> float:
    return float((np.linalg.svd(x - x.mean(axis=0), compute_uv=False) ** 2).sum())


def test_with_a_full_basis_the_spread_is_exact_still():
    full = Full()
    assert full.pca.given_up > 0.03 and full.pca.lost > full.pca.given_up
    for k in range(1, len(full.path) + 1):
        part = Full(k) if k in (7, 8, 40, 90) else None
        if part:
            assert part.pca.spread == pytest.approx(np.sqrt(variation(part.x) / k), rel=1e-12)


def test_with_a_full_basis_the_shares_are_of_the_whole_variance():
    full = Full()
    axes = full.pca.axes(full.path[-1])
    centred = full.x - full.x.mean(axis=0)
    along = [float(((centred @ flat(axis).numpy()) ** 2).sum()) for axis in (axes.delta, axes.eta)]
    assert axes.explained_variance == pytest.approx(np.array(along) / variation(full.x), abs=0.02)
    values = np.linalg.eigvalsh(np.cov(full.pca._basis.coefficients.numpy().T, bias=True))[::-1] * len(full.x)
    assert axes.details["variance_shares"] == pytest.approx(values / variation(full.x), rel=1e-9)
    assert sum(axes.details["variance_shares"]) < 1


def test_what_is_given_up_is_about_what_the_checkpoints_have_beside_the_basis():
    full = Full()
    said = full.pca._basis.origin.numpy() + full.pca._basis.coefficients.numpy() @ full.pca._basis.rows.numpy()
    errors = ((full.x - said) ** 2).sum()
    assert full.pca.given_up == pytest.approx(errors / variation(full.x), rel=0.3)
    assert full.pca.axes(full.path[-1]).details["given_up"] == full.pca.given_up


def test_with_a_full_basis_coordinates_are_within_their_bounds_and_residuals_not_too_small_on_the_whole():
    full = Full()
    plane = full.pca.axes(full.path[-1]).plane(full.path[-1])
    found, exact = full.pca.coordinates(plane), np.array([project(plane, weights) for weights in full.path])
    assert (np.abs(found - exact).max(axis=1) <= 2 * full.pca.wrong_by + 1e-9).all()
    assert np.sqrt((found[:, 2] ** 2).mean()) == pytest.approx(np.sqrt((exact[:, 2] ** 2).mean()), rel=0.05)
    fitted = np.array([full.pca.residual_if_fitted(k, 89) for k in range(90)])
    assert np.sqrt((fitted**2).mean()) == pytest.approx(np.sqrt((exact[:, 2] ** 2).mean()), rel=0.03)
    assert full.pca.residual_if_fitted(89, 89) == 0


@pytest.mark.parametrize("gone", [range(80, 90), range(5, 12)])
def test_forgotten_from_a_full_basis_the_spread_is_wrong_by_no_more_than_what_was_given_up_of_them(gone):
    full = Full()
    wrong_by = full.pca.wrong_by[list(gone)].sum()
    full.pca.forget([str(k) for k in gone])
    rest = np.delete(full.x, list(gone), axis=0)
    truth, m = variation(rest), len(rest)
    off = abs(full.pca.spread**2 * m - truth)
    far = np.linalg.norm((rest - full.x[0]).sum(axis=0))
    assert off <= (2 * far + wrong_by) * wrong_by / m + 1e-9
    assert full.pca.spread == pytest.approx(np.sqrt(truth / m), rel=0.02)
    for k in gone:  # and what comes after is known exactly again, beside that
        full.pca.add(full.path[k], str(k))
    assert full.pca.spread == pytest.approx(np.sqrt(variation(full.x) / 90), rel=0.02)


def test_after_forgetting_what_is_given_up_next_is_the_direction_of_least_variance_of_the_rest():
    """By numpy, on what the basis says before: the moments of those forgotten have no part in it."""
    full = Full(30)
    full.pca.forget([str(k) for k in range(20)])
    basis = full.pca._basis
    new = Full(31).path[30]
    before = basis.origin.numpy() + basis.coefficients.numpy() @ basis.rows.numpy()
    points = np.vstack([before, new["w"].numpy()])
    full.pca.add(new, "30")
    after = basis.origin.numpy() + basis.coefficients.numpy() @ basis.rows.numpy()
    least = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[6]
    assert np.linalg.norm(points - after) == pytest.approx(least, rel=1e-9)


def test_when_all_are_forgotten_the_next_ones_are_alone():
    full = Full(30)
    full.pca.forget([str(k) for k in range(30)])
    for weights in full.path[:5]:
        full.pca.add(weights)
    assert full.pca.spread == pytest.approx(np.sqrt(variation(full.x[:5]) / 5), rel=1e-12)


def test_a_full_basis_comes_back_from_disk_with_all_that_it_knew(tmp_path):
    full, file = Full(60), tmp_path / "pca.safetensors"
    full.pca.forget(["3"])
    full.pca.save(file)
    again = StreamingPCA.load(file, {"w": torch.zeros(40)}, 8 * 40 * 6)
    plane = again.axes(full.path[-1]).plane(full.path[-1])
    for known in (full.pca, again):
        known.add({"w": torch.ones(40, dtype=torch.float64)}, "new")
    assert (again.spread, again.lost, again.given_up) == pytest.approx(
        (full.pca.spread, full.pca.lost, full.pca.given_up), rel=1e-12
    )
    assert np.allclose(again.coordinates(plane), full.pca.coordinates(plane), atol=1e-9)


def test_the_basis_stays_orthonormal_through_a_thousand_changes(theta_star):
    pca = streamed(walk(theta_star, 30, decay=1.0) * 34, theta_star, 6)
    basis = pca._basis.rows.numpy()
    assert np.abs(basis @ basis.T - np.eye(6)).max() < 1e-12


def test_the_moments_that_choose_what_goes_are_those_of_the_table(theta_star):
    pca = streamed(walk(theta_star, 50, decay=1.0), theta_star, 6)
    table = pca._basis._table[: len(pca)].numpy()
    squares, sums = pca._basis._moments
    assert np.abs(squares.numpy() - table.T @ table).max() < 1e-9 * np.abs(squares.numpy()).max()
    assert np.abs(sums.numpy() - table.sum(axis=0)).max() < 1e-9 * np.abs(table).sum()


def test_what_is_forgotten_has_no_part_in_the_axes(theta_star):
    path = walk(theta_star, 14)
    pca = streamed(path, theta_star)
    pca.forget([str(k) for k in (0, 3, 13)])
    rest = [weights for k, weights in enumerate(path) if k not in (0, 3, 13)]
    axes, batch = pca.axes(theta_star), pca_axes(rest, theta_star)
    assert apart(axes.delta, batch.delta) < HALF_UNIT and apart(axes.eta, batch.eta) < HALF_UNIT
    assert pca.names == [str(k) for k in range(14) if k not in (0, 3, 13)]
    pca.add(path[3], "3")
    batch = pca_axes([*rest, path[3]], theta_star)
    assert apart(pca.axes(theta_star).eta, batch.eta) < HALF_UNIT


def test_one_that_diverged_is_refused_and_changes_nothing(theta_star):
    path = walk(theta_star, 5)
    pca, same = streamed(path[:4], theta_star), streamed(path[:4], theta_star)
    for value in (float("nan"), float("inf")):
        broken = {name: x.clone() for name, x in path[4].items()}
        broken["head.bias"][0] = value
        with pytest.raises(BadInputError, match=r"step 9: not finite, its training diverged"):
            pca.add(broken, "step 9")
        with pytest.raises(BadInputError, match="diverged"):
            StreamingPCA(theta_star).add(broken)
    assert pca.names == same.names and same_bits(pca.axes(theta_star).eta, same.axes(theta_star).eta)
    pca.add(path[4])
    assert apart(pca.axes(theta_star).eta, pca_axes(path, theta_star).eta) < HALF_UNIT


def test_points_on_a_line_span_no_plane(theta_star):
    def on_a_line(k: int):
        return {name: x * (1 + 0.5 * k) for name, x in theta_star.items()}

    pca = StreamingPCA(theta_star)
    assert not pca.spans(1) and pca.spread == 0
    for k in range(5):
        with pytest.raises(BadInputError, match="does not span a plane"):
            pca.axes(theta_star)
        pca.add(on_a_line(k))
    assert pca.spans(1) and not pca.spans(2)


@pytest.mark.parametrize("rank", [None, 5])
def test_saved_and_read_back_it_goes_on_as_if_nothing_had_been(theta_star, tmp_path, rank):
    path, file = walk(theta_star, 90), tmp_path / "pca.safetensors"
    pca = streamed(path[:70], theta_star, rank)
    pca.save(file)
    again = StreamingPCA.load(file, theta_star, 8 * pca._size * pca.limit)
    assert again.names == pca.names and [each.name for each in tmp_path.iterdir()] == [file.name]
    for k, weights in enumerate(path[70:], 70):
        pca.add(weights, str(k))
        again.add(weights, str(k))
    assert again.lost == pytest.approx(pca.lost)
    assert apart(again.axes(theta_star).delta, pca.axes(theta_star).delta) < HALF_UNIT
    assert np.allclose(again.coordinates(again.axes(theta_star).plane(theta_star)), pca.coordinates(
        pca.axes(theta_star).plane(theta_star)
    ), atol=1e-9)  # fmt: skip


def test_a_state_that_is_damaged_or_of_another_network_is_refused(theta_star, tmp_path):
    file = tmp_path / "pca.safetensors"
    with pytest.raises(BadInputError, match="cannot be read"):
        StreamingPCA.load(file, theta_star)
    streamed(walk(theta_star, 6), theta_star).save(file)
    with pytest.raises(BadInputError, match="another network"):
        StreamingPCA.load(file, {"w": torch.zeros(3)})
    with pytest.raises(BadInputError, match="another budget"):
        StreamingPCA.load(file, theta_star, 1)
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(BadInputError, match="cannot be read"):
        StreamingPCA.load(file, theta_star)


def test_a_disk_that_is_full_leaves_the_state_before(theta_star, tmp_path, monkeypatch):
    file, pca = tmp_path / "pca.safetensors", streamed(walk(theta_star, 6), theta_star)
    pca.save(file)
    before = file.read_bytes()

    def full(*_, **__):
        raise streaming_state.SafetensorError("No space left on device")

    monkeypatch.setattr(streaming_state, "save_file", full)
    with pytest.raises(OSError, match="No space left"):
        pca.save(file)
    assert file.read_bytes() == before and [each.name for each in tmp_path.iterdir()] == [file.name]


def test_the_basis_keeps_to_its_budget():
    like = {"w": torch.empty(10_000_000, device="meta")}
    assert StreamingPCA(like).limit == 6 and StreamingPCA({"w": torch.zeros(10)}).limit == 512
