"""A path over a plane: coordinates, residual, and both losses, each with the buffers that belong to it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss

from compute.errors import BadInputError
from compute.landscape import Trajectory
from compute.plane import Plane, parameters_of, project
from compute.surveying.trajectory import PathMeasurement
from compute.weights.checkpoints import write_checkpoint
from compute.weights.fitting import find_checkpoints
from tests.compute.tiny import random_direction, same_bits, state_of

X = torch.randn(16, 3, generator=torch.Generator().manual_seed(0))
Y = X.sum(dim=1, keepdim=True)


def network(seed: int) -> nn.Sequential:
    """With a norm layer, whose running statistics are a checkpoint's own; in training mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
        layers[1].running_mean.normal_()
    return layers


def loss_of(model: nn.Module) -> float:
    training = model.training
    with torch.no_grad():
        loss = float(mse_loss(model.eval()(X), Y))
    model.train(training)
    return loss


@pytest.fixture
def run(tmp_path):
    """A path of four networks, of which the last is the centre, and a plane through it."""
    for step in range(4):
        write_checkpoint(tmp_path / "checkpoints", 10 * step, network(step))
    model = network(3)
    theta_star = parameters_of(model)
    plane = Plane(theta_star, random_direction(theta_star, 1), random_direction(theta_star, 2))
    path = [replace(each, epoch=each.step / 20) for each in find_checkpoints(tmp_path)]
    return model, plane, path


def loss_on(model: nn.Module, plane: Plane):
    """The loss at a point, by weights put together in float64, and the buffers of the centre."""

    def loss_at(alpha: float, beta: float) -> float:
        moved = network(3)
        with torch.no_grad():
            for name, parameter in moved.named_parameters():
                parameter.copy_(
                    plane.theta_star[name].double()
                    + alpha * plane.delta[name].double()
                    + (beta * plane.eta[name].double() if plane.eta else 0)
                )
        return loss_of(moved)

    return loss_at


def test_every_checkpoint_with_its_place_its_loss_and_the_surface_under_it(run):
    model, plane, path = run
    trajectory = PathMeasurement(model, plane, path, lambda: loss_of(model), loss_on(model, plane))
    assert trajectory.total == 4 and not trajectory.done
    assert [point.step for point in trajectory] == [0, 10, 20, 30]
    assert trajectory.done
    found = trajectory.trajectory()
    assert isinstance(found, Trajectory)
    assert found.step.tolist() == [0, 10, 20, 30] and found.epoch.tolist() == [0, 0.5, 1, 1.5]
    for k in range(4):
        other = network(k)
        assert (found.alpha[k], found.beta[k], found.residual[k]) == project(plane, parameters_of(other))
        assert found.loss[k] == loss_of(other)  # with the running statistics of that step
        assert found.plane_loss[k] == loss_on(model, plane)(found.alpha[k], found.beta[k])
    assert found.plane_loss[3] == found.loss[3] and found.residual[3] == 0  # the centre lies on the surface
    assert np.abs(found.plane_loss[:3] - found.loss[:3]).min() > 1e-3  # the others do not


def test_the_true_loss_is_not_that_with_the_buffers_of_the_centre(run):
    """Were buffers not loaded, the path's height would be of networks that never were."""
    model, plane, path = run
    point = PathMeasurement(model, plane, path, lambda: loss_of(model)).step()
    hybrid = network(3)
    with torch.no_grad():
        for parameter, other in zip(hybrid.parameters(), network(0).parameters(), strict=True):
            parameter.copy_(other)
    assert point.loss == loss_of(network(0)) and abs(point.loss - loss_of(hybrid)) > 1e-3


@pytest.mark.parametrize("accident", [None, ValueError, KeyboardInterrupt])
def test_the_model_is_afterwards_what_it_was(run, accident):
    model, plane, path = run
    with torch.no_grad():
        model[0].bias += 1  # not the centre
    before = state_of(model)

    def true_loss() -> float:
        model(X)  # moves running statistics
        if accident:
            raise accident
        return 0.0

    measurement = PathMeasurement(model, plane, path, true_loss)
    if accident:
        with pytest.raises(accident):
            measurement.step()
        assert measurement.points == []  # and can be asked again
    else:
        list(measurement)
    assert same_bits(state_of(model), before) and model.training


def test_what_is_not_asked_is_unknown(run):
    model, plane, path = run
    measurement = PathMeasurement(model, plane, [replace(path[0], epoch=None)])
    point = measurement.step()
    assert math.isnan(point.loss) and math.isnan(point.plane_loss) and math.isnan(point.epoch)
    assert len(measurement.trajectory()) == 1


def test_on_a_line(run):
    model, plane, path = run
    line = Plane(plane.theta_star, plane.delta, None)
    measurement = PathMeasurement(model, line, path, loss_at=loss_on(model, line))
    list(measurement)
    assert not measurement.trajectory().beta.any() and measurement.trajectory().alpha[:3].all()


def test_a_checkpoint_that_diverged_is_named(run):
    model, plane, path = run
    broken = network(1)
    with torch.no_grad():
        broken[2].bias.fill_(torch.nan)
    write_checkpoint(path[1].path.parent, 10, broken)
    measurement = PathMeasurement(model, plane, path)
    measurement.step()
    with pytest.raises(BadInputError, match=r"step-000010.safetensors: not finite"):
        measurement.step()


def test_a_checkpoint_of_another_network_is_named(run):
    model, plane, path = run
    write_checkpoint(path[1].path.parent, 10, nn.Linear(2, 2))
    measurement = PathMeasurement(model, plane, path)
    measurement.step()
    with pytest.raises(BadInputError, match=r"step-000010.safetensors: is of another network"):
        measurement.step()
