"""What the worker said, reduced to what is shown."""

import math

import pytest

from compute.messages import (
    Demo,
    Failed,
    Finished,
    Inspecting,
    Look,
    Measuring,
    Message,
    Opened,
    Pause,
    Resume,
    Stop,
    Training,
)
from explorer.worker.status import Status, after, duration

TRAINING = Training(epoch=1.5, epochs=12, loss=0.7, seconds_left=30.0)
FAILED = Failed("RuntimeError: no", "Traceback")


def measuring(plane: str, done: int = 1) -> Measuring:
    return Measuring(plane, 0, 4, done, 100, 10.0, 9.0)


def told(*messages: Message) -> Status:
    status = Status()
    for message in messages:
        status = after(status, message)
    return status


def test_at_first_nothing_is_known_and_all_is_well() -> None:
    status = Status()
    assert status.running and not status.paused and not status.finished
    assert (status.training, status.failed, dict(status.folders), dict(status.measuring)) == (None, None, {}, {})


def test_the_latest_word_on_training_counts() -> None:
    assert told(TRAINING, Training(2.0, 12, 0.5, 20.0)).training == Training(2.0, 12, 0.5, 20.0)


def test_folders_are_remembered_by_plane() -> None:
    status = told(Opened("pca", "a/pca"), Opened("random", "a/random"))
    assert dict(status.folders) == {"pca": "a/pca", "random": "a/random"}


def test_measuring_is_remembered_by_plane_and_the_latest_is_named() -> None:
    status = told(measuring("pca", 1), measuring("random", 5), measuring("pca", 2))
    assert dict(status.measuring) == {"pca": measuring("pca", 2), "random": measuring("random", 5)}
    assert status.latest == "pca"


def test_pause_and_resume() -> None:
    assert told(Pause()).paused
    assert told(Pause(), Pause()).paused
    assert not told(Pause(), Resume()).paused
    assert told(Pause()).running


@pytest.mark.parametrize("end", [Finished(), FAILED])
def test_what_has_ended_runs_no_more_and_forgets_nothing(end: Message) -> None:
    status = told(TRAINING, Opened("pca", "a/pca"), measuring("pca"), end)
    assert not status.running
    assert status.finished == isinstance(end, Finished)
    assert status.failed == (FAILED if end is FAILED else None)
    assert status.training == TRAINING and status.folders and status.measuring


@pytest.mark.parametrize("message", [Look("pca"), Stop(), Demo("out")])
def test_wishes_of_the_user_change_nothing(message: Message) -> None:
    status = told(TRAINING, measuring("pca"))
    assert after(status, message) == status


def test_a_status_never_changes_once_made() -> None:
    first = told(Opened("pca", "a/pca"), measuring("pca"))
    after(after(first, Opened("random", "a/random")), measuring("random"))
    assert list(first.folders) == list(first.measuring) == ["pca"]
    with pytest.raises(TypeError):
        first.folders["x"] = "y"  # type: ignore[index]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"), (0, "0 s"), (0.4, "0 s"), (8.2, "8 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s"),
        (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"), (4200, "1 h 10 min"), (90_000, "25 h 00 min"),
        (math.inf, "an unknown time"), (math.nan, "an unknown time"),
    ],
)  # fmt: skip
def test_a_time_to_wait_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_is_looked_into_is_kept_by_plane_and_kind_and_the_latest_stands_alone() -> None:
    first, second = Inspecting("pca", "verify", 3, 9, 2.0), Inspecting("pca", "verify", 9, 9, 0.0)
    other = Inspecting("random", "plane", 1, 81, math.inf)
    status = told(first, second, other)
    assert status.inspecting == other and status.running
    assert dict(status.inspected) == {("pca", "verify"): second, ("random", "plane"): other}
    assert told().inspecting is None and not told().inspected
