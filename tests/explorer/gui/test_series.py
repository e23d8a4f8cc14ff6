"""What the training plot draws: thinned without losing an outlier, in readable colours, and told in words."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from compute.landscape import Floats, Trajectory
from explorer.ground.runs import PALETTE, RunPath, hued
from explorer.gui.series import (
    CONTRAST,
    DISTANCE,
    HOW,
    PLANE,
    RECORDED,
    ROWS,
    TRUE,
    Series,
    evenly,
    is_log,
    loss_at,
    nearest_run,
    on_panel,
    thinned,
    told,
    training,
)
from explorer.looks.theme import THEMES

DARK, LIGHT = THEMES["dark"], THEMES["light"]
CLEAR = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Recorded:
    """A recorded curve."""

    step: NDArray[np.int64]
    epoch: Floats
    loss: Floats


def curve(*losses: float) -> Recorded:
    """A loss every five steps."""
    step = 5 * np.arange(len(losses))
    return Recorded(step, step / 10, np.array(losses, float))


def run(name: str, loss: float = 1.0, colour: int | None = None) -> RunPath:
    """Checkpoints at steps 0, 10 and 20 with losses that halve."""
    step = np.array([0.0, 10.0, 20.0])
    loss_ = loss * np.array([1, 0.5, 0.25])
    path = Trajectory(step, step, step, step, np.array([0.0, 0.3, 0.7]), loss_, 2 * loss_)
    return RunPath(name, path) if colour is None else hued(name, path, PALETTE[colour])


# ── thinning ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def columns_of(step: Floats, columns: int) -> NDArray[np.int64]:
    share = (step - step.min()) / (step.max() - step.min())
    return np.minimum(share * columns, columns - 1).astype(np.int64)


@pytest.mark.parametrize("columns", [7, 300])
def test_thinned_curves_keep_the_extremes_of_each_column_of_pixels(columns: int) -> None:
    rng = np.random.default_rng(0)
    step = np.sort(rng.integers(0, 10**6, 20_000)).astype(float)
    value = rng.normal(size=len(step))
    thin_step, thin_value = thinned(step, value, columns)
    assert len(thin_step) <= 2 * columns + 2 and (np.diff(thin_step) >= 0).all()
    assert thin_step[[0, -1]].tolist() == step[[0, -1]].tolist()
    where, thin_where = columns_of(step, columns), columns_of(thin_step, columns)
    for column in range(columns):
        kept, every = thin_value[thin_where == column], value[where == column]
        assert {kept.min(), kept.max()} == {every.min(), every.max()}
    rows = set(zip(step.tolist(), value.tolist(), strict=True))
    assert set(zip(thin_step.tolist(), thin_value.tolist(), strict=True)) <= rows


def test_few_rows_are_drawn_as_they_are() -> None:
    step, value = np.arange(ROWS) * 1.0, np.arange(ROWS) ** 2.0
    for found, expected in zip(thinned(step, value, 10), (step, value), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_what_is_not_finite_hides_no_value_and_stays_a_gap_where_it_is_alone() -> None:
    step = np.arange(30_000.0)
    value = np.where(step < 10_000, 1.0, np.where(step < 20_000, np.nan, 3.0))
    value[3::7] = np.inf
    thin_step, thin_value = thinned(step, value, 300)
    assert (thin_value[thin_step < 10_000] == 1).all() and (thin_value[thin_step >= 20_000] == 3).all()
    gap = thin_value[(thin_step >= 10_000) & (thin_step < 20_000)]
    assert np.isnan(gap).all() and 99 <= len(gap) <= 202


def test_a_training_that_went_back_is_drawn_going_back() -> None:
    step = np.append(np.arange(5000.0), np.arange(2500, 7500.0))
    thin, _ = thinned(step, np.sin(step), 100)
    assert (np.diff(thin) < 0).sum() == 1


# ── axes ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "zeros", "expected"),
    [
        ([1.0, 99.0], False, False),
        ([1.0, 101.0], False, True),
        ([0.0, 1.0, 101.0], False, False),
        ([0.0, 1.0, 101.0], True, True),
        ([-1.0, 1.0, 101.0], True, False),
        ([1.0, np.nan, np.inf, 101.0], False, True),
        ([np.nan], True, False),
        ([], True, False),
    ],
)
def test_more_than_two_decades_are_drawn_on_a_log_axis(values: list[float], zeros: bool, expected: bool) -> None:
    assert is_log([np.array(values)], zeros=zeros) == expected
    assert is_log([np.array(values[:1]), np.array(values[1:])], zeros=zeros) == expected


def test_no_series_have_no_log_axis() -> None:
    assert not is_log([])


@pytest.mark.parametrize("log", [False, True])
def test_dots_lie_evenly_on_the_line(log: bool) -> None:
    series = Series("", DISTANCE, np.array([0.0, 4.0, 8.0]), np.array([1.0, 100.0, np.nan]), CLEAR)
    step, value = evenly(series, 1.0, log=log)
    assert step.tolist() == [0, 1, 2, 3, 4]
    expected = 10 ** (step / 2) if log else 1 + 99 * step / 4
    np.testing.assert_allclose(value, expected)


def test_a_log_axis_has_no_place_for_zero() -> None:
    series = Series("", DISTANCE, np.array([0.0, 4.0, 8.0]), np.array([0.0, 1.0, 100.0]), CLEAR)
    assert evenly(series, 2.0, log=True)[0].tolist() == [4, 6, 8]
    assert evenly(series, 2.0, log=False)[0].tolist() == [0, 2, 4, 6, 8]
    assert len(evenly(replace(series, value=np.zeros(3)), 2.0, log=True)[0]) == 0


# ── runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_alone_has_a_line_of_each_kind_in_the_colours_of_the_theme() -> None:
    found = training([run("a")], {"a": curve(3, 2, 1)}, ["a"], DARK, 500)
    assert [series.name for series in found.losses] == [RECORDED, PLANE, TRUE]
    assert [series.name for series in found.distances] == [DISTANCE]
    assert found.losses[2].colour == DARK.panel.accent and not found.several
    assert found.losses[0].step.tolist() == [0, 5, 10] and found.losses[0].value.tolist() == [3, 2, 1]
    assert found.distances[0].value.tolist() == [0, 0.3, 0.7]


def test_of_several_runs_each_has_its_name_and_its_colour() -> None:
    found = training([run("a", colour=0), run("b", colour=1)], {"b": curve(3, 2), "c": curve(1)}, ["a", "b"], DARK, 500)
    assert found.names == ("a", "b", "c") and found.several
    assert [(series.name, series.kind) for series in found.losses] == [
        ("b", RECORDED), ("c", RECORDED), (HOW[PLANE], PLANE), (HOW[PLANE], PLANE), ("a", TRUE), ("b", TRUE),
    ]  # fmt: skip
    of = {name: on_panel(PALETTE[k], DARK) for k, name in enumerate("abc")}
    assert [series.colour[:3] for series in found.losses] == [of[name] for name in "bcabab"]
    assert [series.colour[:3] for series in found.distances] == [of["a"], of["b"]]
    assert found.steps == (0, 20)


def test_what_is_not_known_at_all_is_left_out() -> None:
    one = run("a")
    nothing = replace(one, path=replace(one.path, loss=np.full(3, np.nan), residual=np.full(3, np.nan)))
    found = training([nothing], {"a": curve()}, ["a"], DARK, 500)
    assert [series.kind for series in found.losses] == [PLANE] and found.distances == ()
    assert training([], {}, ["a"], DARK, 500).steps == (0, 0)


def test_the_line_goes_on_over_checkpoints_that_were_not_measured_and_says_so() -> None:
    one = run("a")
    path = replace(one.path, loss=np.array([1.0, np.nan, 0.25]), residual=np.array([0.0, 0.3, np.nan]))
    found = training([replace(one, path=path)], {}, ["a"], DARK, 500)
    true = next(series for series in found.losses if series.kind == TRUE)
    assert true.step.tolist() == [0, 20] and true.value.tolist() == [1, 0.25]
    assert found.distances[0].step.tolist() == [0, 10]
    assert told(found, "a", 10, 1) == "step 10: its loss was not measured, 1 in the plane, 0.3 from the plane"
    assert loss_at(found, "a", 10) == pytest.approx(0.625)
    lost = replace(one, path=replace(one.path, loss=np.full(3, np.nan)))
    assert np.isnan(loss_at(training([lost], {}, ["a"], DARK, 500), "a", 10))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_each_run_can_be_read_on_the_panel(theme) -> None:
    def luminance(colour):
        c = np.array(colour[:3])
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    ground = luminance(theme.panel.window_bg)
    for colour in PALETTE:
        low, high = sorted((luminance(on_panel(colour, theme)), ground))
        assert (high + 0.05) / (low + 0.05) >= CONTRAST
    assert on_panel(PALETTE[0], DARK) == pytest.approx(PALETTE[0])  # what can be read stays


# ── the pointer ───────────────────────────────────────────────────────────────────────────────────────────────────────

TWO = training([run("a", 1.0, 0), run("b", 0.01, 1)], {"b": curve(0.04, 0.03, 0.02)}, ["a", "b"], DARK, 500)


def test_the_loss_of_a_run_at_a_step_is_the_recorded_one_where_there_is_one() -> None:
    assert loss_at(TWO, "a", 5) == 0.75 and loss_at(TWO, "b", 7.5) == 0.025
    assert np.isnan(loss_at(TWO, "a", 21)) and np.isnan(loss_at(TWO, "b", 11)) and np.isnan(loss_at(TWO, "c", 0))


def test_the_run_is_the_one_whose_curve_is_nearest_as_it_is_drawn() -> None:
    assert nearest_run(TWO, 10, 0.3, log=False) == "a" and nearest_run(TWO, 10, 0.2, log=False) == "b"
    assert nearest_run(TWO, 10, 0.2, log=True) == "a" and nearest_run(TWO, 10, 0.05, log=True) == "b"
    assert nearest_run(TWO, 15, 0.02, log=True) == "a"  # b has ended
    assert nearest_run(TWO, 99, 0.02, log=True) == "a"
    assert nearest_run(training([], {}, [], DARK, 9), 0, 0, log=False) is None


def test_run_step_loss_and_distance_are_told() -> None:
    assert told(TWO, "b", 9.0, 1) == "b, step 10: loss 0.005, 0.01 in the plane, 0.02 recorded, 0.3 from the plane"
    assert told(TWO, "a", 9.0, 1) == "a, step 10: loss 0.5, 1 in the plane, 0.3 from the plane"
    assert told(TWO, "b", 7.8, None) == "b, step 8: 0.024 recorded"
    assert told(TWO, "a", 7.8, None) == "a, step 8"
    alone = training([run("a")], {}, ["a"], DARK, 500)
    assert told(alone, "a", 1.0, 2) == "step 20: loss 0.25, 0.5 in the plane, 0.7 from the plane"


def test_what_rounding_leaves_of_the_distance_of_the_centre_is_none() -> None:
    path = replace(run("a").path, residual=np.array([0.3, 1e-12, 0.7]))
    (distance,) = training([RunPath("a", path)], {}, ["a"], DARK, 500).distances
    assert distance.value.tolist() == [0.3, 0.0, 0.7] and not is_log([distance.value], zeros=True)
