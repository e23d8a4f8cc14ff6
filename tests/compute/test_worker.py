"""The demo in a real process: whole, paused, stopped and killed. What is finished stays, and comes only once."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from compute.claim import claim
from compute.folder import LandscapeWriter, open_folder
from compute.messages import Demo, Finished, Look, Measuring, Message, Opened, Pause, Resume, Training
from compute.process import Worker

DEADLINE = 180.0  # seconds: for a whole tiny demo on a busy machine, where a nice worker waits for all others
PLANES = ("pca", "random")
LARGER = {"epochs": 1, "examples": 16, "resolution": 17}
POINTS = 17 * 17


class Life:
    """One life of a worker, and all that it said."""

    def __init__(self, task: Demo) -> None:
        self.worker = Worker(task)
        self.said: list[Message] = []

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + DEADLINE
        while not condition():
            self.said += self.worker.poll()
            assert self.worker.failure is None, self.worker.failure
            assert time.monotonic() < end, "took too long"
            time.sleep(0.005)

    def of(self, kind: type, plane: str | None = None) -> list:
        return [m for m in self.said if isinstance(m, kind) and plane in (None, getattr(m, "plane", None))]

    def finish(self) -> None:
        self.until(lambda: self.of(Finished))

    def kill(self) -> None:
        os.kill(self.worker.pid, signal.SIGKILL)
        self.worker._process.join()


@contextmanager
def life(out: Path, **changes: int) -> Iterator[Life]:
    one = Life(Demo(str(out), **{"epochs": 1, "examples": 8, "resolution": 9} | changes))
    try:
        yield one
    finally:
        one.worker.stop()


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> tuple[Path, Life]:
    """A whole demo in one life."""
    out = tmp_path_factory.mktemp("finished") / "demo"
    with life(out) as one:
        one.finish()
    return out, one


def files(folder: Path) -> dict[str, bytes]:
    """Every finished file; what a killed writer left begins with a dot."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_a_whole_demo_trains_opens_both_planes_and_measures_every_point(finished):
    out, one = finished
    kinds = [type(message) for message in one.said]
    assert kinds.index(Training) < kinds.index(Opened) < kinds.index(Measuring) < kinds.index(Finished)
    assert [message.plane for message in one.of(Opened)] == list(PLANES)
    for plane in PLANES:
        landscape = open_folder(out / plane)
        assert (landscape.examples == 8).all() and np.isfinite(landscape.main).all()
        assert one.of(Opened, plane)[0].folder == str(out / plane)


def test_progress_only_ever_grows_to_the_end(finished):
    _, one = finished
    training = one.of(Training)
    assert [m.epoch for m in training] == sorted(m.epoch for m in training)
    assert (training[-1].epoch, training[-1].epochs, training[-1].seconds_left) == (1, 1, 0)
    for plane in PLANES:
        first, *_, last = one.of(Measuring, plane)
        assert (first.done, first.total, first.rate, first.seconds_left) == (0, 81, 0, np.inf)  # nobody knows yet
        assert (last.done, last.level, last.levels, last.seconds_left) == (81, 1, 2, 0)
        assert last.rate > 0
        done = [m.done for m in one.of(Measuring, plane)]
        assert done == sorted(done)


def test_where_the_path_ends_the_surface_has_the_paths_height(finished):
    out, _ = finished
    for plane in PLANES:
        landscape = open_folder(out / plane)
        row, column = np.flatnonzero(landscape.domain.betas == 0)[0], np.flatnonzero(landscape.domain.alphas == 0)[0]
        assert landscape.main[row, column] == landscape.trajectory.loss[-1] == landscape.trajectory.plane_loss[-1]


def test_killed_and_stopped_in_the_middle_of_an_epoch_it_ends_with_the_same_bytes(finished, tmp_path):
    """Weights, momentum, log, checkpoints, both surfaces: as if nothing had happened."""
    whole, out = finished[0], tmp_path / "demo"
    with life(out) as first:
        first.until(lambda: first.of(Training) and first.of(Training)[-1].epoch > 3 / 23)
        first.kill()
    steps = len(list((out / "run" / "checkpoints").iterdir()))
    assert 3 < steps < 24
    with life(out) as second:
        second.until(lambda: second.of(Training))
        second.worker.stop(DEADLINE)
        assert second.worker._process.exitcode == 0  # by itself, not by force
        assert second.of(Training)[0].epoch >= steps / 23 - 2 / 23  # it went on and did not begin again
    assert not (out / "pca").exists()
    with life(out) as third:
        third.finish()
    assert files(out) == files(whole)


@pytest.fixture
def untouched(finished, tmp_path) -> Path:
    """A demo that is trained but not measured, with a grid that takes some seconds."""
    out = tmp_path / "demo"
    claim(out, Demo(str(out), **LARGER))
    shutil.copytree(finished[0] / "run", out / "run")
    return out


def counts(out: Path) -> dict[str, np.ndarray]:
    return {plane: np.array(open_folder(out / plane).examples) for plane in PLANES}


def measured(out: Path) -> int:
    return sum(int(np.count_nonzero(count)) for count in counts(out).values())


def test_paused_it_waits_and_killed_in_the_middle_of_a_grid_it_loses_nothing(untouched):
    """One life that is paused, looks elsewhere and is killed; a second one that finishes what the first did not."""
    out = untouched
    with life(out, **LARGER) as first:
        first.worker.send(Pause())
        first.until(lambda: first.of(Measuring, "random"))
        time.sleep(0.5)  # to see that nothing happens takes a while: some fifty points' time
        assert measured(out) == 0

        first.worker.send(Look("random"))
        first.worker.send(Resume())
        first.until(lambda: np.count_nonzero(counts(out)["random"]) > 81)
        # Both planes have their two early levels, and from now on only the one in view grows.
        before = counts(out)
        assert np.count_nonzero(before["pca"]) == 81

        first.worker.send(Pause())
        resting = settle(first, out)
        time.sleep(0.5)
        assert measured(out) == resting < 81 + POINTS
        first.worker.send(Resume())
        first.until(lambda: np.count_nonzero(counts(out)["random"]) >= resting - 81 + 10)
        first.kill()
    after = counts(out)
    assert np.array_equal(after["pca"], before["pca"])
    left = sum(int(np.count_nonzero(count == 0)) for count in after.values())
    assert POINTS - 81 < left < 2 * POINTS - resting

    # A value that no measurement would give, in a cell of each plane that is finished: it must survive.
    kept = {plane: np.array(open_folder(out / plane).main) for plane in PLANES}
    for plane in PLANES:
        row, column = np.argwhere(after[plane])[7]
        LandscapeWriter(out / plane).record(row, column, {"train_loss": -123.0}, 16)
        kept[plane][row, column] = -123.0
    with life(out, **LARGER) as second:
        second.finish()
        assert sum(second.of(Measuring, plane)[0].done for plane in PLANES) + left == 2 * POINTS
        assert not second.of(Training)
    for plane in PLANES:
        landscape = open_folder(out / plane)
        finished_before = after[plane] > 0
        assert landscape.main[finished_before].tobytes() == kept[plane][finished_before].tobytes()
        assert (landscape.examples == 16).all() and np.isfinite(landscape.main).all()


def settle(one: Life, out: Path) -> int:
    """Number of points once the point in work is done: the worker polls while it is paused and says nothing more."""
    seen = [-1, measured(out)]
    end = time.monotonic() + DEADLINE
    while seen[-1] != seen[-2]:
        assert time.monotonic() < end, "does not pause"
        time.sleep(0.2)
        one.said += one.worker.poll()
        seen.append(measured(out))
    return seen[-1]
