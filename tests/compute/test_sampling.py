"""Sampling end to end: what stands in the folder is the loss of the network at that point of the plane."""

import itertools
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss

from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Domain
from compute.levels import level_of, levels
from compute.measuring.classification import classification
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from compute.refinement import Region, Rule
from compute.surveying.sampling import AHEAD, RESOLUTION, TOLERANCE, Sampler
from tests.compute.sweeping import SURFACES, Function, measured_by
from tests.compute.tiny import flat, random_plane, same_bits, state_of, tiny_data, tiny_resnet

CENTRE = np.zeros((1, 2))
METRICS = ("train_loss", "train_accuracy")


class Killed(Exception):  # noqa: N818  no error of anybody
    """Stands for the end of the process."""


class Measured:
    """A surface in place of a network; notes what it is asked, and can be made to fail."""

    def __init__(self, surface: Function, at_once: int = 1) -> None:
        self.at_once, self.asked = at_once, list[list[tuple[float, float]]]()
        self.fails: Callable[[], bool] = lambda: False
        self._surface = surface

    def __call__(self, points: Sequence[tuple[float, float]]) -> list[dict[str, float]]:
        if self.fails():
            raise Killed
        self.asked.append(list(points))
        return [{"train_loss": float(self._surface(np.float64(alpha), np.float64(beta)))} for alpha, beta in points]

    @property
    def points(self) -> list[tuple[float, float]]:
        """Everything asked, in order."""
        return list(itertools.chain.from_iterable(self.asked))


def square(n: int) -> Domain:
    return Domain((-1.0, 1.0), (-1.0, 1.0), n, n)


def writer(folder: Path, domain: Domain, metrics: tuple[str, ...] = ("train_loss",)) -> LandscapeWriter:
    create_folder(folder, domain, metrics, {"kind": "landscape"})
    return LandscapeWriter(folder)


def node(domain: Domain, point: tuple[float, float]) -> tuple[int, int]:
    """Row and column of a point that was asked for."""
    return int(np.flatnonzero(domain.betas == point[1])[0]), int(np.flatnonzero(domain.alphas == point[0])[0])


def plain(x: np.float64, y: np.float64) -> np.float64:
    """Neither symmetric nor positive."""
    return x + 10 * y


# ── with a network ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", [(9, 17), (1, 17), (5, 9)])
def test_a_linear_model_with_squared_loss_gives_its_exact_quadratic(tmp_path: Path, shape: tuple[int, int]) -> None:
    """L(θ* + αδ + βη) with L = mean |Xθ − y|² is c + g·(α, β) + (α, β) H (α, β) / 2 in closed form.

    Nothing about it is symmetric, neither grid nor ranges nor axes: a transposition or a shifted row would show.
    """
    rows, columns = shape
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(30, n, generator=generator, dtype=torch.float64) for n in (6, 1))
    model = nn.Linear(6, 1).double()
    theta_star = parameters_of(model)
    plane = random_plane(theta_star)
    domain = Domain((-3.0, 1.0), (-0.5, 1.5) if rows > 1 else (0.0, 0.0), columns, rows)
    batches = [(x[:12], y[:12]), (x[12:], y[12:])]  # of different size: a mean of means would show
    problem = Problem(model, batches, lambda output, batch: mse_loss(output, batch[1]))
    lined = plane if rows > 1 else Plane(theta_star, plane.delta, None)
    with PlaneEvaluation(problem, lined) as measure:
        assert list(Sampler(writer(tmp_path, domain), measure, measure.examples, CENTRE))[-1].done == rows * columns

    design = torch.cat([x, torch.ones(30, 1, dtype=torch.float64)], dim=1)  # weights, then bias, as in ``flat``
    rest = design @ flat(theta_star) - y[:, 0]
    along = torch.stack([design @ flat(plane.delta), design @ flat(plane.eta)])
    gradient, hessian = (2 * along @ rest / 30).numpy(), (2 * along @ along.T / 30).numpy()
    expected = np.empty(shape)
    for row, column in np.ndindex(shape):
        p = np.array([-3 + 4 * column / (columns - 1), -0.5 + 2 * row / (rows - 1) if rows > 1 else 0.0])
        expected[row, column] = float(rest.square().mean()) + gradient @ p + p @ hessian @ p / 2
    landscape = open_folder(tmp_path)
    assert landscape.main == pytest.approx(expected, rel=1e-12)
    assert np.all(landscape.examples == 30)


