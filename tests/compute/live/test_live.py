"""One run followed: the plane, the path over it, when it is fitted anew, and what a new life makes of the old one."""

import contextlib
import gc
import json
import math
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import compute.live.cloud
import compute.live.fit
from compute.directions.stored import read_axes
from compute.errors import BadInputError
from compute.folder import open_folder
from compute.messages import Focus, Inspect, Measuring, Pause, Refit, Resume, Steer
from compute.plane import parameters_of
from tests.compute.live.following import TOY, Recording, batch_axes, bend, followed, vector


@pytest.fixture
def run(tmp_path) -> Recording:
    """Eight checkpoints in a plane."""
    recording = Recording(tmp_path / "run")
    for k in range(8):
        recording.write(10 * k, bend(k), loss=[5, 4, 3, 1, 2, 3, 4, 5][k])
    return recording


def plane_of(one, number: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Axes (2, 33) and centre (33,) of a fit, from its folder."""
    folder = one.out / f"fit-{number:04d}"
    like = parameters_of(one.live._ground.problem.model)
    axes = read_axes(folder / "directions.safetensors", like)
    return np.stack([vector(axes.delta), vector(axes.eta)]), vector(one.live._fit.survey.plane.theta_star)


def check_path(path, recording: Recording, steps, axes: np.ndarray, centre: np.ndarray) -> None:
    """Against least squares by numpy."""
    assert path.step.tolist() == list(steps)
    for k, step in enumerate(steps):
        d = vector(recording.weights(step)) - centre
        expected = np.linalg.lstsq(axes.T, d, rcond=None)[0]
        assert [path.alpha[k], path.beta[k]] == pytest.approx(expected, abs=1e-6)
        assert path.residual[k] == pytest.approx(np.linalg.norm(d - axes.T @ expected), abs=1e-6)


def test_the_first_plane_is_that_of_the_path_through_its_latest_checkpoint(run):
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        axes, centre = plane_of(one)
        expected, middle = batch_axes([run.weights(10 * k) for k in range(8)], run.weights(70))
        assert np.abs(axes - expected).max() < 1e-7 and np.array_equal(centre, middle)
        land = one.landscape()
        check_path(land.trajectory, run, range(0, 80, 10), axes, centre)
        assert land.trajectory.epoch.tolist() == [step / 10 for step in range(0, 80, 10)]
        about = land.provenance["fit"]
        assert {key: about[key] for key in ("number", "runs", "first_step", "last_step", "centre_step")} == {
            "number": 1, "runs": ["run"], "first_step": 0, "last_step": 70, "centre_step": 70,
        }  # fmt: skip
        assert about["residual_share"] == 0
        assert land.provenance["directions"]["kind"] == "pca" and not land.others
    assert json.loads((one.out / "live.json").read_text())["runs"] == [{"name": "run", "source": ".."}]


def test_everything_gets_measured_surface_and_path(run):
    with followed(run) as one:
        one.settle()
        land = one.landscape()
        assert (land.examples == 64).all() and np.isfinite(land.main).all()
        assert np.isfinite(land.trajectory.loss).all() and np.isfinite(land.trajectory.plane_loss).all()
        row, column = np.flatnonzero(land.domain.betas == 0)[0], np.flatnonzero(land.domain.alphas == 0)[0]
        assert land.main[row, column] == land.trajectory.loss[-1] == land.trajectory.plane_loss[-1]
        assert one.talk.of(Measuring)[-1].done == 81 and one.talk.of(Measuring)[-1].plane == "fit-0001"


def test_of_a_problem_without_a_training_loss_its_first_loss_is_measured(run):
    with followed(run, problem=TOY.replace("make_problem", "make_unnamed")) as one:
        one.settle()
        assert list(one.landscape().metrics) == ["valid_loss"] and (one.landscape().examples == 64).all()


def test_it_waits_for_three_checkpoints_that_span_a_plane(tmp_path):
    run = Recording(tmp_path / "run")
    with followed(run) as one:
        one.live.step()
        assert (one.talk.following.step, one.talk.following.fit) == ([-1], 0)
        for k in range(4):
            run.write(k, bend(0) + 0.5 * k * np.ones(33))  # on a line
            one.settle()
            assert one.talk.opened == [] and one.talk.following.step == [k]
        run.write(4, bend(3))
        one.until(lambda: one.talk.opened)
        assert (one.talk.following.fit, one.talk.following.checkpoints) == (1, 5)


def test_a_checkpoint_of_the_same_plane_makes_the_path_longer_and_no_new_fit(run):
    with followed(run) as one:
        one.settle()
        for k in (7.5, 8):
            run.write(round(10 * k), bend(k))
            one.settle()
        axes, centre = plane_of(one)
        check_path(one.landscape().trajectory, run, [*range(0, 80, 10), 75, 80], axes, centre)
        assert np.isfinite(one.landscape().trajectory.plane_loss).all()
        assert one.talk.opened == ["fit-0001"] and one.talk.following.step == [80]
        assert one.talk.following.residual_share == pytest.approx(0, abs=1e-6)


def test_one_that_leaves_the_plane_brings_a_new_fit_through_it_with_the_axes_of_the_longer_path(run):
    with followed(run) as one:
        one.settle()
        before = {path: path.read_bytes() for path in (one.out / "fit-0001").iterdir() if path.name[0] != "."}
        run.write(80, bend(7, turn=1.5))
        one.until(lambda: len(one.talk.opened) == 2)
        path = np.stack([vector(run.weights(10 * k)) for k in range(9)])
        spread = np.sqrt(((path - path.mean(axis=0)) ** 2).sum(axis=1).mean())
        shares = [message.residual_share for message in one.talk.said if hasattr(message, "residual_share")]
        assert one.landscape(2).provenance["fit"]["why"] == "the path left the plane"
        assert one.landscape(2).provenance["fit"]["residual_share"] == pytest.approx(1.5 / spread, rel=1e-5)
        axes, centre = plane_of(one, 2)
        expected, middle = batch_axes([run.weights(10 * k) for k in range(9)], run.weights(80))
        assert np.abs(axes - expected).max() < 1e-7 and np.array_equal(centre, middle)
        assert shares[-1] == pytest.approx(0, abs=1e-6) and 1.5 / spread > 0.35
        assert "fit-0002: fitted anew" in one.talk.notes
        one.settle()
        assert (one.landscape(2).examples > 0).all()
    after = {path: path.read_bytes() for path in before}
    grown = {path.name for path in before if before[path] != after[path]}
    assert grown <= {"trajectory.csv"}  # which has the checkpoint that made it leave


def test_the_residual_share_is_the_distance_from_the_plane_over_the_spread_of_the_path(run):
    with followed(run, keep=True) as one:
        one.until(lambda: one.talk.opened)
        axes, centre = plane_of(one)
        run.write(80, bend(7, turn=1.5))
        one.until(lambda: one.talk.following.step == [80])
        path = np.stack([vector(run.weights(10 * k)) for k in range(9)])
        spread = np.sqrt(((path - path.mean(axis=0)) ** 2).sum(axis=1).mean())
        d = path[-1] - centre
        residual = np.linalg.norm(d - axes.T @ np.linalg.lstsq(axes.T, d, rcond=None)[0])
        assert one.talk.following.residual_share == pytest.approx(residual / spread, rel=1e-5)


def test_kept_the_plane_stays_and_let_go_it_is_fitted_anew(run):
    with followed(run, keep=True) as one:
        one.until(lambda: one.talk.opened)
        run.write(80, bend(40, turn=9))
        one.settle()
        assert one.talk.opened == ["fit-0001"] and one.talk.following.residual_share > 0.35
        one.talk.asked.append(Steer(False, "latest"))
        one.until(lambda: len(one.talk.opened) == 2)


def test_a_path_that_leaves_the_ground_in_its_plane_brings_a_larger_ground(run):
    with followed(run) as one:
        one.settle()
        before = one.landscape().domain
        run.write(80, bend(16))
        one.until(lambda: len(one.talk.opened) == 2)
        land = one.landscape(2)
        assert land.provenance["fit"]["why"] == "the path left the ground"
        assert land.domain.alpha[1] - land.domain.alpha[0] > before.alpha[1] - before.alpha[0]
        assert (land.domain.alpha[0] < land.trajectory.alpha).all() and (
            land.trajectory.alpha < land.domain.alpha[1]
        ).all()


def test_not_before_its_first_levels_are_measured_but_at_once_when_asked(run):
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        one.talk.asked.append(Pause())
        run.write(80, bend(7, turn=1.5))
        one.until(lambda: one.talk.following.step == [80])
        for _ in range(20):
            one.live.step()
        assert one.talk.opened == ["fit-0001"] and one.landscape().measured < 81
        one.talk.asked.append(Refit())
        one.until(lambda: len(one.talk.opened) == 2)
        assert one.landscape(2).provenance["fit"]["why"] == "asked for"
        run.write(90, bend(7, turn=3))
        one.talk.asked.append(Resume())
        one.until(lambda: len(one.talk.opened) == 3)
        assert open_folder(one.out / "fit-0002").measured >= 25


def test_after_the_end_it_is_fitted_anew_as_soon_as_the_first_levels_are_there_and_until_then_says_so(run):
    """No checkpoint comes any more: what is above the share must not stand."""
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        run.write(80, bend(7, turn=1.5))
        one.until(lambda: one.talk.following.why)
        assert one.talk.following.why == "the first levels come first" and one.live._fit.sweep.early
        early = 0
        while len(one.talk.opened) == 1:
            early += one.live._fit.sweep.early
            assert one.live._fit.sweep.early or early  # at the first look without early ones
            one.live.step()
        assert open_folder(one.out / "fit-0001").measured <= 25 + 81
        one.settle()
        assert (one.talk.following.residual_share, one.talk.following.why) == (pytest.approx(0, abs=1e-6), "")
        assert one.talk.following.newest == ""


def test_kept_it_says_that_and_new_too(run, monkeypatch):
    monkeypatch.setattr(compute.live.live, "SETTLED_SECONDS", 1e9)
    with followed(run) as one:
        one.settle()
        run.write(80, bend(7, turn=1.5))
        one.until(lambda: one.talk.following.why)
        assert one.talk.following.why == "the plane is new"
        one.talk.asked.append(Steer(True, "latest"))
        one.until(lambda: one.talk.following.why != "the plane is new")
        assert one.talk.following.why == "the plane is kept"


def test_on_the_best_checkpoint_by_the_log_and_back_on_the_latest(run):
    with followed(run, centre="best") as one:
        one.until(lambda: one.talk.opened)
        assert one.landscape().provenance["fit"]["centre_step"] == 30
        assert np.array_equal(plane_of(one)[1], vector(run.weights(30)))
        one.talk.asked.append(Steer(True, "latest"))
        one.until(lambda: len(one.talk.opened) == 2)
        assert one.landscape(2).provenance["fit"]["centre_step"] == 70
        one.talk.asked.append(Steer(True, "latest"))
        one.settle()
        assert len(one.talk.opened) == 2


def test_on_the_best_a_newest_that_no_plane_reaches_does_not_bring_fit_after_fit(tmp_path):
    """In the centre of a ball every plane has checkpoints far from it."""
    run = Recording(tmp_path / "run")
    points = 0.5 * np.random.default_rng(0).normal(size=(12, 33))
    for step, point in enumerate(points):
        run.write(step, point, loss=float(step))
    with followed(run, centre="best") as one:
        one.settle()
        assert one.talk.following.residual_share > 0.35
        assert one.talk.opened == ["fit-0001"]
        assert one.talk.following.why == "a new plane would be no nearer"


def test_a_region_goes_first_and_is_measured_throughout(run):
    with followed(run, tolerance=1e9) as one:
        one.until(lambda: one.talk.opened)
        domain = one.landscape().domain
        one.talk.asked.append(Focus("fit-0001", list(domain.alpha), list(domain.beta), throughout=True))
        one.settle()
        assert (one.landscape().examples > 0).all()


# ── files that come and go ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plane_is_not_looked_into_while_its_training_goes_on_and_that_is_said(run):
    with followed(run) as one:
        one.settle()
        one.talk.asked = [Inspect(one.talk.opened[0], "verify"), Inspect(one.talk.opened[0], "plane")]
        one.settle()
        assert one.talk.notes.count("is not looked into while its training is followed") == 1
        assert "verification" not in one.landscape().provenance


def test_a_file_that_is_half_written_is_ignored_until_it_is_whole(run):
    run.write(80, bend(8))
    content = run.file(80).read_bytes()
    run.file(80).write_bytes(content[: len(content) // 2])
    (run.checkpoints / ".step-000090.safetensors.x1").write_bytes(content)
    (run.checkpoints / "step-000100.safetensors").write_bytes(b"")
    with followed(run) as one:
        one.settle()
        assert one.talk.following.step == [70]
        run.file(80).write_bytes(content)
        one.until(lambda: one.talk.following.step == [80])
        assert one.landscape().trajectory.step.tolist() == list(range(0, 90, 10))


def test_one_that_diverged_is_left_out_and_said_once(run):
    with followed(run) as one:
        one.settle()
        run.write(80, np.full(33, np.nan))
        one.settle()
        run.write(90, bend(8))
        one.settle()
        assert one.talk.notes.count("training diverged") == 1 and "step-000080" in one.talk.notes
        assert one.landscape().trajectory.step.tolist() == [*range(0, 80, 10), 90]


def test_those_that_are_thinned_out_stay_on_the_path(run):
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        for step in (10, 30, 50):
            run.file(step).unlink()
        one.settle()
        path = one.landscape().trajectory
        assert path.step.tolist() == list(range(0, 80, 10)) and one.talk.following.checkpoints == 5
        assert np.isnan(path.plane_loss).sum() <= 3  # of those that went before they were measured
        one.talk.asked.append(Refit())
        one.until(lambda: len(one.talk.opened) == 2)
        assert one.landscape(2).trajectory.step.tolist() == list(range(0, 80, 10))


@pytest.mark.parametrize(("share", "measured"), [(0.0, 1), (1e9, 2)])
def test_new_ones_get_their_heights_before_they_are_thinned_out_and_before_old_ones(run, monkeypatch, share, measured):
    monkeypatch.setattr(compute.live.fit, "ARRIVALS_SHARE", share)
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        for step in (72, 74):
            run.write(step, bend(step / 10))
            one.until(lambda step=step: one.live._fit.paths["run"].steps[-1] == step)
        while one.live._fit.sweep.early:
            one.live.step()
        path = one.live._fit.paths["run"]
        high = {step for step in path.steps if math.isfinite(path[step].plane_loss)}
        assert high <= {72, 74} and len(high) == measured
        one.settle()
        assert np.isfinite(one.landscape().trajectory.plane_loss).all()


@pytest.mark.parametrize("by", ["log", "files"])
def test_a_training_that_goes_back_leaves_its_old_branch(tmp_path, by):
    """Back to step 40, and from there another way; files of the old branch stay where they are."""
    run = Recording(tmp_path / "run", plain=by == "files")
    for k in range(8):
        run.write(10 * k, bend(k))
    with followed(run, out=tmp_path / "live") as one:
        one.settle()
        run.write(50, bend(4.5, turn=0.2))
        one.until(lambda: one.talk.following.step == [50])
        assert one.landscape().trajectory.step.tolist() == [0, 10, 20, 30, 40, 50]
        run.write(60, bend(5, turn=0.4))
        one.settle()
        path = one.landscape().trajectory
        assert path.step.tolist() == [0, 10, 20, 30, 40, 50, 60]
        axes, centre = plane_of(one, one.talk.following.fit)
        check_path(path, run, [0, 10, 20, 30, 40, 50, 60], axes, centre)
        weights = [run.weights(step) for step in (0, 10, 20, 30, 40, 50, 60)]
        one.talk.asked.append(Refit())
        count = len(one.talk.opened)
        one.until(lambda: len(one.talk.opened) > count)
        axes, _ = plane_of(one, one.talk.following.fit)
        assert np.abs(axes - batch_axes(weights, weights[-1])[0]).max() < 1e-7


def rows_of(folder) -> list[int]:
    return open_folder(folder).trajectory.step.tolist()


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("lives", [1, 2])
def test_planes_of_a_training_that_began_anew_are_set_aside(run, first, lives):
    """In one life, or while nobody looked; the old one's step 0 may be there still."""
    with followed(run) as one:
        one.settle()
        one.talk.asked.append(Refit())
        one.until(lambda: len(one.talk.opened) == 2)
        one.settle()
        one.landscape()
        old = rows_of(one.out / "fit-0002")
        if lives == 1:
            begin_anew(run, first)
            check_begun_anew(one, run, first, old)
    if lives == 2:
        begin_anew(run, first)
        with followed(run) as one:
            check_begun_anew(one, run, first, old)


def begin_anew(run: Recording, first: int) -> None:
    table = (run.folder / "recording.csv").read_text().splitlines(keepends=True)
    (run.folder / "recording.csv").write_text("".join(table[: 1 + first]))
    for step in range(10 * first, 80, 10):
        run.file(step).unlink()
    for k in range(first, 4):
        run.write(10 * k, bend(0.5 * k, turn=0.2 * k * k))


def check_begun_anew(one, run: Recording, first: int, old: list[int]) -> None:
    one.until(lambda: one.talk.opened[-1:] == ["fit-0003"])
    one.settle()
    assert sorted(path.name for path in one.out.glob("fit-*")) == ["fit-0003"]  # never a name twice
    assert sorted(path.name for path in (one.out / "earlier-1").iterdir()) == ["fit-0001", "fit-0002"]
    assert rows_of(one.out / "earlier-1" / "fit-0002") == old == list(range(0, 80, 10))
    axes, centre = plane_of(one, 3)
    check_path(one.landscape().trajectory, run, range(0, 40, 10), axes, centre)
    assert "earlier-1: here are now 2 planes of a training that began anew" in one.talk.notes


def test_one_that_goes_back_a_little_keeps_its_planes(run):
    with followed(run) as one:
        one.settle()
        run.write(30, bend(2.8, turn=0.1))
        one.until(lambda: one.talk.following.step == [30] and one.talk.following.fit)
        one.settle()
        assert not (one.out / "earlier-1").exists() and (one.out / "fit-0001").exists()


def test_a_training_that_went_back_before_is_seen_from_its_log(run):
    run.write(50, bend(4.5, turn=0.2))
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        assert one.landscape().trajectory.step.tolist() == [0, 10, 20, 30, 40, 50]


def test_checkpoints_of_another_network_are_refused_by_name(run, tmp_path):
    other = Recording(tmp_path / "other", hidden=9)
    other.write(0, np.zeros(37))
    with followed(run, other) as one, pytest.raises(BadInputError, match=r"other.*step-000000.*another network"):
        one.settle()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux")
def test_of_a_plane_that_was_left_no_file_stays_open(run):
    gc.collect()  # what other tests left behind
    gc.disable()  # which would close them some day
    try:
        with followed(run) as one:
            for number in range(1, 4):
                one.until(lambda number=number: len(one.talk.opened) == number)
                for _ in range(5):
                    one.live.step()
                one.talk.asked.append(Refit())
            one.until(lambda: len(one.talk.opened) == 4)
            assert planes_open() == {"fit-0004"}
        assert planes_open() == set()
    finally:
        gc.enable()


def planes_open() -> set[str]:
    """Names of the planes of which this process has files open."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # that of the listing itself
            found.add(descriptor.readlink().parent.name)
    return {name for name in found if name.startswith("fit-")}


# ── more directions than there is memory for ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def little_memory(monkeypatch) -> None:
    real = compute.live.cloud.StreamingPCA
    little = type("Little", (real,), {"__init__": lambda self, like, budget=0: real.__init__(self, like, 0)})
    monkeypatch.setattr(compute.live.cloud, "StreamingPCA", little)


def wild(run: Recording) -> None:
    """Ten directions, where there is memory for four."""
    points = 0.4 * np.random.default_rng(5).normal(size=(14, 33)).cumsum(axis=0)
    for k, point in enumerate(points):
        run.write(10 * k, point)


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("lives", [1, 2])
def test_what_had_no_room_is_projected_again_until_every_place_is_exact(tmp_path, lives):
    run = Recording(tmp_path / "run")
    wild(run)
    for life in range(1, lives + 1):
        with followed(run, keep=True) as one:
            one.settle()
            axes, centre = plane_of(one, one.talk.following.fit)
            check_path(one.landscape().trajectory, run, range(0, 140, 10), axes, centre)
            details = one.landscape().provenance["directions"]
            assert details["given_up"] > 0.01 and details["lost"] >= details["given_up"]
            one.talk.asked.append(Refit())
            one.settle()
            assert one.talk.following.fit == life + 1 and one.talk.notes.count("left out of the axes") == 1


@pytest.mark.usefixtures("little_memory")
def test_the_newest_is_projected_again_first_and_what_has_gone_is_left_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("compute.live.fit.Fit._measure_checkpoint", lambda self: False)  # which is exact as well
    run = Recording(tmp_path / "run")
    wild(run)
    with followed(run, keep=True) as one:
        one.until(lambda: one.talk.opened)
        assert one.talk.following.residual_share == pytest.approx(0, abs=1e-6)  # of the centre, from the start
        read, real = [], one.live._fit._read
        one.live._fit._read = lambda path: read.append(path.name) or real(path)
        run.file(20).unlink()
        one.settle()
        assert read == sorted(read, reverse=True) and len(read) > 9 and run.file(20).name not in read
        axes, centre = plane_of(one)
        path = one.landscape().trajectory
        run.write(20, np.zeros(33))
        exact = [k for k, step in enumerate(path.step) if step != 20]
        for k in exact:
            d = vector(run.weights(int(path.step[k]))) - centre
            expected = np.linalg.lstsq(axes.T, d, rcond=None)[0]
            assert [path.alpha[k], path.beta[k]] == pytest.approx(expected, abs=1e-6)
            assert path.residual[k] == pytest.approx(np.linalg.norm(d - axes.T @ expected), abs=1e-6)
        assert one.live._fit._inexact == []


# ── another life ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_life_goes_on_with_the_newest_fit_and_reads_new_checkpoints_only(run, monkeypatch):
    with followed(run) as one:
        one.settle()
        values = np.array(one.landscape().main)
    run.write(80, bend(7.6))
    read = []
    real = compute.live.cloud.stored_weights
    monkeypatch.setattr(
        compute.live.cloud, "stored_weights", lambda path, *rest: read.append(path.name) or real(path, *rest)
    )
    with followed(run) as one:
        one.settle()
        assert one.talk.opened == ["fit-0001"] and read == ["step-000080.safetensors"]
        assert one.landscape().trajectory.step.tolist() == list(range(0, 90, 10))
        assert one.landscape().main.tobytes() == values.tobytes()
        assert np.isfinite(one.landscape().trajectory.plane_loss).all()
        run.write(90, bend(7.7, turn=2))
        one.until(lambda: len(one.talk.opened) == 2)
        weights = [run.weights(10 * k) for k in range(10)]
        assert np.abs(plane_of(one, 2)[0] - batch_axes(weights, weights[-1])[0]).max() < 1e-7


def test_without_its_centre_a_new_life_begins_the_next_fit(run):
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
    run.write(80, bend(7.5))
    run.file(70).unlink()
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        assert one.talk.opened == ["fit-0002"] and "centre has gone" in one.talk.notes


def test_what_was_left_where_a_fit_was_being_made_is_no_part_of_the_next(run):
    left = run.folder / "live" / "fit-0001"
    (left / "paths").mkdir(parents=True)
    (left / "paths" / "ghost.csv").write_text("half")
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        assert one.talk.opened == ["fit-0001"] and dict(one.landscape().others) == {}


@pytest.mark.parametrize("changes", [{"resolution": 5}, {"metrics": "train_loss,"}, {"seed": 1}])
def test_with_other_options_a_new_life_begins_the_next_fit(run, changes):
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
    with followed(run, **changes) as one:
        one.until(lambda: one.talk.opened)
        assert one.talk.opened == ["fit-0002"]


def test_a_state_that_is_damaged_costs_reading_again_and_nothing_else(run):
    with followed(run) as one:
        one.settle()
    (one.out / "pca.safetensors").write_bytes(b"no")
    with followed(run) as one:
        one.settle()
        assert "read again" in one.talk.notes and one.talk.opened == ["fit-0001"]
        assert one.landscape().trajectory.step.tolist() == list(range(0, 80, 10))
        assert not math.isnan(one.landscape().trajectory.plane_loss.sum())


@pytest.mark.parametrize(
    "change",
    [lambda name: name.replace("/", ":"), lambda name: f"x{name}", lambda name: name.rpartition("/")[0]],
)
def test_a_state_of_other_names_costs_reading_again_and_nothing_else(run, change):
    with followed(run) as one:
        one.settle()
    file = one.out / "pca.safetensors"
    with safe_open(file, framework="pt") as found:
        header = json.loads(found.metadata()["streaming_pca"])
    header["names"] = [change(name) for name in header["names"]]
    save_file(load_file(file), file, metadata={"streaming_pca": json.dumps(header)})
    with followed(run) as one:
        one.settle()
        assert "read again" in one.talk.notes and one.talk.opened == ["fit-0001"]
        assert one.landscape().trajectory.step.tolist() == list(range(0, 80, 10))


def test_a_checkpoint_that_was_written_anew_meanwhile_is_read_again(run):
    with followed(run) as one:
        one.settle()
    run.write(70, bend(6.5, turn=0.1))
    with followed(run) as one:
        one.settle()
        path = one.landscape().trajectory
        assert path.step.tolist() == list(range(0, 80, 10))
        axes, centre = plane_of(one, one.talk.following.fit)
        check_path(path, run, range(0, 80, 10), axes, centre)
