"""From a choice to axes: every kind and pair, between checkpoints, and from a file."""

import json
import math
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from compute.directions.axes import Axes, checked, paired
from compute.directions.choice import DirectionChoice
from compute.directions.choose import Surroundings, choose_axes, ends
from compute.directions.gaussian import random_axes
from compute.directions.gradient import gradient_axis
from compute.directions.hessian import hessian_axes
from compute.directions.pca import pca_axes
from compute.directions.stored import read_axes, write_axes
from compute.errors import BadInputError
from compute.folder import DIRECTIONS_FILE
from compute.plane import Plane, parameters_of, project
from compute.weights.checkpoints import write_checkpoint
from compute.weights.fitting import find_checkpoints
from tests.compute.curvature.test_derivatives import small_problem
from tests.compute.tiny import flat, random_direction, same_bits


@pytest.fixture
def around(tmp_path):
    """A problem, and a path of five networks that ends in it."""
    problem = small_problem(torch.float32)
    theta_star = parameters_of(problem.model)
    for step in (30, 20, 10, 3, 0):
        with torch.no_grad():
            for name, parameter in problem.model.named_parameters():
                other = random_direction(theta_star, step)[name]
                parameter.copy_(theta_star[name] + (30 - step) / 30 * other)
        write_checkpoint(tmp_path / "run" / "checkpoints", step, problem.model)
    with torch.no_grad():
        for name, parameter in problem.model.named_parameters():
            parameter.copy_(theta_star[name])
    return Surroundings(theta_star, find_checkpoints(tmp_path / "run"), problem)


def same(axes: Axes, delta, eta) -> bool:
    return same_bits(axes.delta, delta) and (axes.eta is None if eta is None else same_bits(axes.eta, eta))


def held(around):
    """The path in memory."""
    loaded = [load_file(checkpoint.path) for checkpoint in around.checkpoints]
    return [{name: weights[name] for name in around.theta_star} for weights in loaded]


def test_single_kinds_are_what_their_functions_give(around):
    theta_star, problem = around.theta_star, around.problem
    random = random_axes(theta_star, 5, "layer", ("bias",))
    chosen = choose_axes(DirectionChoice("random", "layer", ("bias",), seed=5), around)
    assert same(chosen, random.delta, random.eta) and chosen.describe() == random.describe()
    pca = pca_axes(held(around), theta_star)
    chosen = choose_axes(DirectionChoice("pca"), around)
    assert same(chosen, pca.delta, pca.eta) and chosen.explained_variance == pca.explained_variance
    hessian = hessian_axes(problem, theta_star, which="magnitude", seed=2)
    chosen = choose_axes(DirectionChoice("hessian", which="magnitude", seed=2), around)
    assert same(chosen, hessian.delta, hessian.eta) and chosen.describe() == hessian.describe()


def test_the_second_axis_of_the_gradient_is_by_default_random(around):
    """The one that would be second of two random ones, filter-normalised."""
    chosen = choose_axes(DirectionChoice("gradient", seed=4), around)
    down, random = gradient_axis(around.problem, around.theta_star), random_axes(around.theta_star, 4)
    assert same(chosen, down.delta, random.eta)
    assert (chosen.kind, chosen.normalisation) == ("gradient,random", "none,filter")
    assert chosen.details["delta"]["gradient_norm"] > 0 and chosen.details["eta"]["seed"] == 4
    pair = choose_axes(DirectionChoice("gradient,random", seed=4), around)
    assert pair.describe() == chosen.describe()


@pytest.mark.parametrize("kind", ["pca", "random", "hessian", "gradient"])
@pytest.mark.parametrize("second", ["pca", "random", "hessian", "gradient"])
def test_any_two_kinds_make_a_plane(around, kind, second):
    if kind == second:
        return
    chosen = choose_axes(DirectionChoice(f"{kind},{second}"), around)
    first, other = (choose_axes(DirectionChoice(each, line=True), around) for each in (kind, second))
    eta = random_axes(around.theta_star, 0).eta if second == "random" else other.delta
    assert same(chosen, first.delta, eta)
    assert abs(chosen.cosine) < 1 and chosen.kind == f"{kind},{second}"
    json.dumps(chosen.describe(), allow_nan=False)


