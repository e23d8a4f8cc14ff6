"""Training as a task: listens before every step, tells after it, and leaves off so that it can go on."""

import pytest

import compute.training.task
from compute.training.settings import make_settings
from compute.training.task import follow
from compute.training.training import Training
from compute.weights.checkpoints import read_tensors
from tests.compute.tiny import tiny_data
from tests.compute.training_child import dropout_network

DATA = tiny_data(train=40)
SETTINGS = make_settings({"epochs": 2, "batch": 4, "checkpoint_every": "2 epochs"})  # 20 steps, no checkpoint between


class StoppedError(Exception):
    pass


def stop_at(call: int, error: type[BaseException] = StoppedError):
    """Hears nothing so many times, and then something that ends the work."""
    calls = iter(range(call))

    def listen() -> None:
        if next(calls, None) is None:
            raise error

    return listen


def make(folder) -> Training:
    return Training(dropout_network(), DATA, SETTINGS, folder)


def contents(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken")
    follow(make(folder), lambda *_: None, lambda: None)
    return folder


def test_every_step_is_told_with_the_time_that_is_left(tmp_path):
    told = []
    follow(make(tmp_path), lambda training, left: told.append((training.step_number, left)), lambda: None)
    assert [step for step, _ in told] == list(range(1, 21))
    assert all(left > 0 for _, left in told[:-1]) and told[-1][1] == 0


def test_the_time_left_is_that_of_the_steps_without_the_waiting(tmp_path, monkeypatch):
    """A step takes 2 seconds, and listening 100."""
    clock = [0.0]
    monkeypatch.setattr(compute.training.task.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(compute.training.task, "SAVE_SECONDS", 1e9)
    training = make(tmp_path)
    step = training.step

    def slow_step() -> None:
        step()
        clock[0] += 2.0

    def wait() -> None:
        clock[0] += 100.0

    monkeypatch.setattr(training, "step", slow_step)
    told = []
    follow(training, lambda run, left: told.append((run.step_number, left)), wait)
    assert told == [(n, 2.0 * (20 - n)) for n in range(1, 21)]


@pytest.mark.parametrize("error", [StoppedError, KeyboardInterrupt])
def test_stopped_it_goes_on_from_that_step_and_ends_the_same(unbroken, tmp_path, error):
    for stop in (3, 0, 9):
        with pytest.raises(error):
            follow(make(tmp_path), lambda *_: None, stop_at(stop, error))
    again = make(tmp_path)
    assert again.step_number == 12
    follow(again, lambda *_: None, lambda: None)
    assert contents(tmp_path) == contents(unbroken)


def test_now_and_then_it_saves_even_where_no_checkpoint_is_due(unbroken, tmp_path, monkeypatch):
    """So that a kill costs a minute and not an epoch."""
    monkeypatch.setattr(compute.training.task, "SAVE_SECONDS", 0.0)
    kept = []

    def note(training: Training, _: float) -> None:
        kept.append(int(read_tensors(tmp_path / "resume.safetensors")["step"]))

    follow(make(tmp_path), note, lambda: None)
    assert kept == list(range(1, 21))
    assert contents(tmp_path) == contents(unbroken)


def test_a_run_that_is_done_needs_nothing_more(unbroken):
    before = contents(unbroken)
    follow(make(unbroken), lambda *_: pytest.fail("nothing is left to do"), stop_at(0))
    assert contents(unbroken) == before
