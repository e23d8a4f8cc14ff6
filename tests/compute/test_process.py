"""The worker process: how it ends, what is heard of it then, and that it never outlives its explorer."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compute.errors import BadInputError
from compute.messages import Demo, Failed, Look, Pause
from compute.process import Worker, _line
from compute.worker import NICENESS

DEADLINE = 120.0  # seconds: a worker that imports torch on a busy machine takes some


def wait_until(condition: Callable[[], object], seconds: float = DEADLINE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.01)


def task(out: Path, **changes) -> Demo:
    return Demo(str(out), **{"epochs": 1, "examples": 8, "resolution": 9} | changes)


@pytest.fixture
def worker(tmp_path) -> Iterator[Worker]:
    """One whose task would take minutes."""
    started = Worker(task(tmp_path / "demo", epochs=1000))
    yield started
    if started.alive:
        os.kill(started.pid, signal.SIGKILL)
    started.stop()


def exists(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# ── deaths ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_silent_death_is_reported_with_the_signal_once(worker, number):
    os.kill(worker.pid, number)
    wait_until(lambda: not worker.alive)
    (report,) = worker.poll()
    assert isinstance(report, Failed) and worker.failure == report
    assert report.error == f"the compute process was killed by {number.name}"
    assert worker.poll() == []


def test_telling_a_dead_worker_something_does_no_harm(worker):
    os.kill(worker.pid, signal.SIGKILL)
    wait_until(lambda: not worker.alive)
    for _ in range(3):
        worker.send(Look("random"))
    assert worker.failure is None  # which only poll finds out
    worker.poll()
    assert worker.failure is not None


def test_a_worker_that_does_not_listen_is_ended_by_force(worker):
    os.kill(worker.pid, signal.SIGSTOP)
    started = time.monotonic()
    worker.stop(seconds=0.2)
    assert not worker.alive
    assert 0.2 <= time.monotonic() - started < 2


# ── errors: all at the same time, because each has to import torch ───────────────────────────────────────────────


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Any longer one is refused by the system while it is written, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="module")
def ended(tmp_path_factory) -> Iterator[dict[str, Worker]]:
    """Workers that could not do what they were told, after their end."""
    folder = tmp_path_factory.mktemp("ended")
    workers = {
        "no task": Worker(Pause()),
        "bad option": Worker(task(folder / "demo", resolution=2)),
    }
    with files_of_at_most(20_000):
        workers["full disk"] = Worker(task(folder / "full"))
    wait_until(lambda: not any(worker.alive for worker in workers.values()))
    for worker in workers.values():
        worker.poll()
    yield workers
    for worker in workers.values():
        worker.stop()


ENDS = ["no task", "bad option", "full disk"]


@pytest.mark.parametrize("name", ENDS)
def test_an_error_is_reported_in_one_line_with_details_and_an_exit_code(ended, name):
    failure = ended[name].failure
    assert failure.error and len(failure.error.splitlines()) == 1
    assert failure.details.startswith("Traceback") and "compute/worker.py" in failure.details
    assert ended[name]._process.exitcode == 1


def test_a_programming_error_says_of_which_kind_it_is(ended):
    assert ended["no task"].failure.error == "TypeError: no such task: Pause()"


def test_bad_input_speaks_for_itself(ended):
    assert ended["bad option"].failure.error.startswith("--resolution 2: ")


def test_a_full_disk_names_the_file_and_leaves_no_half_of_it(ended):
    out = Path(ended["full disk"].task.out)
    error = ended["full disk"].failure.error
    assert error.startswith(f"{out}/run/") and "File too large" in error and "make room" in error
    assert "[Errno" not in error
    files = {path.name: path.stat().st_size for path in out.rglob("*") if path.is_file()}
    assert set(files) <= {"demo.json", "run.json", "training.csv"} and all(files.values())


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (BadInputError("demo: is a file"), "demo: is a file"),
        (ValueError("first\nsecond"), "ValueError: first"),
        (RuntimeError("\n  indented"), "RuntimeError: indented"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_any_error_makes_one_line(error, line):
    assert _line(error) == line


# ── life and death with the explorer ──────────────────────────────────────────────────────────────────────────────────

EXPLORER = """
import signal, sys, time
from compute.messages import Demo, Training
from compute.process import Worker

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))
    worker = Worker(Demo(sys.argv[1], epochs=1000, examples=8))
    while not any(isinstance(message, Training) for message in worker.poll()):
        time.sleep(0.01)
    print(worker.pid, flush=True)
    while True:
        worker.poll()
        time.sleep(0.01)
"""


def test_ctrl_c_is_the_explorers_business_and_a_killed_explorer_takes_its_worker_along(tmp_path):
    """Ctrl-C goes to every process of the terminal's group. The worker goes on training; then it notices the death."""
    script = tmp_path / "explorer.py"
    script.write_text(EXPLORER)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    explorer = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "demo")],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        pid = int(explorer.stdout.readline())
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, os.getpriority(os.PRIO_PROCESS, explorer.pid) + NICENESS)

        log = tmp_path / "demo" / "run" / "training.csv"
        os.killpg(explorer.pid, signal.SIGINT)
        assert explorer.stdout.readline() == "interrupted\n"
        rows = len(log.read_text().splitlines())
        wait_until(lambda: len(log.read_text().splitlines()) > rows or not exists(pid))
        assert exists(pid)

        explorer.kill()
        explorer.wait()
        wait_until(lambda: not exists(pid), seconds=2)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(explorer.pid, signal.SIGKILL)
        explorer.wait()
        explorer.stdout.close()
