"""What is seen of a run's folder: which checkpoints count, by whose log, and what looking costs."""

import os

import numpy as np
import pytest
import torch

from compute.live.log import LiveLog
from compute.live.paths import LivePath
from compute.live.runs import Run, mark
from compute.recording.curve import Curve
from compute.training.log import LogRow, write_log
from tests.compute.live.following import Recording, bend


@pytest.fixture
def recording(tmp_path) -> Recording:
    made = Recording(tmp_path / "run")
    for step in (0, 5, 10):
        made.write(step, bend(step), loss=float(10 - step))
    return made


def take_all(run: Run) -> None:
    for step in list(run.pending):
        run.take(step, mark(run.present[step]))


def test_a_run_that_is_not_there_yet_has_nothing(tmp_path):
    run = Run(str(tmp_path / "later"), "later")
    assert run.look() == set() and (run.pending, run.latest) == ([], -1)
    Recording(tmp_path / "later").write(3, bend(1))
    run.look()
    assert run.pending == [3] and run.checkpoint(3).path.name == "step-000003.safetensors"


def test_steps_epochs_and_losses_are_those_of_its_log(recording):
    run = Run(str(recording.folder), "run")
    run.look()
    assert run.pending == [0, 5, 10]
    assert [run.epoch(step) for step in (0, 5, 10)] == [0, 0.5, 1] and run.epoch(4) is None
    assert [run.loss(step) for step in (0, 5, 10)] == [10, 5, 0] and np.isnan(run.loss(4))


def test_of_a_run_of_basin_train_too(tmp_path):
    for step in (0, 7):
        Recording(tmp_path / str(step), plain=True)
    made = Recording(tmp_path / "run", plain=True)
    made.checkpoints = made.folder / "checkpoints"
    made.write(7, bend(1))
    write_log(made.folder, [LogRow(7, 0.5, 0.1, 1.5, 0.2, 1.6, 0.3)])
    run = Run(str(made.folder), "run")
    run.look()
    assert (run.pending, run.epoch(7), run.loss(7)) == ([7], 0.5, 1.5)


def test_files_that_others_wrote_are_numbered_by_their_names(tmp_path):
    for epoch in (2, 10):
        torch.save({"w": torch.zeros(2)}, tmp_path / f"epoch-{epoch}.pt")
    (tmp_path / ".epoch-11.pt").write_bytes(b"half")
    run = Run(str(tmp_path), "run")
    run.look()
    assert run.pending == [2, 10]
    take_all(run)
    torch.save({"w": torch.zeros(2)}, tmp_path / "epoch-11.pt")
    assert run.look() == set() and run.pending == [11]


def test_nothing_changed_costs_three_looks_at_times_and_no_listing(recording, monkeypatch):
    run = Run(str(recording.folder), "run")
    monkeypatch.setattr("compute.live.runs.RELIST_SECONDS", 1e9)
    run.look()
    monkeypatch.setattr(os, "scandir", None)
    for _ in range(3):
        assert run.look() == set()
    monkeypatch.undo()
    recording.write(15, bend(2))
    run.look()
    assert run.pending == [0, 5, 10, 15]


def test_a_clock_that_differs_does_not_matter(recording):
    """Times are only compared for being the same: those of a machine an hour ahead or behind are as good."""
    run = Run(str(recording.folder), "run")
    for step, shift in ((0, 3600), (5, -7200), (10, 86400)):
        found = recording.file(step).stat()
        os.utime(recording.file(step), (found.st_atime + shift, found.st_mtime + shift))
    run.look()
    take_all(run)
    os.utime(recording.checkpoints, (1, 1))
    assert run.look() == set() and run.pending == []
    recording.write(15, bend(2))
    os.utime(recording.file(15), (1, 1))
    assert run.look() == set() and run.pending == [15]


def test_thinned_they_still_count_but_the_last_ones_gone_mean_that_it_went_back(recording):
    run = Run(str(recording.folder), "run")
    run.look()
    take_all(run)
    recording.file(0).unlink()
    assert run.look() == set() and run.latest == 10
    recording.file(10).unlink()
    assert run.look() == {10} and run.latest == 5


def test_a_folder_that_cannot_be_read_for_a_moment_changes_nothing(recording, monkeypatch):
    run = Run(str(recording.folder), "run")
    run.look()
    take_all(run)

    def fails(*_):
        raise OSError("stale handle")

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", fails)
        assert run.look() == set() and sorted(run.present) == [0, 5, 10]
    recording.folder.rename(recording.folder.with_name("away"))
    assert run.look() == set() and run.latest == 10
    recording.folder.with_name("away").rename(recording.folder)
    assert run.look() == set() and sorted(run.present) == [0, 5, 10]


def test_a_file_written_anew_takes_those_behind_it_along(recording):
    run = Run(str(recording.folder), "run")
    recording.write(15, bend(3))
    run.look()
    take_all(run)
    run.look()
    (recording.folder / "recording.csv").unlink()  # only the files say it
    recording.plain = True
    recording.write(5, bend(9))
    assert run.look() == {5, 10, 15} and run.pending == [5]
    take_all(run)
    assert run.look() == set() and run.latest == 5
    recording.write(10, bend(9.5))
    assert run.look() == set() and run.pending == [10]


def test_beside_a_new_log_a_file_is_another_even_where_its_inode_is_used_again(recording):
    run = Run(str(recording.folder), "run")
    run.look()
    take_all(run)
    run.look()
    (recording.folder / "recording.csv").write_text("step,epoch,loss\n0,0.0,9.0\n5,0.5,8.0\n")
    recording.file(10).unlink()
    for step in (0, 5):
        recording.file(step).write_bytes(recording.file(step).read_bytes())  # in place
        os.utime(recording.file(step), ns=(1, 1))
    assert run.look() == {0, 5, 10} and run.pending == [0, 5]


