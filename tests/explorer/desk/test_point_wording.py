"""What is said about critical points and about ways."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain
from compute.verification import Outcome, Verdict
from explorer.desk.point_wording import (
    loss_text,
    persistence_text,
    place_text,
    point_line,
    point_lines,
    short_place,
    threshold_text,
    verdict_text,
    ways_text,
)
from explorer.ground.staging import Stage
from explorer.ground.ways import Ways
from explorer.looks.view import View
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line

FOUND = Verdict(1.0, 0.0, 0, Outcome.VERIFIED, (1.3, -0.4), 0, 1.0, (1.0, 2.0), 1e-9, 0.3149, 3, "converged")


@pytest.mark.parametrize(
    ("persistence", "log", "text"),
    [
        (0.1234, False, "0.123"),
        (1234.0, False, "1.23e+03"),
        (0.0321, True, "3.2 %"),
        (0.499, True, "50 %"),
        (0.5, True, "× 1.5"),
        (51.2, True, "× 52"),
        (np.inf, True, "∞"),
        (np.nan, False, "–"),
    ],
)
def test_a_persistence_is_a_difference_a_percentage_or_a_factor(persistence: float, log: bool, text: str) -> None:
    assert persistence_text(persistence, log) == text


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (None, "not checked against the network"),
        (FOUND, "verified: the full gradient there is still 0.31"),
        (replace(FOUND, outcome=Outcome.MOVED), "moved by 0.5 to α 1.3, β −0.4: the full gradient there is still 0.31"),
        (
            replace(FOUND, outcome=Outcome.MOVED, found_index=1),
            "moved by 0.5 to a saddle, α 1.3, β −0.4: the full gradient there is still 0.31",
        ),
        (
            replace(FOUND, outcome=Outcome.MOVED, found_index=None),
            "moved by 0.5 to α 1.3, β −0.4: the full gradient there is still 0.31",
        ),
        (replace(FOUND, outcome=Outcome.REFUTED, reason="it left the domain"), "refuted: it left the domain"),
    ],
)
def test_a_verdict_says_what_the_slice_does_not_see(verdict: Verdict | None, text: str) -> None:
    assert verdict_text(verdict) == text


def test_a_point_is_told_with_kind_persistence_and_verdict() -> None:
    stage = Stage(landscape(), View())
    critical = stage.critical
    deepest = next(point for point in critical.points if np.isinf(point.persistence))
    place = (deepest.alpha, deepest.beta)
    assert point_line(stage, place) == "deepest minimum of this slice; not checked against the network"
    second = critical.points[stage.standing.rows.numbers[1]]
    assert point_line(stage, (second.alpha, second.beta)).startswith("minimum of this slice, persistence × 53; ")
    judged = replace(FOUND, alpha=place[0], beta=place[1])
    provenance = {"verification": {"points": [judged.describe()]}}
    checked = Stage(replace(stage.landscape, provenance=provenance), View())
    assert (
        point_line(checked, place) == "deepest minimum of this slice; verified: the full gradient there is still 0.31"
    )
    assert point_line(stage, (0.1, 0.1)) == point_line(stage, None) == ""


def test_a_threshold_is_said_as_persistences_are() -> None:
    critical = Stage(landscape(), View()).critical
    assert critical.log
    said = [threshold_text(critical, threshold) for threshold in (None, 0.0, 0.12, 3.0)]
    assert said == ["twice the error bar", "all are shown", "above 12 %", "above × 4"]


def test_without_any_error_bar_nothing_is_hidden_and_the_threshold_says_so() -> None:
    land = landscape()
    alone = replace(land, domain=replace(land.domain, n_alpha=8, n_beta=8), metrics={"loss": land.main[:8, :8]})
    critical = Stage(replace(alone, examples=land.examples[:8, :8]), View()).critical  # 7 cells: no coarser level
    assert critical.clear.all() and threshold_text(critical, None) == "all: no error bar known"
    assert threshold_text(critical, 0.0) == "all are shown"


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (6.95e-39, "6.95e−39"),
        (-6.93e-39, "−6.9e−39"),
        (-1.2345e-4, "−0.00012"),
        (0.494, "0.494"),
        (1.5e-123, "1.5e−123"),
    ],
)
def test_a_loss_has_as_many_digits_as_a_column_has_room_for(loss: float, text: str) -> None:
    assert loss_text(loss) == text


def test_of_a_line_it_is_said_so() -> None:
    stage = Stage(line(), View())
    maximum = next(point for point in stage.standing.points if point.slice_index == 2)
    assert point_line(stage, (maximum.alpha, maximum.beta)).startswith("maximum of this line, persistence ")
    assert place_text((-1.23456, 0.0), is_line=True) == "α −1.23"


@pytest.mark.parametrize(
    ("half", "text"),
    [(5.0, "−1.23, 0.00"), (0.4, "−1.235, 0.000"), (60.0, "−1, 0"), (1e-7, "−1.234567890, 0.000000000")],
)
def test_a_short_place_has_as_many_digits_as_the_domain_is_small(half: float, text: str) -> None:
    assert short_place((-1.23456789, -1e-12), Domain((-half, half), (-half, half), 5, 5)) == text
    assert short_place((-1.23456789, 0.0), Domain((-half, half), (0.0, 0.0), 5, 1)) == text.split(",", maxsplit=1)[0]


def ways(**given) -> Ways:
    ends = np.array([[0.0, 0.0], [1.0, 0.0]])
    usual = Ways(ends, ends, 1.934, 0.411, (0.5, -0.25), 2.0)
    return replace(usual, **given)


def test_ways_are_compared_by_how_high_they_rise() -> None:
    assert ways_text(ways()) == (
        "Above the higher minimum: 0.411 over the lowest pass (solid), at α 0.5, β −0.25; 1.93 straight on (dashed)."
    )
    through_a_hole = ways_text(ways(straight_barrier=np.inf))
    assert through_a_hole.endswith("; straight on (dashed) it leads through what diverged or is not measured.")
    cut = ways(at=None, lowest=np.empty((0, 2)), straight_barrier=np.inf, lowest_barrier=np.inf)
    assert ways_text(cut) == "No way in this slice leads from one to the other."
    assert ways_text(ways(), is_line=True) == "Above the higher minimum: 0.411 at α 0.5."
    assert ways_text(cut, is_line=True) == "The line between them leads through what diverged or is not measured."


def test_the_read_out_at_a_point_has_the_place_and_the_loss_of_the_list() -> None:
    stage, between = Stage(landscape(), View()), 0
    for number, point in enumerate(stage.critical.points):
        place = (point.alpha, point.beta)
        first, second = point_lines(stage, place).split("\n")
        said = f"α {point.alpha:.4g}   β {point.beta:.4g}   train loss {stage.critical.losses[number]:.4g}"
        assert first.startswith(said.replace("-", "−"))
        on_node = {point.alpha} <= {*stage.landscape.domain.alphas} and {point.beta} <= {*stage.landscape.domain.betas}
        assert first.endswith("measured" if on_node else "interpolated")
        between += not on_node
        assert second == point_line(stage, place)
    assert between  # some saddles are
    assert point_lines(stage, (9.0, 9.0)) == ""
