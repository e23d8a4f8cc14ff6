"""The trial that chooses how values are computed. No test takes the time: what each candidate takes is told."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from compute.errors import BadInputError
from compute.measuring.classification import CrossEntropy, Examples, classification
from compute.measuring.execution import Execution
from compute.measuring.execution_trial import _Trial, choose_execution, usual_execution
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.plane import parameters_of
from compute.problem import Problem
from tests.compute.tiny import CLASSES, random_plane, same_bits, state_of, tiny_data, tiny_resnet


def flattened(*layers: nn.Module) -> Problem:
    """A classification of 200 vectors."""
    torch.manual_seed(0)
    x, y = torch.randn(200, 6), torch.randint(CLASSES, (200,))
    return Problem(nn.Sequential(*layers), {"train": Examples(x, y)}, CrossEntropy())


def images(model: nn.Module | None = None) -> Problem:
    return classification(model or tiny_resnet(), tiny_data(train=100), None, ("train",))


@pytest.fixture
def timed(monkeypatch):
    """choose(problem, seconds): by what ``seconds`` says of an execution. ``choose.tried`` are those measured."""

    def choose(problem, seconds, wanted=Execution(threads=1), **more):  # noqa: B008
        choose.tried = []

        def told(self, execution):
            choose.tried.append(execution)
            return seconds(execution)

        monkeypatch.setattr(_Trial, "_seconds", told)
        plane = random_plane(parameters_of(problem.model))
        return choose_execution(problem, plane, None, wanted, seconds=1e6, **more)

    return choose


def faster(name: str, value: object, seconds: float):
    """What takes so long with a field of this value; anything else takes 1 ms."""
    return lambda execution: seconds if getattr(execution, name) == value else 1e-3


def test_the_usual_choice():
    """channels_last for images of a classification; a user's own model is left as it is."""
    assert usual_execution(images(), Execution(threads=1)) == Execution(channels_last=True, threads=1)
    assert usual_execution(flattened(nn.Linear(6, CLASSES)), Execution()).channels_last is False
    own = Problem(tiny_resnet(), [torch.zeros(2, 1, 8, 8)], lambda out, _: out.sum())
    assert usual_execution(own, Execution(precision="fp64")) == Execution(
        precision="fp64", threads=torch.get_num_threads()
    )
    assert usual_execution(images(), Execution(device="cuda")) == Execution(device="cuda", chunk=512)


def test_without_a_trial_nothing_is_measured(timed):
    assert timed(images(), lambda execution: 1 / 0, trial=False) == Execution(channels_last=True, threads=1)


@pytest.mark.parametrize(
    "problem, name, value",
    [(images(), "channels_last", False), (images(), "chunk", 32), (flattened(nn.Linear(6, CLASSES)), "chunk", 512),
     (flattened(nn.Linear(6, CLASSES)), "points_at_once", 8), (flattened(nn.Linear(6, 9)), "points_at_once", 32)],
)  # fmt: skip
def test_only_what_is_clearly_faster_is_chosen(timed, problem, name, value):
    usual = usual_execution(problem, Execution(threads=1))
    assert timed(problem, faster(name, value, 0.92e-3)) == usual
    chosen = timed(problem, faster(name, value, 0.9e-3))
    assert getattr(chosen, name) == value
    assert Execution(**{**chosen.as_dict(), name: getattr(usual, name)}) == usual


@pytest.mark.parametrize("second, taken", [(2e-3, False), (0.9e-3, True)])
def test_a_moment_that_was_busy_decides_nothing(timed, second, taken):
    """Faster by far in its best round, it must not be slower than the usual choice in any."""
    times = iter([1e-3, 1e-3, *(1e-3, 1e-4), *(1e-3, second), *(1e-3, 0.9e-3)])  # few, all, then three rounds
    problem = Problem(tiny_resnet(), [torch.randn(4, 1, 8, 8)], lambda out, _: out.square().mean())
    assert timed(problem, lambda execution: next(times, 1.0)).channels_last is taken


def test_one_thread_where_more_are_in_each_others_way(timed):
    problem, wanted = flattened(nn.Linear(6, CLASSES)), Execution(threads=2)
    assert timed(problem, faster("threads", 1, 1e-4), wanted).threads == 1
    assert timed(problem, faster("threads", 2, 1e-4), wanted).threads == 2


def test_points_that_take_long_and_networks_that_are_large_are_not_stacked(timed, monkeypatch):
    problem = flattened(nn.Linear(6, CLASSES))
    timed(problem, lambda execution: 2e-3)
    assert max(execution.points_at_once for execution in timed.tried) == 8
    timed(problem, lambda execution: 1.0)
    assert max(execution.points_at_once for execution in timed.tried) == 1
    monkeypatch.setattr("compute.measuring.execution_trial._STACK_BYTES", 4 * 21 * 40)
    timed(problem, lambda execution: 1e-4)
    assert max(execution.points_at_once for execution in timed.tried) == 32


class Telling(nn.Module):
    """Another output in channels_last: what a kernel with a fault would do."""

    def __init__(self, shift: float) -> None:
        super().__init__()
        self.conv, self.head, self.shift = nn.Conv2d(1, 2, 3), nn.Linear(72, CLASSES), shift

    def forward(self, x):
        x = self.conv(x)
        wrong = x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous()
        return self.head(x.flatten(1)) * (1 + self.shift * wrong)