@pytest.mark.parametrize("kind", ["pca", "random", "hessian", "gradient"])
def test_any_kind_makes_a_line(around, kind):
    line = choose_axes(DirectionChoice(kind, line=True), around)
    assert line.eta is None and line.cosine is None and len(line.norms) == 1
    plane = choose_axes(DirectionChoice(kind), around)
    assert float((flat(line.delta) - flat(plane.delta)).abs().max()) < 1e-5
    json.dumps(line.describe(), allow_nan=False)
    assert line.plane(around.theta_star).eta is None


def test_a_line_between_two_checkpoints_has_them_at_0_and_1(around):
    """By their steps or by their files."""
    weights = held(around)
    first, last = around.checkpoints[1], around.checkpoints[3]
    for kind in ("between:3,20", f"between:{first.path},{last.path}"):
        choice = DirectionChoice(kind)
        assert [each.path for each in ends(choice, around.checkpoints)] == [first.path, last.path]
        axes = choose_axes(choice, replace(around, theta_star=weights[1]))
        assert axes.eta is None and axes.kind == "between"
        alpha, _, residual = project(axes.plane(weights[1]), weights[3])
        assert alpha == pytest.approx(1, abs=1e-7) and residual < 1e-6  # the difference was rounded to float32
        assert project(axes.plane(weights[1]), weights[1]) == (0, 0, 0)


def test_a_plane_through_three_checkpoints_is_the_triangle_as_it_is(around):
    weights = held(around)
    axes = choose_axes(DirectionChoice("between:0,10,20"), replace(around, theta_star=weights[0]))
    a, b, c = (flat(weights[k]) for k in (0, 2, 3))
    assert flat(axes.delta).numpy() == pytest.approx((b - a).numpy(), abs=1e-6)
    assert flat(axes.eta).numpy() == pytest.approx((c - a).numpy(), abs=1e-6)
    expected = float((b - a) @ (c - a) / (b - a).norm() / (c - a).norm())
    assert axes.cosine == pytest.approx(expected, abs=1e-6) and abs(expected) > 0.1
    alpha, beta, _ = project(axes.plane(weights[0]), weights[3])
    assert (alpha, beta) == pytest.approx((0, 1), abs=1e-6)


def test_between_the_same_or_on_one_line_is_refused(around, tmp_path):
    start = around.theta_star
    for k in (1, 2):
        save_file({name: (x * (1 + k)).contiguous() for name, x in start.items()}, tmp_path / f"{k}.safetensors")
    names = [str(around.checkpoints[-1].path), *(str(tmp_path / f"{k}.safetensors") for k in (1, 2))]
    with pytest.raises(BadInputError, match="parallel, so they span no plane"):
        choose_axes(DirectionChoice(f"between:{','.join(names)}"), around)
    with pytest.raises(BadInputError, match="length 0, so it leads nowhere"):
        choose_axes(DirectionChoice("between:30,30"), around)


def test_a_folder_between_is_its_last_checkpoint(around, tmp_path):
    for step in (1, 2):
        x = {name: (x * (1 + step)).contiguous() for name, x in around.theta_star.items()}
        save_file(x, tmp_path / f"step-{step}.safetensors")
    found = ends(DirectionChoice(f"between:0,{tmp_path}"), around.checkpoints)
    assert [end.path for end in found] == [around.checkpoints[0].path, tmp_path / "step-2.safetensors"]


def test_between_nothing_is_refused(around):
    with pytest.raises(BadInputError, match="--directions between:0,7: 7 is neither a file, nor a run, nor the step"):
        choose_axes(DirectionChoice("between:0,7"), around)
    assert ends(DirectionChoice("pca"), around.checkpoints) == []


def test_derivatives_need_a_problem(around):
    for kind in ("hessian", "gradient"):
        with pytest.raises(BadInputError, match=f"--directions {kind}: .*needs a model and data"):
            choose_axes(DirectionChoice(kind), replace(around, problem=None))


def test_progress_is_told(around):
    told = []
    around = replace(around, report=lambda what, done, total: told.append((what, done, total)))
    choose_axes(DirectionChoice("pca,hessian"), around)
    assert {what for what, _, _ in told} == {"principal components", "products with the Hessian"}
    assert told[0][1:] == (1, 2) and told[-1][2] is None