@pytest.mark.parametrize("accident", [False, True])
def test_a_sweep_leaves_the_network_as_it_was(tmp_path: Path, accident: bool) -> None:
    """All parameters and buffers, the counts of batches included: finished, or broken off by an error."""
    model, data = tiny_resnet(), tiny_data()
    model(data.train.images(torch.arange(40)))
    before = state_of(model)
    problem = classification(model, data, 40, ("train",))
    try:
        with PlaneEvaluation(problem, random_plane(parameters_of(model))) as measure:
            sampler = Sampler(writer(tmp_path, square(5), METRICS), measure, 40, CENTRE)
            sampler.step()
            sampler.step()
            if accident:
                raise Killed
            list(sampler)
    except Killed:
        assert open_folder(tmp_path).measured == 2
    assert same_bits(model.state_dict(), before)


def test_points_that_diverge_are_recorded_as_such_and_spoil_no_other(tmp_path: Path) -> None:
    """Along alpha the weights overflow. The same grid without those points has the same bits everywhere else."""
    model, data = tiny_resnet().eval(), tiny_data()
    theta_star = parameters_of(model)
    plane = random_plane(theta_star)
    overflowing = Plane(theta_star, {name: 5e37 * tensor for name, tensor in plane.delta.items()}, plane.eta)
    domain = Domain((-2.0, 2.0), (-1.0, 1.0), 9, 9)
    problem = classification(model, data, 40, ("train",))
    for name, chosen in (("wild", overflowing), ("tame", plane)):
        with PlaneEvaluation(problem, chosen) as measure:
            list(Sampler(writer(tmp_path / name, domain, METRICS), measure, 40, CENTRE))
    wild, tame = open_folder(tmp_path / "wild"), open_folder(tmp_path / "tame")
    centre = 4
    assert domain.alphas[centre] == 0
    assert np.array_equal(wild.main[:, centre], tame.main[:, centre])
    assert np.isfinite(tame.main).all()
    for metric in METRICS:
        assert (np.delete(wild.metrics[metric], centre, axis=1) == math.inf).all()
    assert (wild.examples == 40).all()  # measured, and not to be measured again


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(tmp_path: Path) -> None:
    model, data = tiny_resnet(), tiny_data()
    problem = classification(model, data, 40, ("train",))
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        with PlaneEvaluation(problem, random_plane(parameters_of(model), seed)) as measure:
            list(Sampler(writer(tmp_path / name, square(5), METRICS), measure, 40, CENTRE))
    one, same, other = ((tmp_path / name / "train_loss.npy").read_bytes() for name in ("one", "same", "other"))
    assert one == same
    assert one != other


# ── steps and levels ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_steps_count_what_is_done_and_say_when_a_level_is_complete(tmp_path: Path) -> None:
    sampler = Sampler(writer(tmp_path, square(9)), Measured(plain), 1, CENTRE)
    assert (sampler.next_level, sampler.done, sampler.total, sampler.levels) == (0, 0, 81, 2)
    steps = list(sampler)
    assert [step.done for step in steps] == list(range(1, 82))
    assert {step.total for step in steps} == {81}
    assert [step.level for step in steps] == [0] * 25 + [1] * 56
    assert [k for k, step in enumerate(steps, 1) if step.level_complete] == [25, 81]
    assert sampler.next_level is None
    with pytest.raises(IndexError):
        sampler.step()


@pytest.mark.parametrize(("n_alpha", "n_beta"), [(17, 9), (5, 33), (51, 51), (26, 26), (6, 3), (33, 1)])
@pytest.mark.parametrize("tolerance", [None, 1e-9])
def test_every_value_stands_where_it_was_measured_and_levels_come_in_order(
    tmp_path: Path, n_alpha: int, n_beta: int, tolerance: float | None
) -> None:
    """No row is shifted, as by a walk that turns at its end, and none is exchanged with a column."""
    domain = Domain((-3.0, 1.0), (-2.0, 2.0) if n_beta > 1 else (0.5, 0.5), n_alpha, n_beta)
    measure = Measured(lambda x, y: np.sin(3 * x) + 10 * y)
    steps = list(Sampler(writer(tmp_path, domain), measure, 7, CENTRE, tolerance=tolerance))
    alphas, betas = np.meshgrid(domain.alphas, domain.betas)
    assert np.array_equal(open_folder(tmp_path).main, np.sin(3 * alphas) + 10 * betas)
    assert (open_folder(tmp_path).examples == 7).all()
    asked = [node(domain, point) for point in measure.points]
    assert len(set(asked)) == len(asked) == n_alpha * n_beta
    first_seen = level_of(domain.shape)
    assert [step.level for step in steps] == [first_seen[point] for point in asked] == sorted(first_seen.ravel())
    assert sum(step.level_complete for step in steps) == levels(*domain.shape)