@pytest.mark.parametrize("shift, taken", [(1e-7, True), (1e-2, False)])
def test_what_comes_to_other_values_cannot_win(timed, shift, taken):
    problem = Problem(Telling(shift), [(torch.randn(20, 1, 8, 8), torch.zeros(20).long())],
                      lambda out, batch: cross_entropy(out, batch[1]))  # fmt: skip
    assert timed(problem, faster("channels_last", True, 1e-4)).channels_last is taken


class Viewing(nn.Module):
    """A model that does not stand channels_last."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, 2, 3), nn.Linear(72, CLASSES)

    def forward(self, x):
        return self.head(self.conv(x).view(len(x), -1))


def test_a_model_that_does_not_stand_channels_last_is_measured_without(timed):
    assert timed(images(Viewing()), lambda execution: 1e-3).channels_last is False


class Branching(nn.Module):
    """A model that looks at its values, which vmap cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, CLASSES)

    def forward(self, x):
        x = self.layer(x)
        return -x if x.sum() > 0 else x


@pytest.mark.parametrize("layer", [Branching(), nn.Sequential(nn.Linear(6, CLASSES), nn.RReLU())])
def test_what_cannot_be_vectorised_is_not(timed, layer):
    if not isinstance(layer, Branching):
        layer[1].eval = lambda: layer[1]  # draws random numbers, in eval mode too
    assert timed(flattened(layer), faster("points_at_once", 8, 1e-5)).points_at_once == 1
    assert not any(execution.points_at_once > 1 for execution in timed.tried)


def test_a_stack_in_which_the_place_of_a_point_shows_cannot_win(timed):
    """In the last bit, and only in the last row: as with a kernel that treats what is left over in another way."""
    problem = flattened(nn.Linear(6, CLASSES))

    class Placed(CrossEntropy):
        def of_points(self, logits, batch):
            losses = super().of_points(logits, batch)
            losses[-1] = math.nextafter(float(losses[-1]), math.inf)
            return losses

    placed = Problem(problem.model, problem.batches, Placed())
    assert timed(problem, faster("points_at_once", 8, 1e-5)).points_at_once == 8
    assert timed(placed, faster("points_at_once", 8, 1e-5)).points_at_once == 1


def test_with_derivatives_or_recalibration_points_stay_single_and_formats_as_they_are(timed):
    """oneDNN's backward pass crashes on some convolutions in channels_last."""
    pinn = Problem(tiny_resnet(), [torch.randn(4, 1, 8, 8)], lambda out, _: out.square().mean(), differentiates=True)
    timed(pinn, lambda execution: 1e-5)
    assert {(e.channels_last, e.points_at_once) for e in timed.tried} == {(False, 1)}
    timed(images(), lambda execution: 1e-5, recalibrate_bn=True)
    assert {e.points_at_once for e in timed.tried} == {1}


def test_a_users_batches_are_not_cut(timed):
    problem = Problem(nn.Linear(6, 1), [torch.randn(5, 6)] * 3, lambda out, _: out.square().mean())
    timed(problem, lambda execution: 1e-5)
    assert {execution.chunk for execution in timed.tried} == {128}


def test_what_is_wrong_in_any_case_is_said():
    problem = images()
    plane = random_plane(parameters_of(problem.model))
    with pytest.raises(BadInputError, match="--metrics nonsense"):
        choose_execution(problem, plane, ("nonsense",), Execution())
    empty = Problem(nn.Linear(3, 1), [torch.zeros(0, 3)], lambda out, _: out.sum())
    with pytest.raises(BadInputError, match="one of train has 0 examples"):
        choose_execution(empty, random_plane(parameters_of(empty.model)), None, Execution())
    wrong = Problem(nn.Linear(3, 1), [torch.randn(2, 7)], lambda out, _: out.sum())
    with pytest.raises(RuntimeError, match="shapes"):
        choose_execution(wrong, random_plane(parameters_of(wrong.model)), None, Execution())
    with pytest.raises(BadInputError, match="--device cuda:99: "):
        choose_execution(problem, plane, None, Execution(device="cuda:99"))


@pytest.mark.parametrize("make", [images, lambda: flattened(nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, CLASSES))])
def test_a_real_trial_leaves_the_model_as_it_was_and_ends_in_something_that_works(make):
    problem = make()
    before, threads = state_of(problem.model), torch.get_num_threads()
    plane = random_plane(parameters_of(problem.model))
    chosen = choose_execution(problem, plane, ("train_loss",), Execution(), seconds=0.2)
    assert same_bits(problem.model.state_dict(), before) and torch.get_num_threads() == threads
    with PlaneEvaluation(problem, plane, chosen) as evaluate, PlaneEvaluation(problem, plane) as usual:
        assert evaluate([(0.01, 0.02)])[0]["train_loss"] == pytest.approx(usual([(0.01, 0.02)])[0]["train_loss"])


def test_a_line_and_an_axis_of_no_length():
    problem = flattened(nn.Linear(6, CLASSES))
    theta_star = parameters_of(problem.model)
    nothing = {name: torch.zeros_like(x) for name, x in theta_star.items()}
    plane = type(random_plane(theta_star))(theta_star, nothing, None)
    assert choose_execution(problem, plane, None, Execution(), seconds=0.05).device == "cpu"
