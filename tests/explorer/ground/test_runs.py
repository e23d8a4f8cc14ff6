"""Several runs over one plane: what they are called, which colours tell them apart, and their checkpoints' numbers."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compute.landscape import Floats, Landscape, Trajectory
from explorer.ground.runs import (
    CYAN,
    NEUTRAL,
    PALETTE,
    YELLOW,
    checkpoint_of,
    hued,
    newest_checkpoint,
    number_of,
    path_until,
    run_colour,
    run_names,
    run_paths,
    runs_until,
    same_checkpoint,
)
from explorer.looks.theme import THEMES
from tests.explorer.layers.test_layers import landscape

COLOURMAPS = Path(__file__).parents[3] / "assets" / "colourmaps"


def path(*steps: float) -> Trajectory:
    """Checkpoints at these steps; every other column is the step in units of its own."""
    step = np.array(steps)
    return Trajectory(step, step / 10, step / 100, -step, 3 * step, 4 * step, 5 * step)


def compared(*others: str, listed: list[str] | None = None) -> Landscape:
    """A landscape with the paths of further runs."""
    known = {"fit": {"runs": listed}} if listed is not None else {}
    return replace(landscape(5), others={name: path(0, 1) for name in others}, provenance=known)


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_alone_goes_from_yellow_to_cyan() -> None:
    (run,) = run_paths(landscape(5))
    assert (run.start, run.end, run.colour) == (YELLOW, CYAN, CYAN)
    assert run_paths(replace(landscape(5), trajectory=None)) == ()
    assert run_paths(replace(landscape(5), trajectory=path())) == ()


def test_the_first_run_is_the_landscapes_own_and_the_others_follow() -> None:
    runs = run_paths(compared("adam", "sgd", listed=["lion", "sgd", "adam"]))
    assert [run.name for run in runs] == ["lion", "adam", "sgd"]
    assert [run.colour for run in runs] == [PALETTE[0], PALETTE[2], PALETTE[1]]
    assert [run.name for run in run_paths(compared("adam"))] == ["himmelblau", "adam"]


def test_a_run_keeps_its_colour_when_another_arrives() -> None:
    before, after = (compared(*names, listed=["a", "b", "c"]) for names in (("c",), ("b", "c")))
    assert [run.colour for run in run_paths(before)] == [PALETTE[0], PALETTE[2]]
    assert [run.colour for run in run_paths(after)] == [PALETTE[0], PALETTE[1], PALETTE[2]]


@pytest.mark.parametrize("fit", [None, "fit", {}, {"runs": []}, {"runs": "abc"}, {"runs": None}])
def test_provenance_that_says_nothing_of_runs_is_no_trouble(fit: object) -> None:
    assert run_names(replace(compared("b"), provenance={"fit": fit})) == ["himmelblau", "b"]


# ── colours ───────────────────────────────────────────────────────────────────────────────────────────────────────────

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colours: object) -> Floats:
    c = np.asarray(colours, float)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def oklab(colours: Floats) -> Floats:
    """Ottosson (2020), of linear RGB, in hundredths."""
    lms = colours @ np.array(
        [[0.4122214708, 0.2119034982, 0.0883024619], [0.5363325363, 0.6806995451, 0.2817188376],
         [0.0514459929, 0.1073969566, 0.6299787005]]
    )  # fmt: skip
    return 100 * np.cbrt(lms) @ np.array(
        [[0.2104542553, 1.9779984951, 0.0259040371], [0.7936177850, -2.4285922050, 0.7827717662],
         [-0.0040720468, 0.4505937099, -0.8086757660]]
    )  # fmt: skip


@pytest.mark.parametrize("sight", SIGHTS)
def test_runs_are_told_apart_by_everybody(sight: str) -> None:
    """A difference of 2 is just seen side by side; Okabe and Ito's own seven keep 7.6."""
    seen = oklab(np.clip(linear([*PALETTE, NEUTRAL]) @ np.array(SIGHTS[sight]).T, 0, 1))
    for a, b in itertools.combinations(seen, 2):
        assert np.linalg.norm(a - b) > 11


def test_runs_are_told_from_the_colours_of_the_surface_and_from_their_casing() -> None:
    surface = oklab(linear(np.loadtxt(COLOURMAPS / "viridis.csv", delimiter=",")))
    for colour in oklab(linear(PALETTE)):
        assert np.linalg.norm(surface - colour, axis=1).min() > 10
    weights = np.array([0.2126, 0.7152, 0.0722])
    for theme in THEMES.values():
        rim = linear(theme.casing) @ weights
        assert ((linear(PALETTE) @ weights + 0.05) / (rim + 0.05)).min() > 3


def test_colours_come_again_beyond_eight_and_one_alone_is_cyan() -> None:
    names = [str(k) for k in range(10)]
    assert [run_colour(names, name) for name in names] == [*PALETTE, *PALETTE[:2]]
    assert run_colour(["a"], "a") == CYAN


# ── a moment of the training ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("step", "kept"), [(-1, 0), (0, 1), (15, 2), (20, 3), (1e9, 4)])
def test_a_path_is_cut_behind_a_step(step: float, kept: int) -> None:
    whole = path(0, 10, 20, 40)
    cut = path_until(whole, step)
    for name in ("step", "epoch", "alpha", "beta", "residual", "loss", "plane_loss"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name)[:kept])


def test_runs_are_cut_at_one_step_and_those_that_had_not_begun_are_left_out() -> None:
    runs = (hued("a", path(0, 10, 20), PALETTE[0]), hued("b", path(15, 30), PALETTE[1]))
    assert [(run.name, len(run.path)) for run in runs_until(runs, 12)] == [("a", 2)]
    assert [(run.name, len(run.path)) for run in runs_until(runs, 15)] == [("a", 2), ("b", 1)]
    assert runs_until(runs, None) == runs


def test_checkpoints_are_numbered_one_run_after_the_other() -> None:
    runs = (hued("a", path(0, 10), PALETTE[0]), hued("b", path(5, 7, 30), PALETTE[1]))
    found = [checkpoint_of(runs, number) for number in range(5)]
    assert [(run.name, index) for run, index in filter(None, found)] == [
        ("a", 0), ("a", 1), ("b", 0), ("b", 1), ("b", 2),
    ]  # fmt: skip
    assert checkpoint_of(runs, 5) is None and checkpoint_of(runs, -1) is None and checkpoint_of((), 0) is None
    assert [number_of(runs, *each) for each in filter(None, found)] == list(range(5))


def test_a_checkpoint_is_found_again_among_runs_that_are_cut() -> None:
    runs = (hued("a", path(0, 10, 20), PALETTE[0]), hued("b", path(5, 7, 30), PALETTE[1]))
    cut = runs_until(runs, 10)
    assert [same_checkpoint(runs, number, cut) for number in range(7)] == [0, 1, None, 2, 3, None, None]
    assert [same_checkpoint(cut, number, runs) for number in range(4)] == [0, 1, 3, 4]


def test_the_newest_checkpoint_is_that_of_the_highest_step() -> None:
    runs = (hued("a", path(0, 10), PALETTE[0]), hued("b", path(5, 30), PALETTE[1]), hued("c", path(30), PALETTE[2]))
    assert newest_checkpoint(runs) == 3
    assert newest_checkpoint(runs_until(runs, 10)) == 1
    assert newest_checkpoint(()) is None