def test_points_that_are_best_measured_together_are_and_a_batch_is_of_one_level(tmp_path: Path) -> None:
    measure = Measured(plain, at_once=7)
    steps = list(Sampler(writer(tmp_path, square(9)), measure, 1, CENTRE))
    assert [len(batch) for batch in measure.asked] == [7, 7, 7, 4] + [7] * 8
    assert [step.level for step in steps] == [0] * 4 + [1] * 8
    one = Measured(plain)
    list(Sampler(writer(tmp_path / "one", square(9)), one, 1, CENTRE))
    assert measure.points == one.points
    assert np.array_equal(open_folder(tmp_path).main, open_folder(tmp_path / "one").main)


def test_how_many_at_once_may_change_on_the_way(tmp_path: Path) -> None:
    """As when memory runs out."""
    measure = Measured(plain, at_once=16)
    sampler = Sampler(writer(tmp_path, square(9)), measure, 1, CENTRE)
    sampler.step()
    measure.at_once = 0
    sampler.step()
    measure.at_once = 4
    sampler.step()
    assert [len(batch) for batch in measure.asked] == [16, 1, 4]


def test_a_measurement_of_another_number_of_points_is_refused_whole(tmp_path: Path) -> None:
    class TooFew(Measured):
        def __call__(self, points: Sequence[tuple[float, float]]) -> list[dict[str, float]]:
            return super().__call__(points)[:-1]

    sampler = Sampler(writer(tmp_path, square(5)), TooFew(plain, at_once=5), 1, CENTRE)
    with pytest.raises(ValueError, match="zip"):
        sampler.step()
    assert not open_folder(tmp_path).measured


def test_points_whose_measurement_raises_stay_unmeasured_and_come_again(tmp_path: Path) -> None:
    measure = Measured(plain, at_once=4)
    sampler = Sampler(writer(tmp_path, square(5)), measure, 1, CENTRE)
    sampler.step()
    measure.fails = lambda: True
    with pytest.raises(Killed):
        sampler.step()
    assert sampler.done == open_folder(tmp_path).measured == 4
    assert np.isnan(open_folder(tmp_path).main).sum() == 25 - 4
    measure.fails = lambda: False
    assert list(sampler)[-1].done == 25
    assert len(set(measure.points)) == len(measure.points) == 25


def test_a_loss_that_is_nan_is_recorded_as_diverged(tmp_path: Path) -> None:
    list(Sampler(writer(tmp_path, square(5)), Measured(lambda x, y: np.where(x > 0, np.nan, 1.0)), 3, CENTRE))
    land = open_folder(tmp_path)
    assert np.isposinf(land.main[:, 3:]).all() and (land.main[:, :3] == 1).all() and (land.examples == 3).all()


def test_the_order_within_a_level_is_by_need_and_then_by_nearness(tmp_path: Path) -> None:
    """The funnel at (0.13, −0.21) needs it most, although the place of interest is elsewhere."""
    domain, measure = square(17), Measured(SURFACES["cusp"])
    list(Sampler(writer(tmp_path, domain), measure, 1, np.array([[-0.8, 0.9]])))
    first = np.array(measure.points)
    assert measure.points[0] == (-1.0, 1.0) and measure.points[25] == (-0.75, 1.0)  # nothing is known yet
    early, late = first[81:101], first[-20:]
    assert np.hypot(*(early - (0.13, -0.21)).T).max() < 0.5 < np.hypot(*(late - (0.13, -0.21)).T).min()


