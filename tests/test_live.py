"""A real training with a recorder, and the real program that follows it, side by side and killed at will."""

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from compute.folder import is_landscape_folder, open_folder
from compute.levels import first_points
from compute.recording.curve import CurveReader
from compute.training.log import read_log
from tests.desktop import BASIN, Desktop, desktop

PROBLEM = '''
import os, signal, sys, time
from pathlib import Path
import torch
from torch import nn
from basin import Problem, Recorder

def network():
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))

def data():
    side = torch.linspace(-1, 1, 8)
    x = torch.cartesian_prod(side, side)
    return x, (x[:, :1] ** 2 - 0.5 * x[:, 1:]).sin()

def make_problem():
    return Problem(network(), [data()], lambda output, batch: nn.functional.mse_loss(output, batch[1]))

def train(steps, pause):
    """Goes on from the newest whole checkpoint, as a person's own loop would."""
    from safetensors.torch import load_file
    model, (x, y), done = network(), data(), 0
    for path in sorted(Path("run/checkpoints").glob("step-*.safetensors"), reverse=True):
        try:
            model.load_state_dict(load_file(path))
        except Exception:
            continue
        done = int(path.stem.partition("-")[2])
        break
    recorder = Recorder("run", model, resume=True, share=1.0)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.05)
    for step in range(done + 1, steps + 1):
        optimiser.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimiser.step()
        recorder.record(step, loss)
        time.sleep(pause)
    recorder.close()

def serve():
    """A training of its own for each line that comes, without the seconds that importing torch takes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            train(100_000, 0.005)
            os._exit(0)
        print(pid, flush=True)

if __name__ == "__main__":
    torch.set_num_threads(1)
    serve() if sys.argv[1] == "serve" else train(int(sys.argv[1]), 0.005)
'''
KILLS = 100
WORKING = 0.15  # share of the kills that wait until all three work
UNWRITTEN = 2000  # rows that a killed training may have had in memory


