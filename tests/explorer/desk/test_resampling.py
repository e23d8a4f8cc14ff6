"""Measuring on from the window: on a small but real run."""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

import pytest

from compute.errors import BadInputError
from compute.folder import open_folder
from compute.messages import Sample
from compute.surveying.source import open_source
from compute.surveying.survey import open_survey
from compute.surveying.whereabouts import found_source, whereabouts
from explorer.desk.resampling import resampled, sample_of, wishes_of
from tests.compute.small_run import small_run, task


def differing(one: Sample, other: Sample) -> tuple[str, ...]:
    """Names of the options in which two tasks differ."""
    return tuple(name for name, value in asdict(one).items() if value != asdict(other)[name])


def make(order: Sample) -> Path:
    """The landscape folder of a task, before its first point."""
    open_survey(order, open_source(order, print), lambda *preparing: None)
    return Path(order.out)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Executor]:
    """A process without OpenGL: torch's compiler crashes beside Mesa's, which brings another LLVM."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def run(elsewhere, tmp_path_factory) -> Path:
    return elsewhere.submit(small_run, tmp_path_factory.mktemp("measuring on") / "run").result()


@pytest.fixture
def made(elsewhere) -> Callable[[Sample], Path]:
    return lambda order: elsewhere.submit(make, order).result()


def order(run: Path, name: str) -> Sample:
    return task(run, run / name, directions="random", alpha=[-0.1, 1 / 3], keep_range=True, tolerance=None, cap=3.5)


def refusal(landscape, folder) -> str:
    with pytest.raises(BadInputError) as caught:
        sample_of(landscape, folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_task_of_a_landscape_is_found_again(run, made):
    asked = order(run, "one")
    folder = made(asked)
    assert json.loads((folder / "landscape.json").read_text())["source"] == ".."
    found = sample_of(open_folder(folder), folder)
    assert found == replace(asked, trial=True)
    made(found)  # resumes: nothing in it differs


def test_it_is_found_when_run_and_landscape_moved_together(run, made, tmp_path):
    folder = made(order(run, "two"))
    moved = Path(shutil.copytree(run, tmp_path / "elsewhere"))
    found = sample_of(open_folder(moved / "two"), moved / "two")
    assert (Path(found.source), Path(found.out)) == (moved, moved / "two")
    assert folder.exists()


def test_where_the_run_is_follows_it_when_measuring_goes_on(run, made, tmp_path):
    far = tmp_path / "landscapes" / "far"
    asked = replace(order(run, "far"), out=str(far))
    made(asked)
    assert json.loads((far / "landscape.json").read_text())["source"] == str(run.resolve())
    moved = Path(shutil.copytree(run, tmp_path / "moved run"))
    made(replace(asked, source=str(moved)))
    assert sample_of(open_folder(far), far).source == str(moved.resolve())


def test_a_landscape_beside_its_run(tmp_path):
    assert whereabouts(str(tmp_path / "run"), tmp_path / "pca") == {"source": "../run"}
    assert whereabouts(str(tmp_path / "c/epoch-*.pt"), tmp_path / "pca") == {"source": "../c/epoch-*.pt"}
    assert whereabouts(str(tmp_path / "run"), tmp_path / "run/a/b") == {"source": "../.."}
    assert whereabouts(str(tmp_path / "run"), tmp_path / "a/b") == {"source": str(tmp_path / "run")}
    assert found_source({"source": "../run"}, tmp_path / "pca") == tmp_path / "run"
    assert found_source({"source": "/x"}, tmp_path) == Path("/x")
    assert [found_source(known, tmp_path) for known in ({}, {"source": 3}, {"source": ""})] == [None] * 3


def test_why_one_cannot_be_measured_on(run, made, tmp_path):
    folder = made(order(run, "three"))
    land = open_folder(folder)
    assert refusal(land, None).endswith("basin sample did not make it, so that no more of it can be measured")
    assert refusal(replace(land, provenance={}), folder).startswith("three: basin sample did not make it")
    unknown = {key: value for key, value in land.provenance.items() if key != "source"}
    assert "does not say where" in refusal(replace(land, provenance=unknown), folder)
    gone = Path(shutil.copytree(folder, tmp_path / "alone"))
    assert refusal(land, gone) == f"three: its run is not at {tmp_path} any more, so that no more of it can be measured"
    damaged = MappingProxyType({**land.provenance, "sample": {**land.provenance["sample"], "seed": "x"}})
    assert "sample.seed: expected a whole number" in refusal(replace(land, provenance=damaged), folder)


def test_a_problem_of_the_users_own_must_be_here(run, made, tmp_path):
    folder = made(order(run, "four"))
    land = open_folder(folder)

    def with_problem(name: str):
        return replace(land, provenance={**land.provenance, "sample": {**land.provenance["sample"], "problem": name}})

    assert "its problem gone.py:make is not here" in refusal(with_problem("gone.py:make"), folder)
    assert sample_of(with_problem("module:make"), folder).problem == "module:make"
    nowhere = replace(
        with_problem("module:make"), provenance={**with_problem("module:make").provenance, "source": "no/*.pt"}
    )
    assert "its checkpoints are not at" in refusal(nowhere, folder)


@pytest.fixture
def base(tmp_path) -> Sample:
    (tmp_path / "pca").mkdir()
    return Sample("run", str(tmp_path / "pca"), alpha=[-1.0, 1 / 3], centre="8", focus=[0, 1, 0, 1])


def test_the_form_left_as_it_is_asks_for_the_same_in_a_folder_of_its_own(base, tmp_path):
    again = resampled(base, wishes_of(base))
    assert differing(base, again) == ("out", "focus")
    assert again.out == str(tmp_path / "pca-2")


def test_every_wish_is_granted(base, tmp_path):
    wishes = replace(
        wishes_of(base),
        directions="gradient,random",
        normalisation="layer",
        seed="7",
        metrics="test_loss",
        examples=" 1,000,000 ",
        resolution="33",
        alpha="−2, 2",
        beta="0;1e-1",
        tolerance="0",
    )
    asked = resampled(base, wishes)
    assert asked == replace(
        base,
        out=str(tmp_path / "gradient-random"),
        directions="gradient,random",
        normalisation="layer",
        seed=7,
        metrics="test_loss",
        examples=1_000_000,
        resolution=33,
        alpha=[-2.0, 2.0],
        beta=[0.0, 0.1],
        tolerance=None,
        focus=None,
    )


def test_an_empty_range_is_one_to_be_chosen_and_between_has_its_own_centre(base, tmp_path):
    asked = resampled(base, replace(wishes_of(base), alpha=" ", directions="between:first,a/last.pt"))
    assert asked.alpha is None
    assert (asked.centre, asked.out) == ("", str(tmp_path / "between-first-last"))
    line = resampled(replace(base, line=True), replace(wishes_of(base), directions="random"))
    assert line.out == str(tmp_path / "random-line")


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("alpha", "1", "range of α: '1': give two rising numbers, such as -1, 1"),
        ("beta", "1,0", "range of β: '1,0': give two rising numbers, such as -1, 1"),
        ("alpha", "0,inf", "range of α: 'inf' is not a number"),
        ("alpha", "0,x", "range of α: 'x' is not a number"),
        ("seed", "-1", "seed: '-1' is not a whole number from 0 to 9,223,372,036,854,775,807"),
        ("examples", "", "examples: '' is not a whole number from 1 to 10,000,000"),
        ("examples", "2.5", "examples: '2.5' is not a whole number from 1 to 10,000,000"),
        ("examples", "1,5", "examples: '1,5' is not a whole number from 1 to 10,000,000"),
        ("examples", "1,50,000", "examples: '1,50,000' is not a whole number from 1 to 10,000,000"),
        ("seed", "1234,567", "seed: '1234,567' is not a whole number from 0 to 9,223,372,036,854,775,807"),
        ("seed", "9" * 5000, f"seed: '{'9' * 5000}' is not a whole number from 0 to 9,223,372,036,854,775,807"),
        ("resolution", "2", "points per axis: '2' is not a whole number from 3 to 10,000"),
        ("tolerance", "-1", "tolerance: '-1' is negative; 0 measures every point"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(base, field, text, complaint):
    with pytest.raises(BadInputError) as caught:
        resampled(base, replace(wishes_of(base), **{field: text}))
    assert str(caught.value) == complaint


def test_directions_that_there_are_not_are_refused(base):
    with pytest.raises(BadInputError, match="directions"):
        resampled(base, replace(wishes_of(base), directions="sideways"))