def test_a_log_that_goes_back_is_enough(recording):
    """The files of the old branch may stay where they are."""
    run = Run(str(recording.folder), "run")
    run.look()
    take_all(run)
    recording.write(7, bend(3))
    assert run.look() == {10} and run.pending == [7] and sorted(run.present) == [0, 5, 7]
    take_all(run)
    assert run.look() == set() and run.latest == 7
    recording.write(10, bend(4))
    assert run.look() == set() and run.pending == [10]


def test_a_log_line_that_is_not_there_yet_and_one_that_is_damaged_do_no_harm(recording):
    run = Run(str(recording.folder), "run")
    with (recording.folder / "recording.csv").open("a") as table:
        table.write("15,1.5,")
    run.look()
    assert run.loss(10) == 0 and run.pending == [0, 5, 10]
    with (recording.folder / "recording.csv").open("a") as table:
        table.write("words\n")
    run.look()
    assert run.pending == [0, 5, 10]


def plainly(steps: list[int]) -> tuple[dict[int, int], set[int]]:
    """Step → its last row, of rows that count, and the steps left: said row by row."""
    counting: dict[int, int] = {}
    for row, step in enumerate(steps):
        counting = {known: at for known, at in counting.items() if known < step} | {step: row}
    return counting, set(steps) - set(counting)


def curve_of(steps: list[int]) -> Curve:
    rows = np.arange(len(steps), dtype=float)
    return Curve(np.array(steps, np.int64), rows / 8, -rows)


@pytest.mark.parametrize("seed", range(20))
def test_a_log_that_grows_says_the_same_as_one_that_is_read_at_once(seed):
    chance = np.random.default_rng(seed)
    steps: list[int] = []
    log = LiveLog()
    for _ in range(30):
        if chance.random() < 0.1:
            steps = steps[: chance.integers(0, len(steps) + 1)]
        start = steps[-1] + 1 if steps and chance.random() < 0.8 else int(chance.integers(0, 40))
        steps = [*steps, *range(start, start + int(chance.integers(0, 6)))]
        log = LiveLog(curve_of(steps), log)
        counting, left = plainly(steps)
        assert log.left == left
        for step in range(max(steps, default=0) + 2):
            row = counting.get(step)
            assert log.epoch(step) == (None if row is None else row / 8)
            assert np.isnan(log.loss(step)) if row is None else log.loss(step) == -row


def test_of_a_long_log_only_new_rows_are_looked_at(monkeypatch):
    steps = list(range(1000))
    log = LiveLog(curve_of(steps))
    looked = []
    look = LiveLog._look_at_all
    monkeypatch.setattr(LiveLog, "_look_at_all", lambda self: (looked.append(1), look(self)))
    for k in range(1000, 1020):
        log = LiveLog(curve_of([*steps, *range(1000, k)]), log)
    assert not looked and log.loss(1018) == -1018
    log = LiveLog(curve_of([*steps, 990]), log)
    assert looked and log.left == set(range(991, 1000))
    looked.clear()
    log = LiveLog(curve_of([*steps, 990, 991, 995]), log)
    assert not looked and log.left == {992, 993, 994, 996, 997, 998, 999}


def test_looking_takes_the_log_before_along(recording, monkeypatch):
    run = Run(str(recording.folder), "run")
    run.look()
    monkeypatch.setattr(LiveLog, "_look_at_all", None)
    recording.write(15, bend(2))
    run.look()
    assert run.epoch(15) == 1.5


# ── paths ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_path_is_kept_and_read_back(tmp_path):
    path = LivePath(tmp_path / "paths" / "a.csv")
    for step in (20, 0, 10):
        path.put(step, step / 10, (step, 1.0, 0.5))
    assert path.write(at_once=True) and not path.write(at_once=True)
    again = LivePath(path.file)
    assert again.trajectory.step.tolist() == [0, 10, 20] and again.trajectory.alpha.tolist() == [0, 10, 20]
    again.forget([10, 99])
    assert again.trajectory.step.tolist() == [0, 20]


def test_heights_are_kept_for_the_same_place_and_not_for_another(tmp_path):
    path = LivePath(tmp_path / "a.csv")
    path.put(0, None, (1.0, 2.0, 0.0))
    known = path[0]
    path.raise_to(type(known)(0, known.epoch, 1.0, 2.0, 0.0, 3.0, 4.0))
    path.put(0, None, (1.0 + 1e-13, 2.0, 0.0))
    assert path[0].loss == 3
    path.put(0, None, (1.1, 2.0, 0.0))
    assert np.isnan(path[0].loss) and path[0].alpha == 1.1


def test_of_a_long_path_the_rows_that_get_heights_are_few_and_stay_the_same_ones(tmp_path):
    path = LivePath(tmp_path / "a.csv")
    chosen: set[int] = set()
    for step in range(1000):
        path.put(step, None, (step, 0.0, 0.0))
        if step % 100 == 99:
            there = set(range(1000))
            while (next_step := path.without_heights(there)) is not None:
                point = path[next_step]
                path.raise_to(type(point)(next_step, point.epoch, point.alpha, 0.0, 0.0, 1.0, 1.0))
                chosen.add(next_step)
    assert {0, 4, 8, 996, 999} <= chosen and len(chosen) < 256 + 2 * 128 + 10  # half as many with each doubling
    assert path.without_heights(set()) is None
