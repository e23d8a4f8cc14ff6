"""What the terminal says of a preparation: how far it is, and how long it will take at the pace that it had."""

import pytest

from compute.messages import Preparing
from explorer.command_line import terminal
from explorer.command_line.terminal import LOG_SECONDS, TerminalProgress
from explorer.worker.status import Status, after


@pytest.fixture
def told(monkeypatch):
    """Says of each (done, total), so many seconds after the last, what a log has of it."""
    clock = [100.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock[0])

    def tell(*news: tuple[float, int, int | None]) -> list[str]:
        with TerminalProgress() as progress:
            said: list[str] = []
            monkeypatch.setattr(progress, "say", said.append)
            for seconds, done, total in news:
                clock[0] += seconds
                progress.show(after(Status(), Preparing("bending", done, total)))
        return said

    return tell


def test_the_time_left_follows_from_the_pace_since_the_first_word(told):
    assert told((0, 100, 600), (LOG_SECONDS, 150, 600), (LOG_SECONDS, 200, 600)) == [
        "bending: 17% 100 of 600",
        "bending: 25% 150 of 600, 1 min 30 s left",
        "bending: 33% 200 of 600, 1 min 20 s left",
    ]


def test_at_the_end_and_where_nobody_knows_the_end_there_is_no_estimate(told):
    assert told((0, 5, 600), (LOG_SECONDS, 600, 600))[-1] == "bending: 100% 600 of 600"
    assert told((0, 5, None), (LOG_SECONDS, 9, None))[-1] == "bending: 9"