# ── tolerance ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", list(SURFACES))
@pytest.mark.parametrize("shape", [(129, 129), (1, 513)])
def test_what_is_measured_is_what_the_rule_wants(tmp_path: Path, name: str, shape: tuple[int, int]) -> None:
    domain = Domain((-1.0, 1.0), (-1.0, 1.0) if shape[0] > 1 else (0.3, 0.3), shape[1], shape[0])
    values = SURFACES[name](*np.meshgrid(domain.alphas, domain.betas))
    sampler = Sampler(writer(tmp_path, domain), Measured(SURFACES[name], at_once=64), 1, CENTRE)
    list(sampler)
    land = open_folder(tmp_path)
    expected = measured_by(values, Rule(0.01))
    assert np.array_equal(land.examples > 0, expected)
    assert np.array_equal(land.main[expected], values[expected])
    assert np.isnan(land.main[~expected]).all()  # not 0, nor −1, nor any number that a loss can take
    assert sampler.done == sampler.total == expected.sum() < 0.5 * values.size
    assert sampler.done == sum(record.evaluations for record in sampler.records)


def test_a_cap_is_obeyed(tmp_path: Path) -> None:
    done = []
    for name, cap in (("all", math.inf), ("low", 0.7)):
        sampler = Sampler(writer(tmp_path / name, square(129)), Measured(SURFACES["kink"], 64), 1, CENTRE, cap=cap)
        list(sampler)
        done.append(sampler.done)
    assert done[1] < done[0]


def test_what_the_cap_hides_has_no_part_in_the_record(tmp_path: Path) -> None:
    def rough_above(x: np.float64, y: np.float64) -> np.float64:
        return 1 + x**2 + (20 + 10 * np.sin(300 * x * y) if x > 0.85 else 0.0)

    sampler = Sampler(writer(tmp_path, square(129)), Measured(rough_above, 64), 1, CENTRE, cap=1.4)
    list(sampler)
    assert sampler.stopped == TOLERANCE and sampler.surplus <= 0.01 and sampler.done < 0.3 * 129**2


def test_the_main_metric_decides(tmp_path: Path) -> None:
    class Both(Measured):
        def __call__(self, points: Sequence[tuple[float, float]]) -> list[dict[str, float]]:
            return [{"a_rough": math.cos(90 * x * y), **value}
                    for (x, y), value in zip(points, super().__call__(points), strict=True)]  # fmt: skip

    sampler = Sampler(
        writer(tmp_path, square(65), ("a_rough", "train_loss")), Both(lambda x, y: 3 + x + y, 32), 1, CENTRE
    )
    list(sampler)
    assert (sampler.done, sampler.stopped) == (17 * 17, TOLERANCE)


def test_a_smooth_surface_is_done_on_17_points_and_not_before(tmp_path: Path) -> None:
    sampler = Sampler(writer(tmp_path, square(129)), Measured(lambda x, y: np.exp(x - 0.5 * y), 32), 1, CENTRE)
    totals = [(step.done, step.total) for step in sampler if step.level_complete]
    # Until it has stopped, all levels up to 33 points are expected to be measured whole.
    assert totals == [(25, 1089), (81, 1089), (289, 289)]
    assert sampler.stopped == TOLERANCE and sampler.surplus < 0.01


def test_an_accidental_agreement_of_the_coarsest_levels_stops_nothing(tmp_path: Path) -> None:
    """Eight waves across the domain are a constant on every eighth of it."""
    sampler = Sampler(writer(tmp_path, square(65)), Measured(lambda x, y: 2 + np.cos(8 * np.pi * x), 32), 1, CENTRE)
    steps = iter(sampler)
    while not next(steps).level_complete or sampler.done < 81:
        pass
    assert sampler.surplus < 1e-12 and sampler.stopped is None
    list(steps)
    assert sampler.done > 1089


@pytest.mark.parametrize(("name", "stopped"), [("cusp", TOLERANCE), ("kink", RESOLUTION)])
def test_it_says_why_it_stopped_and_what_the_error_bar_is(tmp_path: Path, name: str, stopped: str) -> None:
    sampler = Sampler(writer(tmp_path, square(129)), Measured(SURFACES[name], 64), 1, CENTRE)
    assert sampler.stopped is None and math.isnan(sampler.surplus) and sampler.records == ()
    list(sampler)
    assert sampler.stopped == stopped
    assert (sampler.surplus <= 0.01) == (stopped == TOLERANCE)
    assert Sampler(LandscapeWriter(tmp_path), Measured(plain), 1, CENTRE).records == sampler.records
    assert Sampler(LandscapeWriter(tmp_path), Measured(plain), 1, CENTRE).stopped == stopped


