"""The trained bend against the minimum found by another optimiser on an exact integral; broken off and resumed."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.optimize import minimize
from torch import nn

from compute.connecting.bending import Bending, rate_share
from compute.connecting.ends import check_apart
from compute.connecting.minibatches import Minibatches
from compute.errors import BadInputError
from compute.measuring.classification import classification
from compute.measuring.execution import Execution
from compute.messages import Connect
from compute.plane import parameters_of
from compute.problem import Problem
from tests.compute.tiny import flat, same_bits, state_of, tiny_data, tiny_resnet

FIRST, SECOND = (-1.0, 0.0), (1.0, 0.0)
MIDDLE = (0.0, 0.15)  # of the ring: not on the line, or both ways around it would be as good


class Place(nn.Module):
    """A network of two weights, whose output they are."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor(FIRST, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.place


def ring(place: torch.Tensor) -> torch.Tensor:
    """A valley around a hill."""
    return (torch.linalg.vector_norm(place - torch.tensor(MIDDLE, dtype=torch.float64)) - 1) ** 2


def ring_problem() -> Problem:
    return Problem(Place(), [torch.zeros(1, 1)], lambda output, batch: ring(output))


def order(**changes) -> Connect:
    return Connect("a", "b", "out", **changes)


def bending(problem: Problem, task: Connect, ends=None) -> Bending:
    if ends is None:
        ends = tuple({"place": torch.tensor(end, dtype=torch.float64)} for end in (FIRST, SECOND))
    return Bending(task, problem, ends, Minibatches(problem, task.batch, task.seed, Execution()))


def bent(problem: Problem, task: Connect, steps: int | None = None) -> Bending:
    trained = bending(problem, task)
    with trained.training():
        while trained.done < (steps or trained.total):
            trained.step()
    return trained


def test_a_parameter_that_is_no_floating_point_stays_and_may_not_differ():
    problem = ring_problem()
    problem.model.whole = nn.Parameter(torch.tensor([3]), requires_grad=False)
    first, second = ({"place": torch.tensor(end, dtype=torch.float64), "whole": torch.tensor([3])}
                     for end in (FIRST, SECOND))  # fmt: skip
    trained = bending(problem, order(steps=2), (first, second))
    with trained.training():
        trained.step()
    found = trained.direction(first)
    assert list(found) == ["place", "whole"] and found["whole"].tolist() == [3]
    check_apart(order(), first, second)
    with pytest.raises(BadInputError, match=r"whole differs and is torch\.int64"):
        check_apart(order(), first, {**second, "whole": torch.tensor([4])})


def mean_loss(bend: np.ndarray) -> float:
    """∫ L(φ(t)) dt."""

    def loss(t: float) -> float:
        place = (1 - t) ** 2 * np.array(FIRST) + 2 * t * (1 - t) * bend + t**2 * np.array(SECOND)
        return (np.linalg.norm(place - MIDDLE) - 1) ** 2

    return float(quad(loss, 0, 1)[0])


def test_the_bend_minimises_the_mean_loss_of_the_curve():
    task = order(steps=3000, rate=0.05)
    found = bent(ring_problem(), task).direction({"place": torch.zeros(2, dtype=torch.float64)})["place"].numpy()
    best = minimize(mean_loss, np.array([0.0, -0.5]), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9}).x
    np.testing.assert_allclose(found, best, atol=0.03)  # the noise of t: a step at the last rate is some 1e-3
    assert mean_loss(found) < 1.01 * mean_loss(best) < 0.05 * mean_loss(np.zeros(2))


def test_a_training_that_was_broken_off_goes_on_to_the_same_bits(tmp_path):
    about, like = {"of": "test"}, {"place": torch.zeros(2, dtype=torch.float64)}
    whole = bent(ring_problem(), order(steps=40))
    half = bent(ring_problem(), order(steps=40), 17)
    half.save(tmp_path / "state.pt", about)
    again = bending(ring_problem(), order(steps=40))
    again.resume(tmp_path / "state.pt", about)
    assert again.done == 17
    with again.training():
        while again.done < again.total:
            again.step()
    assert same_bits(again.direction(like), whole.direction(like))
    with pytest.raises(BadInputError, match="another curve"):
        again.resume(tmp_path / "state.pt", {"of": "something else"})


def test_a_rate_too_high_is_said():
    with pytest.raises(BadInputError, match="--rate 1e\\+200: the curve diverged at step"):
        bent(ring_problem(), order(steps=100, rate=1e200))


def test_the_network_is_what_it_was_and_the_loss_falls_with_batchnorm():
    model = tiny_resnet()
    model.requires_grad_(False)
    problem = classification(model, tiny_data(), None, ("train",))
    before, ends = state_of(model), (parameters_of(tiny_resnet(1)), parameters_of(tiny_resnet(2)))
    trained = bending(problem, order(steps=80, rate=0.1, batch=16), ends)
    losses = []
    with trained.training():
        while trained.done < trained.total:
            trained.step()
            losses.append(trained.loss)
    assert np.mean(losses[-20:]) < 0.8 * np.mean(losses[:20])
    assert same_bits(state_of(model), before)
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert not any(module.training for module in model.modules()) or model.training  # as it was given
    middle = (flat(ends[0]) + flat(ends[1])) / 2
    assert float((flat(trained.direction(ends[0])) - middle).norm()) > 0.01


def test_every_example_comes_once_in_an_epoch_and_each_epoch_in_another_order():
    problem = classification(tiny_resnet(), tiny_data(train=41), None, ("train",))
    batches = Minibatches(problem, 16, 3, Execution())
    images = problem.splits["train"].images
    seen = [torch.cat([batches[k][0] for k in range(first, first + 3)]) for first in (0, 3)]
    assert batches.per_epoch == 3 and min(len(batches[k][1]) for k in range(3)) == 13
    for epoch in seen:
        assert sorted(epoch.flatten(1).sum(1).tolist()) == sorted(images.flatten(1).sum(1).tolist())
    assert not torch.equal(*seen)


def test_the_rate_stays_then_falls_to_a_hundredth():
    assert [rate_share(share) for share in (0.0, 0.5, 0.9, 1.0)] == pytest.approx([1.0, 1.0, 0.01, 0.01])
    assert math.isclose(rate_share(0.7), 0.505)
