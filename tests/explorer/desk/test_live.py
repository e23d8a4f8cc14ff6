"""A training that is followed: which plane is shown when, how the ground gets from one to the next, and replay."""

import json
from dataclasses import replace

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.live.layout import run_names
from compute.messages import Finished, Follow, Opened, Refit, Sample, Steer, Train
from compute.trajectory_file import write_trajectory
from explorer.desk import live as live_module
from explorer.desk.beginning import beginning, followed, opened
from explorer.desk.desk import Desk
from explorer.desk.live import REPLAY_SECONDS, Live
from explorer.ground.fits import Fits, is_live_folder, named_runs, open_fit, runs_of
from explorer.worker.task import READY, Task
from tests.explorer.desk.live_folder import N, add_fit, go_on, live_folder, measure, path_until
from tests.explorer.desk.test_desk import Worker, land, settle, workers  # noqa: F401  a fixture

AREA = (0, 0, 640, 400)


@pytest.fixture
def live(tmp_path):
    return live_folder(tmp_path)


def order(live) -> Follow:
    return Follow([str(live.parent)], str(live), "mine.py:make")


@pytest.fixture
def desks(gl):
    made = []

    def make(found, task=None, trainer=None) -> Desk:
        made.append(Desk(gl, found, task, trainer))
        made[-1].place(AREA)
        return made[-1]

    yield make
    for desk in made:
        desk.release()
    gl.extra.use()


# ── the folder ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_fits_are_found_in_order_as_they_come_and_none_that_is_not_whole(live):
    fits = Fits(live)
    assert not fits.look() and fits.at(None) is None
    add_fit(live, 2, 60)
    add_fit(live, 1, 20)
    (live / "fit-0003").mkdir()
    (live / "fit-notes").mkdir()
    assert fits.look() and [fit.number for fit in fits.found] == [1, 2]
    assert not fits.look()
    assert [fits.at(step) for step in (0.0, 20.0, 59.0, 60.0, 1e9, None)] == [0, 0, 0, 1, 1, 1]


def test_a_damaged_fit_is_left_out(live):
    (add_fit(live, 1, 20) / "landscape.json").write_text("{")
    add_fit(live, 2, 40)
    fits = Fits(live)
    fits.look()
    assert [fit.number for fit in fits.found] == [2]


def test_a_live_folder_names_its_runs_and_a_damaged_one_is_one_line(live):
    assert is_live_folder(live) and [(run.name, run.source) for run in runs_of(live)] == [("mine", live.parent)]
    (live / "live.json").write_text(json.dumps({"runs": 3}))
    with pytest.raises(BadInputError, match=r"live\.json: is not the description"):
        runs_of(live)


def test_trainings_are_called_as_the_worker_calls_them(tmp_path):
    sources = [str(tmp_path / part) for part in ("a/x", "b/x", "c/y", "c/.z")]
    assert [run.name for run in named_runs(sources)] == run_names(sources) == ["a-x", "b-x", "c-y", "c-.z"]
    assert run_names([str(tmp_path / "x"), str(tmp_path / ".hidden")]) == ["x", "hidden"]


def test_fits_are_in_order_of_their_numbers_and_other_folders_are_none(live):
    for number in (9999, 10000):
        add_fit(live, number, number)
    (live / "fit-²").mkdir()
    fits = Fits(live)
    fits.look()
    assert [fit.number for fit in fits.found] == [9999, 10000]


def test_only_the_description_of_a_fit_is_read_to_find_it(live):
    (add_fit(live, 1, 20) / "trajectory.csv").write_text("not a path")
    fits = Fits(live)
    assert fits.look() and fits.found[0].step == 20


# ── the moment ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_moment_stays_within_the_run_and_at_its_end_follows_it(live):
    found = Live(live)
    assert found.steps == (0.0, 100.0)
    found.go_to(-5.0)
    assert found.moment == 0.0
    found.go_to(40.0)
    assert found.moment == 40.0
    found.go_to(100.0)
    assert found.moment is None


def test_playing_takes_the_run_from_its_start_to_its_end_and_ends_there(live):
    found = Live(live)
    found.play()
    assert found.playing and found.moment == 0.0
    assert found.advance(REPLAY_SECONDS / 4) and found.moment == pytest.approx(25.0)
    found.play()
    assert not found.playing and not found.advance(1.0) and found.moment == pytest.approx(25.0)
    found.play()
    found.advance(REPLAY_SECONDS)
    assert found.moment is None and not found.playing


