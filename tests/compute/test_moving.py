"""A lent model: where its weights are put, that nothing accumulates, and that afterwards it is what it was."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from compute.errors import BadInputError
from compute.measuring.execution import Execution
from compute.measuring.moving import Stack, lent, moving, placed
from compute.plane import Plane, parameters_of
from tests.compute.tiny import random_direction, random_plane, same_bits, state_of, tiny_resnet


@pytest.fixture
def model():
    return tiny_resnet().eval()


class Odd(nn.Module):
    """What a network may have beside plain weights: some tied, frozen, of another type, or that are whole numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.tied = nn.Linear(4, 4)
        self.tied.weight = self.first.weight
        self.alias = nn.Linear(4, 4)
        self.alias.weight.data = self.first.weight.data
        self.frozen = nn.Parameter(torch.ones(3), requires_grad=False)
        self.wide = nn.Parameter(torch.ones(2, 2, dtype=torch.float64))
        self.turned = nn.Parameter(torch.arange(6.0).reshape(2, 3).t())
        self.every_other = nn.Parameter(torch.arange(6.0)[::2])
        self.whole = nn.Parameter(torch.tensor([1, 2, 3]), requires_grad=False)
        self.nothing = nn.Parameter(torch.zeros(0))
        self.number = nn.Parameter(torch.tensor(2.0))
        self.register_buffer("count", torch.tensor(7))
        self.register_buffer("hidden", torch.tensor([1.0, 2.0]), persistent=False)
        self.register_buffer("absent", None)
        self.first.weight.grad = torch.ones(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.alias(self.tied(self.first(x)))


def odd_plane(model: nn.Module) -> Plane:
    return random_plane({name: x for name, x in parameters_of(model).items() if x.is_floating_point()})


def at(plane: Plane, name: str, alpha: float, beta: float) -> torch.Tensor:
    """θ* + α δ + β η in float64, a parameter by itself."""
    return plane.theta_star[name].double() + alpha * plane.delta[name].double() + beta * plane.eta[name].double()


def addresses(model: nn.Module) -> list[int]:
    return [tensor.data_ptr() for tensor in (*model.parameters(), *model.buffers())]


def test_moving_sets_every_parameter_and_no_buffer(model):
    plane = random_plane(parameters_of(model))
    before = state_of(model)
    with moving(model, plane) as mover:
        mover.move(2.0, -0.5)
        state = model.state_dict()
        for name in plane.theta_star:
            # two roundings of float32 near 4
            assert torch.allclose(state[name].double(), at(plane, name, 2.0, -0.5), rtol=0, atol=1e-6)
        buffers = {name: state[name] for name in before if name not in plane.theta_star}
        assert same_bits(buffers, {name: before[name] for name in buffers})
        assert len(buffers) > 0


def test_parameters_of_every_kind_are_moved_and_stay_what_they_are():
    model = Odd()
    plane = odd_plane(model)
    formats = {name: parameter.stride() for name, parameter in model.named_parameters()}
    with moving(model, plane) as mover:
        mover.move(0.5, 2.0)
        for name, parameter in model.named_parameters():
            if name == "whole":
                assert parameter.tolist() == [1, 2, 3]
            elif name == "alias.weight":
                assert torch.equal(parameter, model.first.weight)  # it shares memory, so it shares the plane
            else:
                assert torch.allclose(parameter.double(), at(plane, name, 0.5, 2.0), rtol=0, atol=1e-6), name
            if name != "every_other":  # has gaps, which ours need not have
                assert parameter.stride() == formats[name], name
            assert parameter.data_ptr() % 64 == 0 or not parameter.numel()
        assert model.tied.weight is model.first.weight
        assert model.alias.weight.data_ptr() == model.first.weight.data_ptr()
        assert not model.frozen.requires_grad and model.first.weight.requires_grad
        assert model.wide.dtype == torch.float64


def test_a_line_has_no_second_axis(model):
    theta_star = parameters_of(model)
    plane = Plane(theta_star, random_direction(theta_star, 1), None)
    with moving(model, plane) as mover:
        mover.move(2.0, 0.0)
        for name, parameter in model.named_parameters():
            expected = theta_star[name].double() + 2.0 * plane.delta[name].double()
            assert torch.allclose(parameter.double(), expected, rtol=0, atol=1e-6)


def test_one_update_moves_all_parameters_of_a_type(model):
    """They are views of one vector."""
    with moving(model, random_plane(parameters_of(model))) as mover:
        bases = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
        assert len(bases) == len(mover.planes) == 1


def test_nothing_accumulates_from_point_to_point(model):
    """After any walk, (0, 0) is the centre bit for bit and every other point is what it was the first time."""
    plane = random_plane(parameters_of(model))
    with moving(model, plane) as mover:
        mover.move(0.3, 0.1)
        first = parameters_of(model)
        for k in range(50):
            mover.move(1e6 * np.sin(k), 0.1 * k)
        mover.move(np.nan, np.inf)
        mover.move(0.3, 0.1)
        assert same_bits(parameters_of(model), first)
        mover.move(0.0, 0.0)
        assert same_bits(parameters_of(model), plane.theta_star)


def test_a_point_has_the_same_bits_from_whichever_side_one_comes(model):
    """A serpentine walk and one row by row agree; that the rows of a peer are shifted came from walking."""
    plane = random_plane(parameters_of(model))
    grid = [(alpha, beta) for beta in (-1.0, 0.1, 0.7) for alpha in (-0.3, 0.2, 0.9)]
    serpentine = grid[:3] + grid[5:2:-1] + grid[6:]
    with moving(model, plane) as mover:

        def walk(points):
            return {point: (mover.move(*point), parameters_of(model))[1] for point in points}

        straight, turned = walk(grid), walk(serpentine)
    assert all(same_bits(straight[point], turned[point]) for point in grid)


@pytest.mark.parametrize("live", ["state_dict", "data"])
def test_the_centre_is_a_copy_even_of_the_live_weights(model, live):
    """The model's own tensors given as theta_star: a sweep must not move its own origin."""
    weights = model.state_dict() if live == "state_dict" else {n: p.data for n, p in model.named_parameters()}
    theta_star = {name: weights[name] for name, _ in model.named_parameters()}
    kept = {name: tensor.clone() for name, tensor in theta_star.items()}
    with moving(model, random_plane(theta_star)) as mover:
        mover.move(1.0, 1.0)
        assert same_bits(theta_star, kept)
        mover.move(0.0, 0.0)
        assert same_bits(parameters_of(model), kept)


@pytest.mark.parametrize("accident", [None, ValueError, KeyboardInterrupt])
def test_afterwards_the_model_is_what_it_was_whatever_happened(model, accident):
    """Also when it did not stand in the centre, when somebody trained it on the way, and when torch raised."""
    model.train()
    model.norm.eval()
    before, where = state_of(model), addresses(model)
    modes = [module.training for module in model.modules()]
    plane = random_plane({name: tensor + 1 for name, tensor in parameters_of(model).items()})

    def sweep() -> None:
        with moving(model, plane) as mover:
            mover.move(3.0, 4.0)
            model.train()(torch.ones(2, 1, 8, 8)).sum().backward()  # moves running statistics, makes gradients
            with torch.no_grad():
                model.head.weight.add_(1)
            model.norm.running_mean = model.norm.running_mean + 1
            if accident:
                raise accident

    if accident:
        with pytest.raises(accident):
            sweep()
    else:
        sweep()
    assert same_bits(model.state_dict(), before)
    assert addresses(model) == where  # the tensors themselves, to which an optimiser holds on
    assert int(model.norm.num_batches_tracked) == 0
    assert [module.training for module in model.modules()] == modes
    assert all(parameter.grad is None for parameter in model.parameters())


def test_an_odd_model_is_what_it_was_too():
    model = Odd()
    before, where, gradient = state_of(model), addresses(model), model.first.weight.grad
    parameters = list(model.parameters())
    with moving(model, odd_plane(model)) as mover:
        mover.move(1.0, 1.0)
        model.count += 1
        model.hidden = torch.zeros(5)
        model.absent = torch.zeros(1)
        model.first.weight = nn.Parameter(torch.zeros(4, 4))
        model.register_buffer("late", torch.zeros(1))
    assert same_bits(model.state_dict(), before)
    assert addresses(model) == where
    assert all(now is then for now, then in zip(model.parameters(), parameters, strict=True))
    assert model.hidden.tolist() == [1.0, 2.0] and model.absent is None and not hasattr(model, "late")
    assert model.first.weight.grad is gradient and model.tied.weight is model.first.weight


@pytest.mark.filterwarnings("ignore")  # for scripting is no longer advised
def test_a_scripted_model_can_be_lent():
    """Its tensors are held by another kind of dictionary."""
    model = torch.jit.script(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)))
    before, where = state_of(model), addresses(model)
    plane = random_plane(parameters_of(model))
    with moving(model, plane) as mover:
        model.train()
        model(torch.ones(2, 3))
        mover.move(0.5, -1.0)
        for name, parameter in model.named_parameters():
            assert torch.allclose(parameter.double(), at(plane, name, 0.5, -1.0), rtol=0, atol=1e-6)
        assert torch.equal(dict(model.named_buffers())["1.running_mean"], torch.zeros(2))
    assert same_bits(model.state_dict(), before) and addresses(model) == where