def test_without_a_tolerance_every_point_is_measured_and_the_resolution_is_the_end(tmp_path: Path) -> None:
    sampler = Sampler(writer(tmp_path, square(65)), Measured(lambda x, y: 2 + x, 64), 1, CENTRE, tolerance=None)
    assert sampler.total == 65 * 65
    list(sampler)
    assert (sampler.done, sampler.stopped, sampler.total) == (65 * 65, RESOLUTION, 65 * 65)


def test_each_complete_level_has_a_record_with_its_error_bar_and_where_it_is(tmp_path: Path) -> None:
    domain = Domain((-2.0, 2.0), (0.0, 1.0), 33, 17)

    def bump(x: np.float64, y: np.float64) -> np.float64:
        return 1 + np.exp(-60 * ((x / 2 - 0.7) ** 2 + (2 * y - 0.6) ** 2))

    sampler = Sampler(writer(tmp_path, domain), Measured(bump), 1, CENTRE)
    list(sampler)
    assert [record.points for record in sampler.records] == [(9, 5), (17, 9), (33, 17)]
    assert [record.evaluations for record in sampler.records] == [45, 153 - 45, 561 - 153]
    assert sampler.records[0].surplus is None and sampler.records[0].where is None
    for record in sampler.records[1:]:
        assert record.surplus is not None and record.where is not None and 0.01 < record.surplus < 1
        assert np.hypot(record.where[0] / 2 - 0.7, 2 * record.where[1] - 0.6) < 0.5
    assert sampler.surplus == sampler.records[-1].surplus
    plain_types = sampler.records[1].describe()
    assert plain_types["points"] == (17, 9) and list(plain_types) == [
        "points",
        "evaluations",
        "surplus",
        "where",
        "relative",
    ]


# ── regions ───────────────────────────────────────────────────────────────────────────────────────────────────────────

REGION = Region((0.2, 0.9), (-0.9, -0.3))


@pytest.mark.parametrize("at_once", [1, 5])
@pytest.mark.parametrize("tolerance", [None, 0.01])
def test_a_region_of_interest_is_some_levels_ahead_of_the_rest(
    tmp_path: Path, at_once: int, tolerance: float | None
) -> None:
    """And inside as well coarse points come before fine ones."""
    domain, measure = square(65), Measured(SURFACES["cusp"], at_once)
    sampler = Sampler(writer(tmp_path, domain), measure, 1, CENTRE, tolerance=tolerance)
    while sampler.done < 81:
        sampler.step()
    asked = len(measure.points)
    sampler.focus_on(REGION)
    list(sampler)
    level, near = level_of(domain.shape), np.zeros((5, *domain.shape), bool)
    for k in range(5):
        near[k, :: 2 ** (4 - k), :: 2 ** (4 - k)] = REGION.nodes(domain, 2 ** (4 - k))
    order = [node(domain, point) for point in measure.points[asked:]]
    early = {k: [i for i, point in enumerate(order) if near[k][point] and level[point] == k] for k in (2, 3, 4)}
    late = {k: [i for i, point in enumerate(order) if not near[k][point] and level[point] == k] for k in (2, 3, 4)}
    # A few at the rim turn out to be in doubt only when the next level is known all around.
    known = [i for i in early[4] if i < late[2][0]]
    behind = [i for i in early[4] if i > late[2][0]]
    assert len(known) > 50 and len(behind) < (10 if tolerance else 1)
    sequence = [early[2], early[3], known, late[2], behind, late[3], late[4]]
    assert AHEAD == 2 and list(itertools.chain(*sequence)) == list(range(len(order)))
    assert [len(early[k]) for k in (2, 3)] == [near[k][level == k].sum() for k in (2, 3)]


def test_a_region_goes_first_on_the_coarsest_level_too(tmp_path: Path) -> None:
    measure = Measured(plain)
    sampler = Sampler(writer(tmp_path, square(17)), measure, 1, CENTRE)
    sampler.step()
    sampler.focus_on(REGION)
    list(sampler)
    near = REGION.nodes(square(5))
    early = [near[node(square(5), point)] for point in measure.points[1:25]]
    assert early == sorted(early, reverse=True) and 1 < sum(early) < 20