def test_steps_go_from_checkpoint_to_checkpoint(live, desks):
    add_fit(live, 1, 60)
    desk = desks(opened(live))
    desk.live.step_by(-1)
    assert desk.live.moment == 50.0
    desk.live.go_to(33.0)
    desk.live.step_by(1)
    assert desk.live.moment == 40.0
    desk.live.step_by(-99)
    assert desk.live.moment == 0.0


def test_rows_that_are_recorded_lengthen_the_run(live):
    found = Live(live)
    assert not found.look()
    with (live.parent / "recording.csv").open("a") as file:
        file.write("500,,0.1\n")
    assert found.look() and found.steps == (0.0, 500.0)


# ── in the window ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_until_the_first_plane_has_a_surface_an_example_stands_in_for_it(live, desks):
    desk = desks(followed(order(live)))
    assert desk.name == READY
    add_fit(live, 1, 20, rows=0)
    desk.refresh()
    assert desk.name == READY
    measure(live / "fit-0001", 0, N)
    assert desk.refresh() and desk.name == "mine" and list(desk.stages) == ["mine"]
    assert desk.files["mine"].file == live / "fit-0001" and not desk.can_undo


def test_another_fit_rises_from_the_ground_of_the_one_before(live, desks):
    add_fit(live, 1, 20)
    desk = desks(followed(order(live)))
    before = desk.pane.stage
    add_fit(live, 2, 60, rows=0, factor=3.0)
    desk.refresh()
    assert desk.pane.stage is before or desk.pane.stage.landscape.provenance["fit"]["number"] == 1
    measure(live / "fit-0002", 0, N, 3.0)
    assert desk.refresh()
    stage = desk.pane.stage
    assert stage.landscape.provenance["fit"]["number"] == 2 and stage.moving
    assert np.array_equal(stage.heights, before.heights)
    settle(desk)
    assert not stage.moving and desk.files["mine"].file == live / "fit-0002" and not desk.can_undo


def test_the_path_grows_with_each_checkpoint(live, desks):
    folder = add_fit(live, 1, 20)
    desk = desks(followed(order(live)))
    assert len(desk.pane.stage.landscape.trajectory) == 3
    go_on(folder, 80, 1)
    assert desk.refresh() and len(desk.pane.stage.landscape.trajectory) == 9


def test_paths_of_further_runs_grow_too(live, desks):
    folder = add_fit(live, 1, 20)
    (folder / "paths").mkdir()
    write_trajectory(folder / "paths" / "other.csv", path_until(10))
    desk = desks(followed(order(live)))
    assert [len(run.path) for run in desk.pane.stage.runs] == [3, 2]
    write_trajectory(folder / "paths" / "other.csv", path_until(50))
    go_on(folder, 30, 1)
    desk.refresh()
    assert [(run.name, len(run.path)) for run in desk.pane.stage.runs] == [("mine", 4), ("other", 6)]


def test_a_moment_shows_the_plane_and_the_path_of_that_time(live, desks):
    add_fit(live, 1, 40)
    add_fit(live, 2, 80)
    desk = desks(opened(live))
    assert desk.pane.stage.landscape.provenance["fit"]["number"] == 2
    assert len(desk.pane.stage.scene.checkpoints) == 9
    desk.go_to(35.0)
    assert desk.pane.stage.landscape.provenance["fit"]["number"] == 1
    assert len(desk.pane.stage.scene.checkpoints) == 4
    desk.go_to(None)
    assert desk.pane.stage.landscape.provenance["fit"]["number"] == 2
    assert len(desk.pane.stage.scene.checkpoints) == 9


def test_the_camera_goes_along_with_the_newest_checkpoint(live, desks):
    folder = add_fit(live, 1, 20)
    desk = desks(followed(order(live)))
    desk.pane.draw(1.0)
    assert not desk.advance(0.1)
    desk.live.switches.follow = True
    settle(desk)
    goal = desk.pane.on_ground(tuple(desk.pane.stage.scene.checkpoints[-1].tolist()))
    assert desk.view.camera.target == pytest.approx(tuple(goal), abs=1e-3)
    go_on(folder, 90, 1)
    desk.refresh()
    settle(desk)
    moved = desk.pane.on_ground(tuple(desk.pane.stage.scene.checkpoints[-1].tolist()))
    assert desk.view.camera.target == pytest.approx(tuple(moved), abs=1e-3) and not np.allclose(goal, moved)
    assert not desk.can_undo  # the camera went along by itself