def test_when_the_plane_does_not_fit_the_model_is_untouched(model):
    before, where = state_of(model), addresses(model)
    theta_star = parameters_of(model)
    named, shaped = dict(theta_star), dict(theta_star)
    del named["head.bias"]
    shaped["head.bias"] = torch.zeros(99)
    with (
        pytest.raises(BadInputError, match=r"directions: nothing for parameter head\.bias"),
        moving(model, random_plane(named)),
    ):
        pass
    with (
        pytest.raises(BadInputError, match=r"head\.bias has shape \(99,\), but \(3,\) in the network"),
        moving(model, random_plane(shaped)),
    ):
        pass
    assert same_bits(model.state_dict(), before) and addresses(model) == where


def test_every_point_finds_the_buffers_as_they_were(model):
    """A forward pass in training mode counts, changes statistics and replaces tensors; the next point must not see."""
    before = state_of(model)
    buffers = [name for name, _ in model.named_buffers()]
    with moving(model, random_plane(parameters_of(model))) as mover:
        for _ in range(2):
            model.train()(torch.ones(2, 1, 8, 8))
            model.norm.running_var = torch.full((2,), 9.0)
            mover.move(0.1, 0.2)
            state = model.state_dict()
            assert same_bits({name: state[name] for name in buffers}, {name: before[name] for name in buffers})


