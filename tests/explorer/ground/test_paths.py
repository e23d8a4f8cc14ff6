"""Paths as plain tables: cut at the domain's rim, in the colours of their runs, with ends that are seen."""

import itertools

import numpy as np
import pytest

from compute.landscape import Domain, Floats, Trajectory
from compute.scale import Scale, ScaleKind
from compute.topology.critical_points import CriticalPoint
from explorer.ground.marks import DISC, critical_marks, to_uv
from explorer.ground.paths import (
    APART,
    CELLS,
    END_PT,
    MOST_PIECES,
    NEAR,
    PIECES,
    STEP_PT,
    checkpoint_places,
    path_marks,
    path_pieces,
)
from explorer.ground.runs import CYAN, NEUTRAL, PALETTE, YELLOW, RunPath, hued
from explorer.ground.scene import Scene, checkpoint_place

DOMAIN = Domain((-2.0, 2.0), (10.0, 11.0), 9, 9)
LINE = Domain((-2.0, 2.0), (0.3, 0.3), 9, 1)
SCALE = Scale(1.0, 100.0, ScaleKind.LOG, "", 100.0)
SINGLE = 1e-6  # positions are handed over in single precision, whose ulp at 1 is 1.2e-7


def trajectory(*uv: tuple[float, float]) -> Trajectory:
    """Checkpoints at these places of the domain."""
    u, v = np.array(uv, float).reshape(-1, 2).T
    rest = np.zeros(len(u))
    return Trajectory(rest, rest, -2 + 4 * u, 10 + v, rest, rest)


def alone(*uv: tuple[float, float]) -> tuple[RunPath, ...]:
    """One run through these places."""
    return (RunPath("run", trajectory(*uv)),)


def shared(*uv: tuple[float, float]) -> tuple[RunPath, ...]:
    """The same from black to white, so that any colour (columns 4 and 7) is the share of the path."""
    return (RunPath("run", trajectory(*uv), start=(0.0, 0.0, 0.0), end=(1.0, 1.0, 1.0)),)


def random_path(rng: np.random.Generator, reach: float) -> Floats:
    """Corners in and around the domain, at most ``reach`` beyond its rim."""
    return rng.uniform(-reach, 1 + reach, (int(rng.integers(2, 9)), 2))


def distance_to_line(points: Floats, start: Floats, end: Floats) -> Floats:
    """Distance of (n, 2) points from the straight line between two places."""
    along = end - start
    t = np.clip((points - start) @ along / (along @ along), 0, 1)
    nearest: Floats = np.linalg.norm(points - start - t[:, None] * along, axis=1)
    return nearest


def length_inside(start: Floats, end: Floats) -> float:
    """Length of the part of a straight line inside the unit square, by counting."""
    t = (np.arange(20_000) + 0.5) / 20_000
    points = start + t[:, None] * (end - start)
    return float(((points >= 0) & (points <= 1)).all(axis=1).mean() * np.linalg.norm(end - start))