def test_axes_come_back_from_a_file_bit_for_bit_with_all_that_is_known(around, tmp_path):
    for kind, line in (("pca", False), ("random", True), ("gradient,hessian", False)):
        axes = choose_axes(DirectionChoice(kind, line=line), around)
        write_axes(tmp_path / DIRECTIONS_FILE, axes)
        for again in (
            read_axes(tmp_path / DIRECTIONS_FILE, around.theta_star),
            choose_axes(DirectionChoice(f"file:{tmp_path / DIRECTIONS_FILE}"), around),
        ):
            assert same(again, axes.delta, axes.eta)
            assert json.loads(json.dumps(again.describe())) == json.loads(json.dumps(axes.describe()))
    first = choose_axes(DirectionChoice(f"file:{tmp_path / DIRECTIONS_FILE}", line=True), around)
    assert first.eta is None


def test_a_file_without_a_header_is_read_as_what_it_is(around, tmp_path):
    """As version 0.1 wrote them."""
    axes = random_axes(around.theta_star, 0)
    tensors = {f"{axis}.{name}": x for axis in ("delta", "eta") for name, x in getattr(axes, axis).items()}
    save_file(tensors, tmp_path / "d.safetensors")
    again = read_axes(tmp_path / "d.safetensors", around.theta_star)
    assert same(again, axes.delta, axes.eta) and (again.kind, again.normalisation) == ("file", "unknown")


def test_files_of_another_network_damaged_or_of_something_else_are_one_line(around, tmp_path):
    """At first what was missing was a KeyError."""
    theta_star, path = around.theta_star, tmp_path / "d.safetensors"
    write_axes(path, random_axes(theta_star, 0))
    with pytest.raises(BadInputError, match=r"it lacks delta\.extra"):
        read_axes(path, theta_star | {"extra": torch.ones(2)})
    with pytest.raises(BadInputError, match=r"in another shape delta\.0\.weight"):
        read_axes(path, theta_star | {"0.weight": torch.ones(2)})
    save_file({f"delta.{name}": x * math.nan for name, x in theta_star.items()}, path)
    with pytest.raises(BadInputError, match="not finite"):
        read_axes(path, theta_star)
    save_file({"w": torch.ones(1)}, path)
    with pytest.raises(BadInputError, match="holds no directions"):
        read_axes(path, theta_star)
    for header in ("[1]", "{", '{"details": 3}', '{"explained_variance": "x"}'):
        save_file({f"delta.{name}": x for name, x in theta_star.items()}, path, metadata={"axes": header})
        with pytest.raises(BadInputError, match=r"d\.safetensors"):
            read_axes(path, theta_star)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(BadInputError, match="cannot be read"):
        read_axes(path, theta_star)
    with pytest.raises(BadInputError, match="cannot be read"):
        choose_axes(DirectionChoice(f"file:{tmp_path / 'none'}"), around)


def test_a_checkpoint_of_another_network_is_named(around):
    with pytest.raises(BadInputError, match=r"step-000000\.safetensors: is of another network"):
        choose_axes(DirectionChoice("pca"), replace(around, theta_star={"w": torch.ones(2)}))


def test_axes_that_span_nothing_are_refused():
    one = {"w": torch.tensor([3.0, 4.0])}
    assert checked(Axes("x", "none", one, None), "x").norms == (5,)
    with pytest.raises(BadInputError, match="second direction has the length 0"):
        checked(Axes("x", "none", one, {"w": torch.zeros(2)}), "x")
    with pytest.raises(BadInputError, match="first direction has the length nan"):
        checked(Axes("x", "none", {"w": torch.full((2,), math.nan)}, one), "x")
    with pytest.raises(BadInputError, match="parallel"):
        checked(paired(Axes("x", "none", one, None), Axes("y", "none", {"w": -2 * one["w"]}, None)), "x")


def test_a_plane_of_axes():
    delta, eta = {"w": torch.ones(2)}, {"w": torch.tensor([1.0, -1.0])}
    plane = Axes("x", "none", delta, eta).plane({"w": torch.zeros(2)})
    assert isinstance(plane, Plane) and plane.delta is delta and plane.eta is eta