def test_a_region_changes_the_order_and_adds_little(tmp_path: Path) -> None:
    for name in ("plain", "focused"):
        sampler = Sampler(writer(tmp_path / name, square(129)), Measured(SURFACES["kink"], 16), 1, CENTRE)
        if name == "focused":
            sampler.focus_on(Region((-0.3, 0.5), (-0.4, 0.2)))
        list(sampler)
    usual, focused = (open_folder(tmp_path / name).examples > 0 for name in ("plain", "focused"))
    assert not (usual & ~focused).any()
    assert (focused & ~usual).sum() <= 0.01 * usual.sum()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_region_that_is_wanted_throughout_is_measured_node_by_node_also_when_all_is_known(
    tmp_path: Path, when: str
) -> None:
    domain, region = square(129), Region((-0.3, 0.5), (-0.4, 0.2), throughout=True)
    measure = Measured(plain, 16)
    sampler = Sampler(writer(tmp_path, domain), measure, 1, CENTRE, tolerance=0.01)
    if when == "after":
        list(sampler)
        assert sampler.next_level is None and sampler.done < 129 * 129 / 2
    else:
        for _ in range(3):
            sampler.step()
    sampler.focus_on(region)
    assert sampler.next_level is not None and sampler.total > sampler.done
    list(sampler)
    measured = open_folder(tmp_path).examples > 0
    alphas, betas = domain.alphas, domain.betas
    inside = np.outer((betas >= -0.4) & (betas <= 0.2), (alphas >= -0.3) & (alphas <= 0.5))
    assert measured[inside].all() and not measured[~inside].all()
    assert len(measure.points) == len(set(measure.points)) == sampler.done == sampler.total


def test_a_region_is_given_up_again(tmp_path: Path) -> None:
    asked = []
    for name in ("never", "given up"):
        measure = Measured(plain)
        sampler = Sampler(writer(tmp_path / name, square(17)), measure, 1, CENTRE)
        if name == "given up":
            sampler.focus_on(REGION)
            sampler.focus_on(None)
        list(sampler)
        asked.append(measure.points)
    assert asked[0] == asked[1]


def test_a_region_beside_the_domain_is_no_region(tmp_path: Path) -> None:
    sampler = Sampler(writer(tmp_path, square(9)), Measured(plain), 1, CENTRE)
    sampler.focus_on(Region((5, 6), (5, 6)))
    assert list(sampler)[-1].done == 81


def test_a_region_between_two_points_is_refined_as_well(tmp_path: Path) -> None:
    """The user has come very near."""
    measure = Measured(SURFACES["cusp"])
    sampler = Sampler(writer(tmp_path, square(33)), measure, 1, CENTRE)
    while sampler.done < 25:
        sampler.step()
    sampler.focus_on(Region((0.131, 0.132), (-0.211, -0.21)))
    for _ in range(60):
        sampler.step()
    assert sum(math.hypot(x - 0.13, y + 0.21) < 0.15 for x, y in measure.points) > 10


def test_a_finished_sweep_stays_finished_whatever_is_asked(tmp_path: Path) -> None:
    sampler = Sampler(writer(tmp_path, square(65)), Measured(lambda x, y: 3 + x, 32), 1, CENTRE)
    list(sampler)
    sampler.focus_on(REGION)
    assert sampler.next_level is None and sampler.stopped == TOLERANCE


# ── broken off and resumed ────────────────────────────────────────────────────────────────────────────────────────────


class Dying(LandscapeWriter):
    """Its process ends between two points of a batch, or before the first, or between a value and its count."""

    def __init__(self, folder: Path, lives: int, half: bool) -> None:
        super().__init__(folder)
        self.lives, self.half = lives, half

    def record(self, row: int, column: int, values: dict[str, float], examples: int) -> None:  # type: ignore[override]
        self.lives -= 1
        if self.lives < 0:
            if self.half:
                self._metrics["train_loss"][row, column] = -12345.0
            raise Killed
        super().record(row, column, values, examples)