# ── path ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reach", [0.0, 0.5, 5.0])
def test_pieces_lie_on_the_polyline_and_inside_the_domain(reach: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        corners = random_path(rng, reach)
        pieces = path_pieces(DOMAIN, shared(*corners))
        assert pieces.dtype == np.float32 and pieces.shape[1:] == (10,)
        assert (pieces[:, :4] >= -SINGLE).all() and (pieces[:, :4] <= 1 + SINGLE).all()
        for ends in (pieces[:, :2], pieces[:, 2:4]):
            lines = [distance_to_line(ends, *pair) for pair in itertools.pairwise(corners)]
            # Far outside, a place is rounded in units of its distance.
            assert (np.min(lines, axis=0) <= SINGLE * (1 + reach)).all()


@pytest.mark.parametrize("reach", [0.0, 0.5, 5.0])
def test_pieces_cover_all_of_the_polyline_that_is_inside(reach: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(30):
        corners = random_path(rng, reach)
        pieces = path_pieces(DOMAIN, shared(*corners))
        covered = np.linalg.norm(pieces[:, 2:4] - pieces[:, :2], axis=1).sum()
        expected = sum(length_inside(*pair) for pair in itertools.pairwise(corners))
        # Counting is right to one of 20 000 samples at each end of each line.
        assert covered == pytest.approx(expected, abs=2e-4 * (1 + 2 * reach) * len(corners))


def test_pieces_are_short_enough_to_follow_the_ground() -> None:
    for corners in ([(0.1, 0.1), (0.9, 0.35)], [(-40.0, 0.5), (60.0, 0.5)]):
        pieces = path_pieces(DOMAIN, shared(*corners))
        assert np.abs(pieces[:, 2:4] - pieces[:, :2]).max() <= 1 / PIECES + SINGLE


def test_shares_go_from_start_to_end_without_a_gap() -> None:
    pieces = path_pieces(DOMAIN, shared((0.1, 0.1), (0.9, 0.4), (0.5, 0.5), (0.5, 0.9)))
    assert pieces[0, 4] == 0 and pieces[-1, 7] == 1
    np.testing.assert_array_equal(pieces[1:, 4], pieces[:-1, 7])
    np.testing.assert_array_equal(pieces[1:, :2], pieces[:-1, 2:4])
    assert (np.diff(pieces[:, 4]) > 0).all()


def test_a_path_that_leaves_and_comes_back_ends_at_the_rim_and_keeps_its_shares() -> None:
    pieces = path_pieces(DOMAIN, shared((0.5, 0.5), (1.5, 0.5), (0.5, 0.25)))
    gone = np.flatnonzero(np.abs(pieces[1:, :2] - pieces[:-1, 2:4]).max(axis=1) > SINGLE)
    assert len(gone) == 1
    leaving, returning = pieces[gone[0]], pieces[gone[0] + 1]
    np.testing.assert_allclose(leaving[2:4], [1, 0.5], atol=SINGLE)
    np.testing.assert_allclose(returning[:2], [1, 0.375], atol=SINGLE)
    np.testing.assert_allclose([leaving[7], returning[4]], [0.25, 0.75], atol=SINGLE)


def test_a_path_that_crosses_the_domain_between_two_checkpoints_is_seen() -> None:
    pieces = path_pieces(DOMAIN, shared((-0.5, 0.5), (1.5, 0.5)))
    assert pieces[:, 0].min() == pytest.approx(0, abs=SINGLE) and pieces[:, 2].max() == pytest.approx(1, abs=SINGLE)


@pytest.mark.parametrize("corners", [[(1.1, 0.2), (1.2, 0.9)], [(-1.0, 0.5), (0.5, 2.0)], [(0.5, -0.1), (0.5, -3.0)]])
def test_a_path_outside_leaves_nothing(corners: list[tuple[float, float]]) -> None:
    assert path_pieces(DOMAIN, shared(*corners)).shape == (0, 10)


@pytest.mark.parametrize("u", [0.0, 1.0])
def test_a_path_along_the_rim_is_inside(u: float) -> None:
    pieces = path_pieces(DOMAIN, shared((u, 0.0), (u, 1.0)))
    assert (pieces[:, 3] - pieces[:, 1]).sum() == pytest.approx(1)


def test_a_path_that_went_very_far_costs_no_more_than_one_that_stayed() -> None:
    """A diverging run multiplies its weights without end."""
    pieces = path_pieces(DOMAIN, shared((0.5, 0.5), (1e12, 0.5), (0.5, -1e300), (0.5, 0.5)))
    assert len(pieces) <= 3 * (PIECES + 1)
    assert np.isfinite(pieces).all()


def test_a_checkpoint_that_is_nowhere_leaves_a_gap() -> None:
    corners = [(0.1, 0.1), (0.2, 0.2), (np.nan, np.nan), (0.3, np.inf), (0.6, 0.6), (0.7, 0.7)]
    pieces = path_pieces(DOMAIN, shared(*corners))
    assert np.isfinite(pieces).all()
    assert not ((pieces[:, 0] > 0.2 + SINGLE) & (pieces[:, 0] < 0.6 - SINGLE)).any()
    assert pieces[-1, 7] == 1


def test_a_training_that_stands_still_is_no_trouble() -> None:
    assert np.isfinite(path_pieces(DOMAIN, shared(*[(0.5, 0.5)] * 3))).all()


@pytest.mark.parametrize("points", [0, 1])
def test_a_path_of_one_point_has_no_pieces(points: int) -> None:
    assert path_pieces(DOMAIN, shared(*[(0.5, 0.5)] * points)).shape == (0, 10)


# ── marks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_checkpoints_are_discs_from_yellow_to_cyan_larger_at_both_ends() -> None:
    corners = [(0.1, 0.2), (0.3, 0.3), (0.6, 0.5), (0.9, 0.9)]
    marks = path_marks(DOMAIN, alone(*corners))
    np.testing.assert_allclose(marks[:, :2], [corners[k] for k in (1, 2, 0, 3)], atol=SINGLE)
    assert (marks[:, 2] == DISC).all()
    assert marks[:, 3].tolist() == [STEP_PT, STEP_PT, END_PT, END_PT]
    for k, share in enumerate((1 / 3, 2 / 3, 0, 1)):
        expected = [a + share * (b - a) for a, b in zip(YELLOW, CYAN, strict=True)]
        np.testing.assert_allclose(marks[k, 4:], expected, atol=SINGLE)


def test_checkpoints_outside_or_nowhere_have_no_mark() -> None:
    marks = path_marks(DOMAIN, alone((0.1, 0.1), (1.1, 0.5), (np.nan, 0.5), (0.5, -0.1), (0.9, 0.9)))
    np.testing.assert_allclose(marks[:, :2], [(0.1, 0.1), (0.9, 0.9)], atol=SINGLE)


# ── as fast as it has to be, and the same ─────────────────────────────────────────────────────────────────────────────


def one_by_one(domain: Domain, run: RunPath) -> Floats:
    """(n, 10) the pieces, one line between two checkpoints after the other."""
    corners, tables = to_uv(domain, run.path.alpha, run.path.beta), [np.empty((0, 10))]
    for k, (start, end) in enumerate(itertools.pairwise(corners)):
        if not np.isfinite([start, end]).all():
            continue
        step = np.where(end == start, 1e-300, end - start)
        with np.errstate(over="ignore"):
            a, b = (-1e-9 - start) / step, (1 + 1e-9 - start) / step
        low, high = max(np.minimum(a, b).max(), 0.0), min(np.maximum(a, b).min(), 1.0)
        if low > high:
            continue
        count = max(1, int(np.ceil(np.abs((high - low) * (end - start)).max() * PIECES)))
        t = np.linspace(low, high, count + 1)[:, None]
        points, share = start + t * (end - start), (k + t) / (len(corners) - 1)
        colours = (1 - share) * np.array(run.start) + share * np.array(run.end)
        tables.append(np.hstack([points[:-1], points[1:], colours[:-1], colours[1:]]))
    return np.vstack(tables)


@pytest.mark.parametrize("reach", [0.0, 0.5, 5.0, 1e200])
def test_all_pieces_at_once_are_those_one_by_one(reach: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        corners = random_path(rng, reach)
        corners[rng.random(len(corners)) < 0.1] = rng.choice([np.nan, np.inf])
        run = hued("run", trajectory(*corners), PALETTE[2])
        np.testing.assert_allclose(path_pieces(DOMAIN, (run,)), one_by_one(DOMAIN, run), atol=SINGLE)


def marked_one_by_one(corners: Floats) -> list[int]:
    """Which checkpoints between the ends have a mark."""
    kept, last = [], corners[0]
    for k in range(1, len(corners) - 1):
        if min(np.abs(corners[k] - place).max() for place in (last, corners[0], corners[-1])) >= APART:
            kept.append(k)
            last = corners[k]
    return kept


@pytest.mark.parametrize("step", [0.001, 0.01, 0.1])
def test_marks_are_those_that_stand_apart_one_by_one(step: float) -> None:
    rng = np.random.default_rng(4)
    corners = np.clip(0.5 + np.cumsum(rng.normal(0, step, (400, 2)), axis=0), 0, 1)
    expected = corners[marked_one_by_one(corners)]
    marks = path_marks(DOMAIN, alone(*corners))
    np.testing.assert_allclose(marks[:-2, :2], expected, atol=SINGLE)
    assert len(expected) > 0


def test_checkpoints_that_lie_on_one_spot_are_one_corner() -> None:
    """And the path that is drawn stays where it was."""
    rng = np.random.default_rng(5)
    corners = np.clip(0.5 + np.cumsum(rng.normal(0, 1e-4, (10_000, 2)), axis=0), 0, 1)
    pieces = path_pieces(DOMAIN, shared(*corners))
    assert len(pieces) < 3000
    np.testing.assert_array_equal(pieces[1:, :2], pieces[:-1, 2:4])
    np.testing.assert_allclose(pieces[[0, -1], [0, 2]], corners[[0, -1], 0], atol=SINGLE)
    assert pieces[0, 4] == 0 and pieces[-1, 7] == 1
    lines = np.split(pieces[:, :4], 2, axis=1)
    for place in corners[::97]:
        away = [
            distance_to_line(place[None], *ends)[0] for ends in zip(*lines, strict=True) if (ends[0] != ends[1]).any()
        ]
        assert min(away) <= np.sqrt(2) / CELLS


def test_a_path_that_goes_to_and_fro_without_end_does_not_fill_the_memory() -> None:
    corners = np.tile([(0.0, 0.3), (1.0, 0.6)], (2000, 1))
    pieces = path_pieces(DOMAIN, shared(*corners))
    assert MOST_PIECES / 2 < len(pieces) <= MOST_PIECES + len(corners)
    assert np.linalg.norm(pieces[:, 2:4] - pieces[:, :2], axis=1).sum() == pytest.approx(3999 * np.hypot(1, 0.3))


# ── several runs ──────────────────────────────────────────────────────────────────────────────────────────────────────


def several(*starts: tuple[float, float]) -> tuple[RunPath, ...]:
    """Runs from these places to the right, apart from each other in the end."""
    return tuple(
        hued(f"run {k}", trajectory(start, (0.5, 0.3 + 0.2 * k), (0.9, 0.2 + 0.2 * k)), PALETTE[k])
        for k, start in enumerate(starts)
    )


def test_each_run_is_drawn_in_its_colour_lighter_towards_its_end() -> None:
    runs = several((0.1, 0.2), (0.1, 0.2))
    pieces = path_pieces(DOMAIN, runs)
    parts = [path_pieces(DOMAIN, (run,)) for run in runs]
    np.testing.assert_array_equal(pieces, np.vstack(parts))
    for run, part in zip(runs, parts, strict=True):
        np.testing.assert_allclose(part[0, 4:7], run.start, atol=SINGLE)
        np.testing.assert_allclose(part[-1, 7:], run.end, atol=SINGLE)
        assert sum(run.start) < sum(run.colour) < sum(run.end)


def test_runs_from_one_place_share_a_white_start_and_each_has_an_end_in_its_colour() -> None:
    runs = several((0.1, 0.2), (0.1 + APART / 2, 0.2), (0.1, 0.2))
    marks = path_marks(DOMAIN, runs)
    large = marks[marks[:, 3] >= END_PT]
    assert len(large) == 4 and (large == marks[-4:]).all(), "they are drawn last"
    np.testing.assert_allclose(large[0, [0, 1, 4, 5, 6]], (0.1, 0.2, *NEUTRAL), atol=SINGLE)
    for k, run in enumerate(runs):
        np.testing.assert_allclose(large[1 + k, 4:], run.colour, atol=SINGLE)
    np.testing.assert_allclose(large[1:, :2], [(0.9, 0.2), (0.9, 0.4), (0.9, 0.6)], atol=SINGLE)


def test_runs_from_places_of_their_own_have_starts_of_their_own() -> None:
    marks = path_marks(DOMAIN, several((0.1, 0.2), (0.1, 0.8), (0.1, 0.2)))
    np.testing.assert_allclose(marks[-5:-3, :2], [(0.1, 0.2), (0.1, 0.8)], atol=SINGLE)
    np.testing.assert_allclose(marks[-5:-3, 4:], [NEUTRAL] * 2, atol=SINGLE)


def test_ends_that_lie_on_each_other_are_rings_around_the_last() -> None:
    runs = [RunPath(str(k), trajectory((0.1, 0.1), (0.8 + NEAR / 9 * k, 0.8))) for k in range(3)]
    sizes = path_marks(DOMAIN, runs)[:, 3]
    assert sizes[0] == END_PT and sizes[-1] == END_PT  # the start is far away
    assert (np.diff(sizes[1:]) < -8).all()


def test_an_end_on_its_start_is_seen_inside_it() -> None:
    for away in (0.0, 0.9 * NEAR):
        start, end = path_marks(DOMAIN, alone((0.5, 0.5), (0.7, 0.7), (0.5 + away, 0.5)))[-2:]
        assert start[3] > end[3] + 8
        np.testing.assert_allclose(end[4:], CYAN, atol=SINGLE)
    start, end = path_marks(DOMAIN, alone((0.5, 0.5), (0.7, 0.7), (0.5 + 1.1 * NEAR, 0.5)))[-2:]
    assert start[3] == end[3] == END_PT


def test_checkpoints_of_all_runs_are_numbered_one_run_after_the_other() -> None:
    runs = several((0.1, 0.2), (0.1, 0.8))
    places = checkpoint_places(DOMAIN, runs)
    np.testing.assert_allclose(places[[0, 2, 3, 5]], [(0.1, 0.2), (0.9, 0.2), (0.1, 0.8), (0.9, 0.4)], atol=SINGLE)


def test_start_and_end_show_around_the_mark_of_a_minimum() -> None:
    assert END_PT > critical_marks(DOMAIN, (CriticalPoint(0.0, 10.5, 0.5, 0),))[0, 3] > STEP_PT


def test_the_path_on_a_line_runs_along_it_and_ends_at_its_ends() -> None:
    pieces = path_pieces(LINE, shared((0.25, 0.0), (1.5, 1.0)))
    assert (pieces[:, [1, 3]] == 0.5).all()
    assert pieces[0, 0] == 0.25 and pieces[-1, 2] == pytest.approx(1, abs=SINGLE)
    assert pieces[-1, 7] == pytest.approx(0.6, abs=SINGLE)


def test_a_checkpoint_has_a_place_where_it_is_on_the_ground() -> None:
    path = alone((0.25, 0.5), (1.5, 0.5), (np.nan, 0.5))
    scene = Scene(DOMAIN, SCALE, (8, 8), "loss", checkpoints=checkpoint_places(DOMAIN, path))
    assert checkpoint_place(scene, 0) == pytest.approx((0.25, 0.5))
    assert [checkpoint_place(scene, k) for k in (1, 2, 3, -1)] == [None] * 4
    assert len(checkpoint_places(DOMAIN, ())) == 0
