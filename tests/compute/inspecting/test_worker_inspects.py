"""A worker that looks into planes: with its task, when asked in between, broken off, killed, and on all demo planes."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.folder import open_folder, read_description
from compute.listener import Listener, StopRequested
from compute.maps import PLANE_MAPS
from compute.messages import (
    PLANE,
    SHARPNESS,
    VERIFY,
    Finished,
    Inspect,
    Inspecting,
    Measuring,
    Message,
    Note,
    Pause,
    Stop,
)
from compute.process import Worker
from compute.verification import verdicts
from compute.worker import _sample
from tests.compute.small_run import small_run, task

DEADLINE = 120.0


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return small_run(tmp_path_factory.mktemp("inspecting") / "run")


class Talk:
    """A channel: what was said, and what is asked once so much was said."""

    def __init__(self, *asked: tuple[Callable[[Message], bool], Message]) -> None:
        self.said: list[Message] = []
        self._asked = list(asked)

    def send(self, message: Message) -> None:
        self.said.append(message)

    def receive(self, seconds: float = 0.0) -> list[Message]:
        due = [wish for when, wish in self._asked if any(map(when, self.said))]
        self._asked = [(when, wish) for when, wish in self._asked if wish not in due]
        return due

    def first(self, condition: Callable[[Message], bool]) -> int:
        return next(k for k, message in enumerate(self.said) if condition(message))


def sample(order, *asked) -> Talk:
    talk = Talk(*asked)
    _sample((order,), talk, Listener(talk))
    return talk


def is_of(what: str, complete: bool = False) -> Callable[[Message], bool]:
    return lambda m: isinstance(m, Inspecting) and m.what == what and (not complete or m.done == m.total)


def measured(points: int, plane: str | None = None) -> Callable[[Message], bool]:
    return lambda m: isinstance(m, Measuring) and m.done >= points and plane in (None, m.plane)


def test_what_a_task_orders_is_done_once_all_is_measured(run, tmp_path):
    talk = sample(task(run, tmp_path / "a", resolution=9, inspect="plane,verify,sharpness", inspect_points=5))
    assert talk.first(measured(81)) < talk.first(is_of(PLANE))
    assert talk.first(is_of(PLANE, complete=True)) < talk.first(is_of(VERIFY)) < talk.first(is_of(SHARPNESS))
    land = open_folder(tmp_path / "a")
    assert set(PLANE_MAPS) <= set(land.metrics) and land.provenance["sharpness"]["parameters"] > 0
    assert verdicts(land.provenance)
    assert 0 < land.metrics["gradient_norm"][4, 4] < np.inf


def test_on_a_finished_folder_only_what_is_ordered_is_done_and_nothing_twice(run, tmp_path):
    order = task(run, tmp_path / "a", resolution=9)
    sample(order)
    before = (tmp_path / "a" / "train_loss.npy").read_bytes()
    talk = sample(task(run, tmp_path / "a", resolution=9, inspect="verify"))
    assert [m.done for m in talk.said if isinstance(m, Measuring)] == [81]
    assert verdicts(read_description(tmp_path / "a"))
    assert (tmp_path / "a" / "train_loss.npy").read_bytes() == before
    again = sample(task(run, tmp_path / "a", resolution=9, inspect="verify"))
    assert sum(map(is_of(VERIFY), again.said)) == 1  # complete at once


def test_asked_for_in_between_it_goes_before_further_measuring_and_changes_no_value(run, tmp_path):
    sample(task(run, tmp_path / "whole", resolution=17))
    order = task(run, tmp_path / "cut", resolution=17, inspect_points=5)
    talk = sample(order, (measured(30), Inspect("cut", PLANE)), (measured(30), Inspect("other", PLANE)))
    end = talk.first(is_of(PLANE, complete=True))
    done = [m.done for m in talk.said[:end] if isinstance(m, Measuring)]
    assert max(done) < 289 and talk.said[-1] == [m for m in talk.said if isinstance(m, Measuring)][-1]
    assert any("other: is not measured here" in m.text for m in talk.said if isinstance(m, Note))
    for file in ("train_loss.npy", "trajectory.csv"):
        assert (tmp_path / "cut" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes(), file


def test_a_pause_holds_it_and_a_stop_leaves_what_can_be_gone_on_with(run, tmp_path):
    order = task(run, tmp_path / "a", resolution=9, inspect="plane")
    talk = Talk((is_of(PLANE), Pause()), (is_of(PLANE), Stop()))
    with pytest.raises(StopRequested):
        _sample((order,), talk, Listener(talk))
    assert not any(map(is_of(PLANE, complete=True), talk.said))
    sample(order)
    assert np.isfinite(open_folder(tmp_path / "a").metrics["slope"]).all()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"inspect": "verify,slopes"}, "--curvature slopes"),
        ({"inspect": "plane", "inspect_points": 6}, "--curvature-points 6"),
        ({"inspect": "verify", "metrics": "train_accuracy"}, "train_accuracy"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_measured(run, tmp_path, changes, what):
    talk = Talk()
    with pytest.raises(BadInputError, match=what):
        _sample((task(run, tmp_path / "a", resolution=9, **changes),), talk, Listener(talk))
    assert not any(isinstance(m, Measuring) for m in talk.said)


def until(worker: Worker, said: list[Message], condition: Callable[[Message], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not any(map(condition, said)):
        assert worker.failure is None and time.monotonic() < end, worker.failure
        said += worker.poll()
        time.sleep(0.002)


def test_a_killed_worker_loses_no_node_and_the_next_goes_on(run, tmp_path):
    order = task(run, tmp_path / "a", resolution=9, inspect="plane")
    worker, said = Worker(order), []
    until(worker, said, lambda m: is_of(PLANE)(m) and m.done > 2)
    os.kill(worker.pid, signal.SIGKILL)
    worker._process.join()
    before = {name: np.array(open_folder(tmp_path / "a").metrics[name]) for name in PLANE_MAPS}
    there = np.isfinite(before["curvature_high"])  # written last
    assert 2 < there.sum() < 81
    worker, said = Worker(order), []
    until(worker, said, lambda m: isinstance(m, Finished))
    worker.stop()
    assert next(filter(is_of(PLANE), said)).done == there.sum()
    after = open_folder(tmp_path / "a").metrics
    for name in PLANE_MAPS:
        assert np.isfinite(after[name]).all() and after[name][there].tobytes() == before[name][there].tobytes()


def test_each_of_several_planes_can_be_looked_into_while_they_are_measured(run, tmp_path):
    """As those of a demo."""
    orders = [task(run, tmp_path / kind, directions=kind, resolution=9) for kind in ("pca", "random")]
    talk = Talk(*((measured(25, kind), Inspect(kind, VERIFY)) for kind in ("pca", "random")))
    _sample(orders, talk, Listener(talk))
    for kind in ("pca", "random"):
        assert read_description(tmp_path / kind)["verification"]["candidates"] >= 1
        assert open_folder(tmp_path / kind).measured == 81