@pytest.fixture
def place(tmp_path, monkeypatch) -> Iterator[Path]:
    (tmp_path / "mine.py").write_text(PROBLEM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    yield tmp_path


def trainer(place: Path, steps: int) -> subprocess.Popen[bytes]:
    with (place / "train.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "mine.py", str(steps)], cwd=place, stderr=log)


class Trainers:
    """Starts trainings one after the other, at once; one at a time is alive."""

    def __init__(self, place: Path) -> None:
        with (place / "train.log").open("a") as log:
            self._server = subprocess.Popen([sys.executable, "mine.py", "serve"], cwd=place, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True)  # fmt: skip
        self.pid = 0

    def go_on(self) -> None:
        """Start one, unless one is alive."""
        if not self.pid or not alive(self.pid):
            assert self._server.stdin and self._server.stdout
            self._server.stdin.write("\n")
            self._server.stdin.flush()
            self.pid = int(self._server.stdout.readline())

    def end(self) -> None:
        kill(self.pid)
        self._server.communicate()


def fits(place: Path) -> list[Path]:
    """Planes whose first level is measured, in order."""
    found = sorted(path for path in (place / "run" / "live").glob("fit-*") if is_landscape_folder(path))
    return [path for path in found if (land := open_folder(path)).measured >= first_points(land.domain.shape)]


def steps_of(fit: Path) -> np.ndarray:
    path = open_folder(fit).trajectory
    assert path is not None
    return path.step


def until(condition, what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def exploring(place: Path):
    return desktop(["explore", "run", "--problem", "mine.py:make_problem", "--resolution", "9"], place)


def test_a_training_is_followed_while_it_goes_on_and_again_after_the_window_was_closed(place):
    training = trainer(place, 4000)
    try:
        until((place / "run" / "recording.json").exists, "the recording begins")
        with exploring(place) as first:
            first.wait(lambda: bool(fits(place)), "the first plane", 120)
            before = len(steps_of(fits(place)[-1]))
            first.wait(lambda: len(steps_of(fits(place)[-1])) > before + 5, "the path grows", 120)
            planes = len(fits(place))
            first.act("key", "shift+r")
            first.wait(lambda: len(fits(place)) > planes, "another plane, asked for", 120)
            first.act("key", "ctrl+q")
            assert first.program.wait(timeout=60) == 0 and first.log.read_text() == ""
        assert training.poll() is None, "the training does not care"
        seen = fits(place)
        with exploring(place) as second:
            second.wait(lambda: steps_of(fits(place)[-1])[-1] > steps_of(seen[-1])[-1], "the path goes on", 120)
            assert fits(place)[: len(seen)] == seen
            second.act("key", "ctrl+q")
            assert second.program.wait(timeout=60) == 0
    finally:
        training.kill()
        training.wait()
    assert (place / "train.log").read_text() == ""


def test_a_training_of_ours_is_watched_and_goes_on_without_its_window(place):
    order = ["train", "--model", "mlp", "--data", "digits", "--epochs", "60", "--out", "run", "--explore"]
    with desktop(order, place) as shown:
        shown.wait(lambda: bool(fits(place)), "a plane", 90)
        shown.act("key", "ctrl+q")
        shown.wait(lambda: "the training goes on" in shown.log.read_text(), "the window is closed", 60)
        assert shown.program.wait(timeout=90) == 0
        assert "Traceback" not in shown.log.read_text()
    assert read_log(place / "run")[-1].epoch == 60


@pytest.mark.timeout(1800)
def test_whoever_is_killed_whenever_the_others_go_on_and_nothing_is_lost(place):
    """Pairs of trainer, worker and explorer, a hundred times: while they start, and while they work."""
    rng = random.Random(4)
    pairs = list(itertools.combinations(("trainer", "worker", "explorer"), 2))
    training, rows, worked = Trainers(place), 0, 0
    training.go_on()
    until((place / "run" / "recording.json").exists, "the recording begins")
    with exploring(place) as shown:
        explorer = shown.program
        for k in range(KILLS):
            if rng.random() < WORKING:
                worked += goes_on(place, explorer)
            time.sleep(rng.uniform(0.1, 0.6))
            victims = {"trainer": training.pid, "explorer": explorer.pid, "worker": child_of(explorer)}
            for name in rng.sample(pairs[k % len(pairs)], 2):
                if victims[name]:
                    kill(victims[name])
                time.sleep(rng.uniform(0, 0.2))
            training.go_on()
            if {"worker", "explorer"} & set(pairs[k % len(pairs)]):  # a window without a worker offers a restart;
                kill(explorer.pid)  # here it is closed, and opened again
                explorer.wait()
                explorer = again(shown, place)
            found = len(CurveReader(place / "run").read())
            assert found >= rows - UNWRITTEN, "rows that were written are there"
            rows = max(rows, found)
        assert worked > KILLS * WORKING / 2 and goes_on(place, explorer)
        explorer.send_signal(signal.SIGTERM)
        explorer.wait(timeout=60)
    training.end()
    for path in (place / "run" / "checkpoints").glob("step-*.safetensors"):
        assert all(np.isfinite(tensor).all() for tensor in load_file(path).values())
    assert fits(place)
    for fit in fits(place):
        land = open_folder(fit)
        assert np.isfinite(land.main[land.examples > 0]).all()
    json.loads((place / "run" / "live" / "live.json").read_text())
    assert "Traceback" not in (place / "train.log").read_text()


def goes_on(place: Path, explorer: subprocess.Popen[str]) -> bool:
    """Whether the path over the newest plane grows, as soon as it does; not when the explorer has ended."""
    before, deadline = reached(place), time.monotonic() + 180
    while reached(place) <= before:
        if explorer.poll() is not None:
            return False
        assert time.monotonic() < deadline, (place / "explorer.log").read_text()
        time.sleep(0.1)
    return True


def reached(place: Path) -> float:
    """The last step of the path over the newest plane."""
    found = fits(place)
    return float(steps_of(found[-1])[-1]) if found else -1.0


def again(shown: Desktop, place: Path) -> subprocess.Popen[str]:
    """Another explorer on the same screen."""
    command = [*BASIN, "explore", "run", "--problem", "mine.py:make_problem", "--resolution", "9"]
    environment = {**os.environ, "DISPLAY": shown.display, "BASIN_STATE": str(place / "state")}
    with (place / "explorer.log").open("a") as log:
        return subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=log, text=True)


def child_of(explorer: subprocess.Popen[str]) -> int:
    """The worker's process id; 0 before there is one."""
    try:
        pids = Path(f"/proc/{explorer.pid}/task/{explorer.pid}/children").read_text().split()
        return next((int(pid) for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()), 0)
    except OSError:
        return 0


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
