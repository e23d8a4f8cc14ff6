"""The thread that writes, alone: what it does when, and with how much at a time."""

import time
from itertools import pairwise

import pytest

from compute.recording import background as module
from compute.recording.background import Background, Row
from compute.recording.snapshot import Snapshot

PATIENCE = 60.0  # seconds until something that has to happen is given up


class Files:
    """Takes everything, or refuses it while it is full; keeps what was asked of it."""

    def __init__(self):
        self.full, self.asked, self.rows, self.steps = False, [], [], []

    def begin(self, step):
        pass

    def append(self, rows):
        self.asked.append(len(rows))
        if self.full:
            raise OSError(28, "No space left on device")
        self.rows += rows

    def write(self, step, weights):
        self.steps.append(step)


@pytest.fixture
def files() -> Files:
    return Files()


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_checkpoint_that_is_found_while_it_is_handed_over_leaves_the_writer_free(files, monkeypatch):
    """The thread gets its turn right after the checkpoint can be seen, as it may at any time."""
    background = Background(files)

    def with_a_turn(self, name, value):
        object.__setattr__(self, name, value)
        if name == "_checkpoint" and value is not None:
            self._wake.set()
            until(lambda: self._checkpoint is None)

    monkeypatch.setattr(Background, "__setattr__", with_a_turn)
    for step in range(3):
        background.hand_over(step, Snapshot({}))
        assert background.wait(1.0) and background.free
    assert background.close(PATIENCE) and files.steps == [0, 1, 2]


def test_many_rows_are_written_in_slices(files, monkeypatch):
    monkeypatch.setattr(module, "SLICE", 100)
    background = Background(files)
    for step in range(1050):
        background.add(Row(step, None, step / 4))
    assert background.close(PATIENCE)
    assert files.rows == [f"{step},,{step / 4}" for step in range(1050)] and max(files.asked) <= 100


@pytest.fixture
def by_hand(files, monkeypatch) -> Background:
    """Without its thread."""
    monkeypatch.setattr(module.threading.Thread, "start", lambda self: None)
    return Background(files)


def test_while_rows_cannot_be_written_attempts_become_rare_and_cost_one_slice(files, by_hand, monkeypatch):
    clock, attempts = [0.0], []
    monkeypatch.setattr(module, "SLICE", 100)
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    files.full = True
    for step in range(1000):
        by_hand.add(Row(step, None, None))
    for _ in range(200):  # each half a second, as the thread does
        by_hand._look(closing=False)
        if len(files.asked) > len(attempts):
            attempts.append(clock[0])
        clock[0] += 0.5
    assert [later - earlier for earlier, later in pairwise(attempts)][:7] == [
        1, 2, 4, 8, 8, 8, 8
    ]  # fmt: skip
    assert set(files.asked) == {100} and not by_hand._rows
    files.full = False
    by_hand.hand_over(7, Snapshot({}))
    by_hand._look(closing=False)  # a checkpoint that can be written says that there is room
    by_hand._look(closing=False)
    assert len(files.rows) == 1000
    by_hand.add(Row(1000, None, None))
    by_hand._look(closing=False)  # at once again
    assert files.rows[-1] == "1000,,"


def test_closing_tries_once_more_at_once(files, by_hand):
    files.full = True
    by_hand.add(Row(0, None, None))
    by_hand._look(closing=False)
    files.full = False
    by_hand._look(closing=False)
    assert files.rows == []
    by_hand._look(closing=True)
    assert files.rows == ["0,,"]


def test_of_rows_that_wait_too_long_the_oldest_go(files, monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 50)
    files.full = True
    background = Background(files)
    for first in range(0, 200, 40):
        for step in range(first, first + 40):
            background.add(Row(step, None, None))
        until(lambda: not background._rows)
        background._wake.set()
    files.full = False
    assert background.close(PATIENCE)
    assert [int(row.partition(",")[0]) for row in files.rows] == list(range(150, 200))


def test_what_waits_is_little_memory():
    assert module.MOST_ROWS <= 200_000 and not hasattr(Row(0, None, None), "__dict__")