def test_two_sweeps_of_one_model_take_turns(model):
    """Each finds its own weights again, and the model is its own afterwards."""
    before, theta_star = state_of(model), parameters_of(model)
    one, two = random_plane(theta_star, 1), random_plane(theta_star, 2)
    with moving(model, one) as first, moving(model, two) as second:
        for _ in range(2):
            for plane, mover in ((one, first), (two, second)):
                mover.move(0.5, -0.25)
                for name, parameter in model.named_parameters():
                    assert torch.allclose(parameter.double(), at(plane, name, 0.5, -0.25), rtol=0, atol=1e-6)
    assert same_bits(model.state_dict(), before)


def test_eval_mode_while_lent_and_each_module_its_own_mode_after(model):
    model.train()
    model.head.eval()
    with moving(model, random_plane(parameters_of(model))):
        assert not any(module.training for module in model.modules())
    assert model.training and model.norm.training and not model.head.training


def test_weights_that_overflow_are_told_from_large_ones(model):
    theta_star = parameters_of(model)
    plane = random_plane(theta_star)
    with moving(model, plane) as mover:
        for alpha, finite in ((1e30, True), (3.4e38, False), (1e300, False), (math.inf, False), (math.nan, False)):
            mover.move(alpha, 0.0)
            assert mover.finite is finite
            assert finite == all(bool(parameter.isfinite().all()) for parameter in model.parameters())
        mover.move(0.0, 1e300)
        assert not mover.finite
        mover.move(0.5, 0.5)
        assert mover.finite
    theta_star["head.bias"][0] = math.inf
    with moving(model, random_plane(theta_star)) as mover:
        assert not mover.finite


