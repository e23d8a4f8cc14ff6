"""Sampling end to end: what stands in the folder is the loss of the network at that point of the plane."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Domain
from compute.levels import levels
from compute.loss import METRICS, Evaluation
from compute.plane import Plane, moving, parameters_of
from compute.sampling import Sampler
from tests.compute.tiny import flat, random_plane, same_bits, state_of, tiny_data, tiny_resnet

CENTRE = np.zeros((1, 2))


def writer(folder, domain: Domain, metrics=("train_loss",)) -> LandscapeWriter:
    create_folder(folder, domain, metrics, {"kind": "landscape"})
    return LandscapeWriter(folder)


def test_a_linear_model_with_squared_loss_gives_its_exact_quadratic(tmp_path):
    """L(θ* + αδ + βη) with L = mean |Xθ − y|² is c + g·(α, β) + (α, β) H (α, β) / 2 in closed form.

    Nothing about it is symmetric, neither grid nor ranges nor axes: a transposition or a shifted row would show.
    """
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(30, n, generator=generator, dtype=torch.float64) for n in (6, 1))
    model = nn.Linear(6, 1).double()
    theta_star = parameters_of(model)
    plane = random_plane(theta_star)
    domain = Domain((-3.0, 1.0), (-0.5, 1.5), 17, 9)

    def at(alpha: float, beta: float) -> dict[str, float]:
        mover.move(alpha, beta)
        with torch.no_grad():
            return {"train_loss": float((model(x) - y).square().mean())}

    with moving(model, plane) as mover:
        for _ in Sampler(writer(tmp_path, domain), at, 30, CENTRE):
            pass

    design = torch.cat([x, torch.ones(30, 1, dtype=torch.float64)], dim=1)  # weights, then bias, as in ``flat``
    rest = design @ flat(theta_star) - y[:, 0]
    along = torch.stack([design @ flat(plane.delta), design @ flat(plane.eta)])
    gradient, hessian = (2 * along @ rest / 30).numpy(), (2 * along @ along.T / 30).numpy()
    expected = np.empty((9, 17))
    for row in range(9):
        for column in range(17):
            p = np.array([-3 + 4 * column / 16, -0.5 + 2 * row / 8])
            expected[row, column] = float(rest.square().mean()) + gradient @ p + p @ hessian @ p / 2
    landscape = open_folder(tmp_path)
    assert landscape.main == pytest.approx(expected, rel=1e-12)
    assert np.all(landscape.examples == 30)
    assert domain.alphas[12] == domain.betas[2] == 0
    assert landscape.main[2, 12] == at_centre(model, x, y)


def at_centre(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    with torch.no_grad():
        return float((model(x) - y).square().mean())


def test_steps_count_what_is_done_and_say_when_a_level_is_complete(tmp_path):
    sampler = Sampler(writer(tmp_path, Domain((-1, 1), (-1, 1), 9, 9)), lambda *_: {"train_loss": 1.0}, 1, CENTRE)
    assert (sampler.next_level, sampler.done, sampler.total, sampler.levels) == (0, 0, 81, 2)
    steps = list(sampler)
    assert [step.done for step in steps] == list(range(1, 82))
    assert [step.level for step in steps] == [0] * 25 + [1] * 56
    assert [k for k, step in enumerate(steps, 1) if step.level_complete] == [25, 81]
    assert sampler.next_level is None
    with pytest.raises(IndexError):
        sampler.step()


def test_a_second_sampler_goes_on_where_the_first_stopped_and_measures_nothing_twice(tmp_path):
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 9, 9)
    asked: list[tuple[float, float]] = []

    def measure(alpha: float, beta: float) -> dict[str, float]:
        asked.append((alpha, beta))
        return {"train_loss": alpha + 10 * beta}

    first = Sampler(writer(tmp_path, domain), measure, 1, CENTRE)
    for _ in range(33):
        first.step()
    second = Sampler(LandscapeWriter(tmp_path), measure, 1, CENTRE)
    assert (second.done, second.next_level) == (33, 1)
    assert sum(1 for _ in second) == 81 - 33
    assert len(asked) == len(set(asked)) == 81
    alphas, betas = np.meshgrid(domain.alphas, domain.betas)
    assert np.array_equal(open_folder(tmp_path).main, alphas + 10 * betas)


def test_a_point_whose_measurement_raises_stays_unmeasured(tmp_path):
    def measure(alpha: float, beta: float) -> dict[str, float]:
        raise MemoryError

    sampler = Sampler(writer(tmp_path, Domain((-1, 1), (-1, 1), 5, 5)), measure, 1, CENTRE)
    with pytest.raises(MemoryError):
        sampler.step()
    assert sampler.done == 0
    assert not open_folder(tmp_path).measured
    assert np.isnan(open_folder(tmp_path).main).all()


@pytest.mark.parametrize("accident", [False, True])
def test_a_sweep_leaves_the_network_as_it_was(tmp_path, accident):
    """All parameters and buffers, the counts of batches included: finished, or broken off by an error."""
    model, data = tiny_resnet(), tiny_data()
    model(data.train_images)
    before = state_of(model)
    evaluation = Evaluation(model, data.train_images, data.train_labels)
    with moving(model, random_plane(parameters_of(model))) as mover:
        sampler = Sampler(writer(tmp_path, Domain((-1, 1), (-1, 1), 5, 5), METRICS), at(mover, evaluation), 40, CENTRE)
        sampler.step()
        assert same_bits(parameters_of(model), {name: before[name] for name, _ in model.named_parameters()})
        sampler.step()
        assert not same_bits(parameters_of(model), {name: before[name] for name, _ in model.named_parameters()})
        if not accident:
            list(sampler)
    assert same_bits(model.state_dict(), before)


def at(mover, evaluation: Evaluation):
    def measure(alpha: float, beta: float) -> dict[str, float]:
        mover.move(alpha, beta)
        return dict(evaluation())

    return measure


def test_points_that_diverge_are_recorded_as_such_and_spoil_no_other(tmp_path):
    """Along alpha the weights overflow. The same grid without those points has the same bits everywhere else."""
    model, data = tiny_resnet().eval(), tiny_data()
    theta_star = parameters_of(model)
    plane = random_plane(theta_star)
    evaluation = Evaluation(model, data.train_images, data.train_labels)
    overflowing = Plane(theta_star, {name: 5e37 * tensor for name, tensor in plane.delta.items()}, plane.eta)
    domain = Domain((-2.0, 2.0), (-1.0, 1.0), 9, 9)
    with moving(model, overflowing) as mover:
        list(Sampler(writer(tmp_path / "wild", domain, METRICS), at(mover, evaluation), 40, CENTRE))
    with moving(model, plane) as mover:
        list(Sampler(writer(tmp_path / "tame", domain, METRICS), at(mover, evaluation), 40, CENTRE))
    wild, tame = open_folder(tmp_path / "wild"), open_folder(tmp_path / "tame")
    centre = 4
    assert domain.alphas[centre] == 0
    assert np.array_equal(wild.main[:, centre], tame.main[:, centre])
    assert np.isfinite(tame.main).all()
    for metric in METRICS:
        assert (np.delete(wild.metrics[metric], centre, axis=1) == math.inf).all()
    assert (wild.examples == 40).all()  # measured, and not to be measured again


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(tmp_path):
    model, data = tiny_resnet(), tiny_data()
    evaluation = Evaluation(model, data.train_images, data.train_labels)
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        with moving(model, random_plane(parameters_of(model), seed)) as mover:
            target = writer(tmp_path / name, Domain((-1, 1), (-1, 1), 5, 5), METRICS)
            list(Sampler(target, at(mover, evaluation), 40, CENTRE))
    one, same, other = ((tmp_path / name / "train_loss.npy").read_bytes() for name in ("one", "same", "other"))
    assert one == same
    assert one != other


def test_a_grid_that_is_not_square_has_the_levels_of_its_shorter_axis(tmp_path):
    sampler = Sampler(writer(tmp_path, Domain((-1, 1), (-1, 1), 17, 5)), lambda *_: {"train_loss": 0.0}, 1, CENTRE)
    assert sampler.levels == levels(5) == 1
    assert {step.level for step in sampler} == {0}