def test_the_worker_is_told_the_switches_also_when_it_is_started_again(live, desks, workers):  # noqa: F811
    add_fit(live, 1, 20)
    task = Task(order(live))
    desk = desks(followed(order(live)), task)
    task.start()
    desk.steer_fits(keep=True, centre="best")
    task.refit()
    assert workers[0].sent[-2:] == [Steer(True, "best"), Refit()]
    desk.steer_fits(keep=True, centre="best")
    assert len(workers[0].sent) == 2
    task.start()
    assert workers[1].sent == [Steer(True, "best")]


def test_a_fit_that_the_worker_opens_is_no_landscape_of_its_own(live, desks, workers):  # noqa: F811
    add_fit(live, 1, 20)
    task = Task(order(live))
    desk = desks(followed(order(live)), task)
    task.start()
    folder = add_fit(live, 2, 60, rows=0)
    workers[0].says = [Opened("fit-0002", str(folder))]
    assert desk.poll() and list(desk.stages) == ["mine"]


def test_what_was_followed_is_opened_again_and_beside_it_something_else(live, desks, tmp_path):
    add_fit(live, 1, 20)
    desk = desks(beginning([land(tmp_path / "a")]))
    desk.open(live)
    assert desk.name == "mine" and desk.live is not None and set(desk.stages) == {"a", "mine"}
    desk.open(land(tmp_path / "b"))
    desk.go_to(10.0)
    assert desk.name == "b"  # another moment brings no other landscape into view


def test_the_followed_landscape_is_closed_for_good(live, desks, tmp_path, workers):  # noqa: F811
    add_fit(live, 1, 20)
    task = Task(order(live))
    desk = desks(followed(order(live)), task)
    task.start()
    desk.open(land(tmp_path / "a"))
    desk.close("mine")
    desk.refresh()
    assert list(desk.stages) == ["a"] and desk.live is None and workers[0].stopped


def test_planes_that_were_left_without_a_surface_are_looked_at_once(live, desks, monkeypatch):
    add_fit(live, 1, 20)
    for number in range(2, 8):
        add_fit(live, number, 10 * number, rows=0)
    desk = desks(opened(live))
    opens = []
    monkeypatch.setattr(live_module, "open_fit", lambda fit, name: opens.append(fit.number) or open_fit(fit, name))
    for _ in range(3):
        desk.refresh()
    assert set(opens) == {7} and desk.live.shown_number == 1 and desk.live.fit_number == 7


def test_another_plane_instead_of_following_is_said_and_ends_the_switches(live, desks, workers):  # noqa: F811
    add_fit(live, 1, 20)
    task = Task(order(live))
    desk = desks(followed(order(live)), task)
    task.start()
    assert desk.measurement.follows
    desk.measurement.resample(Sample(source="run", out="elsewhere"))
    assert not desk.measurement.follows and "not followed any longer" in desk.notices.shown[-1].text


def test_what_is_trained_already_is_followed_too(live, desks, workers):  # noqa: F811
    trainer, task = Task(Train("run", {})), Task(order(live))
    desk = desks(followed(order(live)), task, trainer)
    desk.measurement.begin()
    assert len(workers) == 1
    workers[0].says = [Finished()]
    desk.poll()
    assert [worker.order for worker in workers] == [trainer.order, task.order]


def test_a_live_folder_without_a_surface_is_refused_in_one_line(live):
    with pytest.raises(BadInputError, match="no plane of it has its first level"):
        opened(live)


def test_a_curve_that_cannot_be_read_is_said_once_and_the_rest_goes_on(live, desks):
    add_fit(live, 1, 20)
    desk = desks(opened(live))
    (live.parent / "recording.csv").write_text("step,epoch,loss\n1,,nonsense\n")
    desk.refresh()
    assert [notice.error for notice in desk.notices.shown if "nonsense" in notice.text] == [True]
    count = len(desk.notices.shown)
    desk.refresh()
    assert len(desk.notices.shown) == count


def test_switches_are_those_of_the_order(live):
    found = Live(live, replace(order(live), keep=True, centre="best"))
    assert (found.switches.keep, found.switches.centre) == (True, "best")