def test_a_bound_that_is_passed_is_no_overflow_yet(model):
    """Two large axes that cancel: weights are small, whatever the sum of the sizes says."""
    theta_star = parameters_of(model)
    delta = {name: torch.full_like(x, 2e38) for name, x in theta_star.items()}
    plane = Plane(theta_star, delta, {name: -x for name, x in delta.items()})
    with moving(model, plane) as mover:
        mover.move(1.0, 1.0)
        assert mover.finite


def test_placed_in_another_precision_and_memory_format_and_back(model):
    model.to(memory_format=torch.contiguous_format)
    before, where = state_of(model), addresses(model)
    plane = random_plane(parameters_of(model))
    with moving(model, plane, Execution(precision="fp64", channels_last=True)) as mover:
        mover.move(0.1, 0.2)
        assert {tensor.dtype for tensor in model.parameters()} == {torch.float64}
        assert {tensor.dtype for tensor in model.buffers()} == {torch.float64, torch.int64}
        assert model.stem.weight.is_contiguous(memory_format=torch.channels_last)
        assert not model.blocks[0].conv1.weight.is_contiguous()
        for name, parameter in model.named_parameters():
            assert torch.allclose(parameter, at(plane, name, 0.1, 0.2), rtol=0, atol=1e-15)
    assert same_bits(model.state_dict(), before) and addresses(model) == where


def test_placed_without_a_plane(model):
    before, where = state_of(model), addresses(model)
    model.train()
    with placed(model, Execution(precision="fp64")):
        assert model.head.weight.dtype == model.norm.running_mean.dtype == torch.float64
        assert torch.equal(model.head.weight, before["head.weight"].double())
        assert not model.training
        model.norm.running_mean.zero_()
    assert same_bits(model.state_dict(), before) and addresses(model) == where and model.training


def test_lent_gives_back_tensors_that_were_exchanged():
    model = Odd()
    before = state_of(model)
    with pytest.raises(ZeroDivisionError), lent(model):
        model.frozen.data = torch.zeros(9)
        model.count.data = torch.tensor(0)
        raise ZeroDivisionError
    assert same_bits(model.state_dict(), before)


def test_rows_of_a_stack_have_the_bits_of_single_points(model):
    """Whatever their neighbours and their place, and however many of the rows are asked for."""
    plane = random_plane(parameters_of(model))
    points = [(0.1, 0.2), (-3.0, 1e-3), (1e30, 0.0), (math.nan, 0.0), (0.7, 0.7)]
    with moving(model, plane) as mover:
        stack = Stack(mover.planes, 4)
        for some in (points[:4], points[3:], points[4:]):
            stack.put(some)
            filled = some + [some[-1]] * (4 - len(some))
            for k, point in enumerate(filled):
                mover.move(*point)
                assert stack.finite[k] == mover.finite
                assert same_bits({n: x[k].clone() for n, x in stack.parameters.items()}, parameters_of(model))


def test_a_stack_takes_the_memory_of_its_rows_and_no_more(model):
    """However many points a grid has."""
    parameters = sum(parameter.numel() for parameter in model.parameters())
    with moving(model, random_plane(parameters_of(model))) as mover:
        stack = Stack(mover.planes, 8)
        storages = {x.untyped_storage().data_ptr(): x.untyped_storage().nbytes() for x in stack.parameters.values()}
        assert sum(storages.values()) < 8 * 4 * 2 * parameters  # less than twice, with the gaps of a tiny network