@pytest.mark.parametrize("seed", range(8))
def test_however_often_interrupted_the_same_points_and_the_same_bits_are_there_at_the_end(
    tmp_path: Path, seed: int
) -> None:
    """Between points, and between a value and its count; with and without a region."""
    rng = np.random.default_rng(seed)
    surface = SURFACES[list(SURFACES)[seed % 4]]
    domain = [square(65), square(51), Domain((-1.0, 1.0), (-1.0, 1.0), 33, 129), square(101)][int(rng.integers(4))]
    region = None if seed % 3 == 0 else Region((-0.2, 0.6), (-0.5, 0.1))
    wanted_at, path = int(rng.integers(0, 400)), rng.uniform(-1, 1, (3, 2))

    def go_on(target: LandscapeWriter, at_once: int) -> None:
        sampler = Sampler(target, Measured(surface, at_once), 9, path)
        if sampler.done >= wanted_at:
            sampler.focus_on(region)
        while sampler.next_level is not None:
            sampler.step()
            if region is not None and wanted_at <= sampler.done < wanted_at + at_once:
                sampler.focus_on(region)

    go_on(writer(tmp_path / "at once", domain), 1)
    create_folder(tmp_path / "often", domain, ("train_loss",), {})
    interruptions = 0
    while True:
        lives = int(rng.geometric(1 / 400))
        try:
            go_on(Dying(tmp_path / "often", lives, bool(rng.integers(2))), 1)
            break
        except Killed:
            interruptions += 1
    once, often = open_folder(tmp_path / "at once"), open_folder(tmp_path / "often")
    assert interruptions > 1 or once.measured < 500
    assert np.array_equal(once.examples, often.examples)
    assert np.array_equal(np.where(once.examples > 0, once.main, 0), np.where(often.examples > 0, often.main, 0))


@pytest.mark.parametrize("seed", [0, 3, 5, 6])
def test_interruptions_and_batches_do_not_matter_either(tmp_path: Path, seed: int) -> None:
    """Without a region, or with one from the start, points are the same whatever goes through the network at once."""
    rng = np.random.default_rng(seed)
    surface, domain = SURFACES[list(SURFACES)[seed % 4]], square(129)
    region = Region((-0.2, 0.6), (-0.5, 0.1)) if seed >= 4 else None

    def go_on(target: LandscapeWriter, at_once: int) -> None:
        sampler = Sampler(target, Measured(surface, at_once), 9, CENTRE)
        sampler.focus_on(region)
        list(sampler)

    go_on(writer(tmp_path / "at once", domain), 32)
    create_folder(tmp_path / "often", domain, ("train_loss",), {})
    while True:
        try:
            go_on(
                Dying(tmp_path / "often", int(rng.geometric(1 / 300)), bool(rng.integers(2))), int(rng.integers(1, 40))
            )
            break
        except Killed:
            pass
    once, often = open_folder(tmp_path / "at once"), open_folder(tmp_path / "often")
    assert np.array_equal(once.examples, often.examples)
    assert np.array_equal(np.where(once.examples > 0, once.main, 0), np.where(often.examples > 0, often.main, 0))


def test_a_second_sampler_measures_nothing_twice(tmp_path: Path) -> None:
    measure = Measured(plain)
    first = Sampler(writer(tmp_path, square(9)), measure, 1, CENTRE)
    for _ in range(33):
        first.step()
    second = Sampler(LandscapeWriter(tmp_path), measure, 1, CENTRE)
    assert (second.done, second.next_level) == (33, 1)
    assert sum(1 for _ in second) == 81 - 33
    assert len(measure.points) == len(set(measure.points)) == 81


CHILD = """
import sys, pathlib, numpy as np
from compute.folder import LandscapeWriter
from compute.surveying.sampling import Sampler
from tests.compute.sweeping import SURFACES

class Measure:
    at_once = 4
    def __call__(self, points):
        return [{"train_loss": float(SURFACES["cusp"](np.float64(a), np.float64(b)))} for a, b in points]

for step in Sampler(LandscapeWriter(pathlib.Path(sys.argv[1])), Measure(), 5, np.zeros((1, 2))):
    print(step.done, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal on this system")
def test_a_killed_process_loses_at_most_the_points_in_work(tmp_path: Path) -> None:
    domain, rng = square(65), np.random.default_rng(3)
    folder = tmp_path / "killed"
    create_folder(folder, domain, ("train_loss",), {})
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    for lines in (int(rng.integers(1, 40)), int(rng.integers(40, 120)), None):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
        ) as child:
            assert child.stdout is not None
            acknowledged = 0
            for k, line in enumerate(child.stdout, 1):
                acknowledged = int(line)
                if k == lines:
                    child.send_signal(signal.SIGKILL)
                    break
            child.stdout.read()
            child.wait(timeout=20)
        assert (child.returncode == 0) == (lines is None)
        assert open_folder(folder).measured >= acknowledged
    list(Sampler(writer(tmp_path / "whole", domain), Measured(SURFACES["cusp"]), 5, CENTRE))
    killed, whole = open_folder(folder), open_folder(tmp_path / "whole")
    assert np.array_equal(killed.examples, whole.examples)
    assert np.array_equal(killed.main, whole.main, equal_nan=True)
