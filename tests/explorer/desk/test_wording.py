"""What is said about a place, a checkpoint and a landscape."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Landscape
from explorer.desk.wording import (
    METRIC_LETTERS,
    checkpoint_line,
    counts_line,
    error_bar,
    error_line,
    factor_text,
    reading_line,
)
from explorer.ground.picking import Reading, read
from explorer.ground.staging import Stage
from explorer.looks.view import ERROR, Colouring, View
from tests.explorer.layers.test_layers import landscape, with_metrics
from tests.explorer.lines import line

SURFACE, LINE = Stage(landscape(), View()), Stage(line(), View())


def doubtful(land: Landscape, surplus: float, metric: str | None = None, *, relative: bool = True) -> Stage:
    """A landscape with this error bar: of the logarithm, or of the values themselves."""
    stage = Stage(land, View(metric=metric))
    stage.map = replace(stage.map, nodes=replace(stage.map.nodes, surplus=surplus, relative=relative))
    return stage


def known(**changes: float) -> Landscape:
    """A landscape whose sixth checkpoint has these values."""
    land = landscape()
    assert land.trajectory is not None
    columns = {"step": 120.0, "loss": 0.12, "plane_loss": 0.15, "residual": 0.8, **changes}
    path = replace(land.trajectory, **{name: np.full(len(land.trajectory), value) for name, value in columns.items()})
    return replace(land, trajectory=path)


# ── places ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_measured_place_on_a_surface_has_two_coordinates_and_no_doubt() -> None:
    assert reading_line(Reading(-0.5, 2.0, 3.25, "measured"), SURFACE) == "α −0.5   β 2   train loss 3.25   measured"


def test_a_place_on_a_line_has_one_coordinate() -> None:
    assert reading_line(Reading(0.25, 0.0, 3.25, "measured"), LINE) == "α 0.25   train loss 3.25   measured"


def test_what_is_not_measured_carries_the_error_bar() -> None:
    place = Reading(0, 0, 3.25, "interpolated")

    def said(surplus: float, *, relative: bool = True) -> str:
        return reading_line(replace(place, error=surplus), doubtful(landscape(), surplus, relative=relative))

    assert said(np.log(1.008)) == "α 0   β 0   train loss 3.25 ± 0.8 %   interpolated"
    assert said(np.log(3)) == "α 0   β 0   train loss 3.25 within a factor of 3   interpolated"
    assert said(0.25, relative=False) == "α 0   β 0   train loss 3.25 ± 0.25   interpolated"
    assert said(np.nan) == "α 0   β 0   train loss 3.25   interpolated"


def test_a_metric_that_only_colours_the_surface_is_read_out_too() -> None:
    land = with_metrics(landscape())
    stage = Stage(land, View(colour=Colouring(metric="test_accuracy")))
    row, column = 7, 20
    place = Reading(float(land.domain.alphas[column]), float(land.domain.betas[row]), 3.25, "measured")
    value = land.metrics["test_accuracy"][row, column]
    assert reading_line(place, stage).endswith(f"train loss 3.25   test accuracy {value:.4g}   measured")
    assert "accuracy" not in reading_line(place, Stage(land, View()))
    assert "error bar" not in reading_line(place, Stage(land, View(colour=Colouring(metric=ERROR))))


def test_the_error_bar_of_an_accuracy_is_a_difference() -> None:
    """± 1 % beside 93 % could be 0.93 or 1."""
    place, land = Reading(0, 0, 80.0, "interpolated"), with_metrics(landscape())
    relative, plain = (doubtful(land, surplus, "test_accuracy", relative=surplus < 0.1) for surplus in (0.01, 0.2))
    assert reading_line(replace(place, error=0.01), relative) == "α 0   β 0   test accuracy 80 ± 0.8   interpolated"
    assert reading_line(replace(place, error=0.2), plain) == "α 0   β 0   test accuracy 80 ± 0.2   interpolated"


def test_nothing_under_the_pointer_and_nothing_known_there() -> None:
    assert reading_line(None, SURFACE) == ""
    assert reading_line(Reading(1, 2, np.inf, "diverged"), SURFACE) == "α 1   β 2   diverged"


def test_negative_values_have_a_minus_sign_and_long_names_are_cut() -> None:
    land = replace(landscape(), metrics={"m" * 200: -landscape().main})
    text = reading_line(Reading(0, 0, -2.5, "measured"), Stage(land, View()))
    assert text.endswith(" −2.5   measured") and len(text) < 40 + METRIC_LETTERS


# ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_checkpoint_is_told_with_both_losses_and_its_distance() -> None:
    told = "checkpoint step 120: true loss 0.12, on the plane 0.15, distance from the plane 0.8"
    assert checkpoint_line(Stage(known(), View()), 5) == told
    alone = replace(line(), trajectory=known().trajectory)
    assert checkpoint_line(Stage(alone, View()), 5) == told.replace("plane", "line")


@pytest.mark.parametrize(
    ("unknown", "expected"),
    [
        ({"plane_loss": np.nan}, "checkpoint step 120: true loss 0.12, distance from the plane 0.8"),
        ({"loss": np.nan, "plane_loss": np.nan, "residual": np.nan}, "checkpoint step 120"),
        (
            {"loss": np.nan},
            "checkpoint step 120: its loss was not measured, on the plane 0.15, distance from the plane 0.8",
        ),
        ({"loss": np.inf, "residual": np.nan}, "checkpoint step 120: true loss inf, on the plane 0.15"),
        (
            {"step": 1_234_567.0, "loss": 1.0, "plane_loss": np.nan, "residual": np.nan},
            "checkpoint step 1,234,567: true loss 1",
        ),
    ],
)
def test_what_a_source_does_not_know_is_left_out(unknown: dict[str, float], expected: str) -> None:
    assert checkpoint_line(Stage(known(**unknown), View()), 5) == expected


def test_of_several_runs_the_checkpoint_is_named_by_its_run() -> None:
    other = known(step=300.0, loss=0.5).trajectory
    assert other is not None
    stage = Stage(replace(known(), others={"sgd": other}, provenance={"fit": {"runs": ["adam", "sgd"]}}), View())
    first, second = (checkpoint_line(stage, number) for number in (5, len(other) + 5))
    assert first == "adam, checkpoint step 120: true loss 0.12, on the plane 0.15, distance from the plane 0.8"
    assert second == "sgd, checkpoint step 300: true loss 0.5, on the plane 0.15, distance from the plane 0.8"
    assert checkpoint_line(stage, 2 * len(other)) == ""


def test_a_checkpoint_under_the_pointer_is_a_second_line() -> None:
    stage = Stage(known(), View())
    place, checkpoint = reading_line(Reading(0, 0, 1.0, "measured", checkpoint=5), stage).splitlines()
    assert place == "α 0   β 0   train loss 1   measured" and checkpoint == checkpoint_line(stage, 5)


# ── facts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_error_bar_names_the_level_it_is_of() -> None:
    assert error_line(doubtful(landscape(17), np.log(1.008))) == "error bar ± 0.8 %, level 17 x 17"
    assert error_line(doubtful(line(65), np.log(1.008))) == "error bar ± 0.8 %, level 65 points"
    accuracy = doubtful(with_metrics(landscape()), np.log(1.008), "test_accuracy")
    assert error_line(accuracy) == "error bar ± 0.8 % of the value, level 33 x 33"
    assert error_line(Stage(landscape(5), View())) == ""  # one level alone has none


def test_critical_points_are_counted_and_a_line_has_no_saddles() -> None:
    assert counts_line(SURFACE) == "4 minima, 4 saddles, 1 maximum of this slice; 2 more below twice the error bar"
    assert counts_line(LINE) == "2 minima, 1 maximum of this line"
    asked = Stage(SURFACE.landscape, replace(View(), threshold=0.1))
    assert counts_line(asked) == "4 minima, 3 saddles, 0 maxima of this slice; 4 more below the threshold"


def test_a_reading_of_the_real_ground_fits() -> None:
    found = read(LINE.map, 0.25, 0.5)
    assert reading_line(found, LINE) == "α 0   train loss 0.05   measured"


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (1.5, "1.5"),
        (11.4, "11"),
        (140.2, "140"),
        (1449.0, "1,400"),
        (99.9, "100"),
        (987_654.0, "990,000"),
        (2e9, "2e+09"),
    ],
)
def test_a_factor_is_written_out_as_long_as_it_can_be_read(factor: float, expected: str) -> None:
    assert factor_text(factor) == expected
    assert error_bar(np.log(factor), relative=True) == f" within a factor of {expected}"
