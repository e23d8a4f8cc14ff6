"""Asking the network more from the window: who is asked, what is waited for, and what came of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.folder import open_folder
from compute.landscape import Domain
from compute.messages import (
    PLANE,
    SHARPNESS,
    SPECTRUM,
    VERIFY,
    Failed,
    Finished,
    Follow,
    Inspect,
    Inspecting,
    Note,
    Opened,
    Sample,
)
from compute.verification import Outcome, Verdict
from explorer.desk.beginning import beginning
from explorer.desk.desk import Desk
from explorer.desk.looking import (
    Looking,
    curvature_nodes,
    curvature_points,
    found_line,
    is_complete,
    progress_line,
    share_done,
)
from explorer.worker.task import Task
from tests.explorer.desk.test_desk import land, workers  # noqa: F401  a fixture
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line
from tests.explorer.mapped import mapped_folder, measure_maps


@pytest.fixture
def alone(gl, tmp_path, monkeypatch):
    """A desk whose landscape could be measured on."""
    order = Sample(source="run", out=str(tmp_path / "a"), inspect_points=5)
    monkeypatch.setattr("explorer.desk.measurement.sample_of", lambda landscape, folder: order)
    made = Desk(gl, beginning([land(tmp_path / "a")]))
    yield made
    made.release()
    gl.extra.use()


def hear(desk: Desk, worker, *messages) -> None:
    worker.says = list(messages)
    desk.poll()


def opened(desk: Desk) -> Opened:
    return Opened("plane", str(desk.files["a"].file))


def test_what_nobody_measures_is_asked_in_a_task_of_its_own_that_does_it_first(alone, workers):  # noqa: F811
    assert alone.looking == Looking()
    alone.inspect(PLANE)
    assert workers[0].order == Sample(
        source="run", out=str(alone.files["a"].file), inspect=PLANE, inspect_points=9, watched=True
    )
    assert alone.looking.asked == {PLANE} and not workers[0].sent
    hear(alone, workers[0], opened(alone))
    assert workers[0].sent == [Inspect("plane", PLANE)]
    assert progress_line(alone.looking, PLANE) == "curvature in the plane: waiting for the worker"
    hear(alone, workers[0], Inspecting("plane", PLANE, 20, 81, 65.0))
    assert alone.looking.now == Inspecting("plane", PLANE, 20, 81, 65.0)
    assert progress_line(alone.looking, PLANE) == "curvature in the plane: 20 of 81, 1 min 05 s left"
    assert share_done(alone.looking, PLANE) == pytest.approx(20 / 81) and share_done(alone.looking, VERIFY) == 0
    hear(alone, workers[0], Inspecting("plane", PLANE, 81, 81, 0.0))
    assert alone.looking == Looking()
    assert len(workers) == 1 and len(workers[0].sent) == 1


def test_more_is_asked_of_the_same_worker_even_before_it_has_a_name_for_the_plane(alone, workers):  # noqa: F811
    alone.inspect(PLANE)
    alone.inspect(VERIFY)
    alone.inspect(VERIFY)
    assert len(workers) == 1 and alone.looking.asked == {PLANE, VERIFY}
    hear(alone, workers[0], opened(alone))
    assert workers[0].sent == [Inspect("plane", PLANE), Inspect("plane", VERIFY)]
    alone.inspect(SHARPNESS)
    assert workers[0].sent[-1] == Inspect("plane", SHARPNESS)
    hear(alone, workers[0], Inspecting("plane", PLANE, 81, 81, 0.0))
    assert alone.looking.asked == {VERIFY, SHARPNESS}


def test_a_worker_that_measures_this_plane_is_asked(alone, workers):  # noqa: F811
    alone.measurement.resample(Sample(source="run", out=str(alone.files["a"].file.parent)))
    hear(alone, workers[0], opened(alone))
    alone.inspect(SPECTRUM)
    assert workers[0].sent[-1] == Inspect("plane", SPECTRUM) and len(workers) == 1
    alone.pause(True)
    hear(alone, workers[0], Inspecting("plane", SPECTRUM, 1, 9, 3.0))
    assert progress_line(alone.looking, SPECTRUM).endswith("1 of 9, paused")


@pytest.mark.parametrize("end", [Finished(), Failed("out of memory", "")])
def test_nothing_is_waited_for_once_the_worker_has_ended(alone, workers, end):  # noqa: F811
    alone.inspect(VERIFY)
    hear(alone, workers[0], opened(alone), Inspecting("plane", VERIFY, 1, 4, 3.0), end)
    assert alone.looking == Looking()
    alone.inspect(VERIFY)
    assert len(workers) == 2


def test_why_it_cannot_be_done_is_said(alone, workers):  # noqa: F811
    alone.inspect(VERIFY)
    hear(alone, workers[0], Note("before: nothing to do with it"))
    assert not alone.notices.shown
    hear(alone, workers[0], opened(alone))
    hear(alone, workers[0], Note("no level is measured throughout yet"))
    assert alone.notices.shown[-1].text == "no level is measured throughout yet"


def test_what_cannot_be_done_is_waited_for_no_longer(alone, workers):  # noqa: F811
    alone.measurement.resample(Sample(source="run", out=str(alone.files["a"].file.parent)))
    hear(alone, workers[0], opened(alone))
    alone.inspect(VERIFY)
    alone.inspect(PLANE)
    hear(alone, workers[0], Inspecting("plane", VERIFY, 1, 4, 3.0))
    hear(alone, workers[0], Note("its files are gone"), Inspecting("plane", VERIFY, 0, 0, 0.0))
    assert alone.looking == Looking(asked=frozenset({PLANE}))
    assert alone.notices.shown[-1].text == "its files are gone"


def test_what_reached_the_worker_too_late_is_asked_for_in_a_task_of_its_own_once(alone, workers):  # noqa: F811
    alone.measurement.resample(Sample(source="run", out=str(alone.files["a"].file.parent)))
    hear(alone, workers[0], opened(alone))
    for what in (VERIFY, PLANE, SPECTRUM):
        alone.inspect(what)
    hear(alone, workers[0], Inspecting("plane", VERIFY, 1, 4, 3.0), Finished())
    assert [worker.order.inspect for worker in workers] == ["", "plane,spectrum"]
    assert alone.looking.asked == {PLANE, SPECTRUM}
    hear(alone, workers[1], opened(alone), Finished())
    assert len(workers) == 2 and alone.looking == Looking()


def test_what_was_asked_before_the_plane_had_a_name_is_not_lost_either(alone, workers):  # noqa: F811
    alone.measurement.resample(Sample(source="run", out=str(alone.files["a"].file)))
    alone.inspect(PLANE)
    hear(alone, workers[0], opened(alone), Finished())
    assert [worker.order.inspect for worker in workers] == ["", "plane"] and alone.looking.asked == {PLANE}


def test_the_code_of_a_problem_runs_only_after_it_was_named(alone, workers, monkeypatch):  # noqa: F811
    order = Sample(source="run", out="out", problem="mine.py:make")
    monkeypatch.setattr("explorer.desk.measurement.sample_of", lambda landscape, folder: order)
    alone.inspect(VERIFY)
    assert not workers and "mine.py:make" in alone.notices.shown[-1].text and not alone.looking.asked
    alone.inspect(VERIFY)
    assert workers[0].order.inspect == VERIFY


def test_a_landscape_without_a_network_says_why_not_and_finds_that_out_once(alone, workers, monkeypatch):  # noqa: F811
    asked = []

    def refuse(landscape, folder):
        asked.append(landscape)
        raise BadInputError("a: basin sample did not make it")

    monkeypatch.setattr("explorer.desk.measurement.sample_of", refuse)
    for _ in range(5):
        assert alone.looking.why_not == "a: basin sample did not make it"
    assert len(asked) == 1
    alone.inspect(VERIFY)
    assert not workers and alone.notices.shown[-1].error


def test_a_plane_that_is_fitted_to_a_training_is_not_looked_into(alone, workers):  # noqa: F811
    task = Task(Follow(["run"], "live"))
    alone.measurement.task = task
    task.start()
    hear(alone, workers[0], opened(alone))
    assert "followed" in alone.looking.why_not
    workers[0].says = [Finished()]
    alone.poll()
    assert alone.looking.why_not == ""


@pytest.mark.parametrize(
    ("shape", "points", "nodes"),
    [((65, 65), 9, 81), ((9, 9), 9, 81), ((33, 65), 9, 9 * 17), ((21, 21), 6, 36), ((51, 51), 26, 676), ((5, 5), 5, 25),
     ((1, 129), 9, 9), ((4, 4), 4, 16)],
)  # fmt: skip
def test_curvature_is_measured_on_a_level_that_the_grid_has(shape, points, nodes):
    assert curvature_points(shape) == points
    domain = Domain((-1, 1), (0, 0) if shape[0] == 1 else (-1, 1), shape[1], shape[0])
    assert curvature_nodes(replace(landscape(), domain=domain)) == nodes


def test_what_came_of_it_in_words(tmp_path):
    land = mapped_folder(tmp_path / "m", points=5)
    assert found_line(land, PLANE) == "curvature in the plane: 25 of 81 points, mean over 64 examples"
    assert not is_complete(land, PLANE)
    measure_maps(tmp_path / "m", 65, 9)
    land = open_folder(Path(tmp_path / "m"))
    assert found_line(land, SPECTRUM) == "|λmin / λmax|: 81 of 81 points, mean over 64 examples"
    assert is_complete(land, PLANE) and is_complete(land, SPECTRUM)
    assert not is_complete(land, VERIFY) and not is_complete(land, SHARPNESS)
    assert found_line(line(), PLANE) == found_line(line(), VERIFY) == found_line(line(), SHARPNESS) == ""
    assert is_complete(replace(land, provenance={"sharpness": {}}), SHARPNESS)


def test_what_is_measured_already_is_not_asked_again_but_said(alone, workers, monkeypatch):  # noqa: F811
    monkeypatch.setattr("explorer.desk.measurement.is_complete", lambda landscape, what: what == PLANE)
    alone.inspect(PLANE)
    assert not workers and [notice.text for notice in alone.notices.shown] == [
        "curvature in the plane: measured already"
    ]
    alone.inspect(VERIFY)
    assert len(workers) == 1


def test_verdicts_are_counted():
    def verdict(outcome: Outcome) -> dict:
        return Verdict(0.0, 0.0, 0, outcome, (0, 0), 0, 1.0, (1, 2), 0.0, 0.1, 2, "").describe()

    def told(*outcomes: Outcome, left_out: int = 0) -> str:
        entry = {"points": [verdict(each) for each in outcomes], "left_out": left_out}
        return found_line(replace(landscape(), provenance={"verification": entry}), VERIFY)

    assert told(*[Outcome.VERIFIED] * 3, Outcome.REFUTED) == "verified 3 of 4 that stand out, 1 refuted"
    moved = told(Outcome.MOVED, Outcome.MOVED, left_out=7)
    assert moved == "verified 0 of 2 that stand out most, 2 moved, 7 less persistent not asked"
    assert told() == "no critical point stands out, so none was checked"
    assert found_line(replace(landscape(), provenance={"verification": "damaged"}), VERIFY) == ""
    assert np.isfinite(landscape().main).all()
