"""Real processes: trainings that write, a worker that follows, and what is left when one of them is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.folder import open_folder
from compute.listener import Listener
from compute.live import task
from compute.live.fits import claimed, newest
from compute.live.task import follow
from compute.messages import Finished, Follow, Following, Message, Note, Opened, Refit
from compute.plane import Plane, parameters_of, project
from compute.process import Worker
from compute.weights.checkpoints import checkpoints, read_tensors
from tests.compute.live.following import TOY, Recording, Talk, bend
from tests.compute.live.toy import make_model
from tests.compute.small_run import small_run

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).parent / "training_child.py"
DEADLINE = 120.0  # seconds: a worker that imports torch on a busy machine takes some


class Life:
    """One life of a worker, and all that it said."""

    def __init__(self, *sources: Path, **changes) -> None:
        usual = {"problem": TOY, "resolution": 9, "tolerance": None, "refit_at": 0.2}
        self.out = sources[0] / "live"
        self.worker = Worker(Follow([str(source) for source in sources], str(self.out), **usual | changes))
        self.said: list[Message] = []

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + DEADLINE
        while not condition():
            self.said += self.worker.poll()
            assert self.worker.failure is None, self.worker.failure
            assert time.monotonic() < end, f"took too long: {self.said[-5:]}"
            time.sleep(0.005)

    def of(self, kind: type) -> list:
        return [message for message in self.said if isinstance(message, kind)]

    @property
    def step(self) -> int:
        return self.of(Following)[-1].step[0] if self.of(Following) else -1

    def kill(self) -> None:
        os.kill(self.worker.pid, signal.SIGKILL)
        self.worker._process.join()


@contextmanager
def life(*sources: Path, **changes) -> Iterator[Life]:
    one = Life(*sources, **changes)
    try:
        yield one
    finally:
        one.worker.stop()


@contextmanager
def training(run: Path, steps: int, first: int = 0, pause: float = 0.02, seed: int = 0) -> Iterator[subprocess.Popen]:
    command = [sys.executable, str(CHILD), str(run), str(seed), str(steps), str(first), str(pause)]
    child = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def check(out: Path, run: Path) -> None:
    """The newest fit is a landscape whose path is that of all checkpoints of the run, by ``project``."""
    _, folder = newest(out)
    land = open_folder(folder)
    like = parameters_of(make_model())
    directions = read_tensors(folder / "directions.safetensors")
    delta, eta = ({name: directions[f"{axis}.{name}"] for name in like} for axis in ("delta", "eta"))
    centre = read_tensors(dict(checkpoints(run / "checkpoints"))[land.provenance["fit"]["centre_step"]])
    plane = Plane({name: centre[name] for name in like}, delta, eta)
    path = land.trajectory
    found = dict(checkpoints(run / "checkpoints"))
    assert path.step.tolist() == sorted(found)
    expected = np.array([project(plane, {name: w[name] for name in like}) for w in map(read_tensors, found.values())])
    assert np.abs(np.stack([path.alpha, path.beta, path.residual], axis=1) - expected).max() < 1e-6


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A training of 40 steps that is over."""
    run = tmp_path_factory.mktemp("finished") / "run"
    with training(run, 40, pause=0.0) as child:
        assert child.wait(DEADLINE) == 0
    return run


def test_a_training_is_followed_from_before_its_start_through_a_stop_to_its_end(tmp_path):
    run = tmp_path / "run"
    with life(run) as one:
        one.until(lambda: one.of(Note))
        assert not run.exists() and "waiting" in one.of(Note)[0].text
        with training(run, 200) as child:
            one.until(lambda: one.of(Opened) and one.step >= 20)
            child.kill()
            child.wait()
        last = checkpoints(run / "checkpoints")[-1][0]
        with training(run, last + 30, first=last) as child:
            assert child.wait(DEADLINE) == 0
        one.until(lambda: one.step == last + 30)
        count = one.of(Opened)[-1].plane
        assert count != "fit-0001"  # a training from its start leaves its first plane soon
        one.worker.stop(DEADLINE)
        assert one.worker._process.exitcode == 0 and not one.of(Finished)
    check(one.out, run)


def test_killed_at_any_moment_a_worker_leaves_folders_that_go_on(finished, tmp_path):
    """Twelve lives that end by SIGKILL, each after a while longer than the one before; then a last one."""
    run = tmp_path / "run"
    (run / "checkpoints").mkdir(parents=True)
    for name in ("recording.json", "recording.csv"):
        (run / name).write_bytes((finished / name).read_bytes())
    files = checkpoints(finished / "checkpoints")
    for k in range(6):
        for _, file in files[6 * k : 6 * k + 6]:
            (run / "checkpoints" / file.name).write_bytes(file.read_bytes())
        with life(run) as one:
            if k % 3 == 2:  # as soon as there is a plane
                one.until(lambda: one.of(Opened))
                one.worker.send(Refit())
            one.until(lambda: one.said)
            time.sleep(0.03 * k)  # no condition: any moment will do
            one.kill()
        for folder in (run / "live").glob("fit-*/landscape.json"):
            open_folder(folder.parent)
    for _, file in files[36:]:
        (run / "checkpoints" / file.name).write_bytes(file.read_bytes())
    with life(run) as last:
        last.until(lambda: last.step == files[-1][0] and last.of(Following)[-1].checkpoints == len(files))
        last.until(lambda: (last.of(Following)[-1].residual_share or 0) < 0.2)
        last.worker.stop(DEADLINE)
    check(last.out, run)


def test_two_runs_from_different_seeds_on_one_plane(finished, tmp_path):
    other = tmp_path / "other"
    with life(finished, other) as one, training(other, 60, seed=1):
        one.until(lambda: one.of(Following) and one.of(Following)[-1].step == [40, 60])
        one.until(lambda: one.of(Following)[-1].fit and open_folder(newest(one.out)[1]).others.get("other") is not None)
        one.until(lambda: len(open_folder(newest(one.out)[1]).others["other"]) == 61)
        land = open_folder(newest(one.out)[1])
        assert len(land.trajectory) == 41 and land.provenance["fit"]["runs"] == ["run", "other"]


def test_one_worker_a_folder(finished, tmp_path):
    with claimed(tmp_path / "live"):
        second = Worker(Follow([str(finished)], str(tmp_path / "live"), problem=TOY))
        try:
            end = time.monotonic() + DEADLINE
            while second.failure is None and time.monotonic() < end:
                second.poll()
                time.sleep(0.01)
            assert second.failure is not None and second.failure.expected
            assert "another process follows into it" in second.failure.error
        finally:
            second.stop()


def test_a_worker_without_its_explorer_ends(finished, tmp_path):
    script = (
        "import sys, time\n"
        "from compute.messages import Follow, Opened\n"
        "from compute.process import Worker\n"
        "if __name__ == '__main__':\n"
        "    worker = Worker(Follow([sys.argv[1]], sys.argv[2], problem=sys.argv[3]))\n"
        "    while not any(isinstance(m, Opened) for m in worker.poll()): time.sleep(0.01)\n"
        "    print(worker.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    file = tmp_path / "explorer.py"
    file.write_text(script)
    command = [sys.executable, str(file), str(finished), str(tmp_path / "live"), TOY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}) as it:
        assert it.stdout is not None
        pid = int(it.stdout.readline())
        niceness = os.getpriority(os.PRIO_PROCESS, pid)
        it.kill()
    assert niceness >= 10  # the training goes first
    end = time.monotonic() + DEADLINE
    while Path(f"/proc/{pid}").exists() and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < end, "outlives its explorer"
        time.sleep(0.01)
    with claimed(tmp_path / "live"):  # and its lock with it
        pass


def test_a_run_of_basin_train_needs_no_problem(tmp_path):
    run = small_run(tmp_path / "run")
    with life(run, problem="", examples=24) as one:
        one.until(lambda: one.of(Opened))
        land = open_folder(one.out / "fit-0001")
        assert land.provenance["model"]["name"] == "mlp" and land.trajectory.step.tolist() == [0, 8, 16, 23]
        assert list(land.metrics) == ["train_loss"]
        one.until(lambda: open_folder(one.out / "fit-0001").measured == 81)


@pytest.mark.parametrize(("device", "number"), [("cuda:1", 1), ("cuda", 3)])
def test_of_a_gpu_it_takes_its_share_of_the_memory(monkeypatch, device, number):
    """Through all of torch but the driver, which is asked last."""
    asked = []
    monkeypatch.setattr("torch.cuda.memory._lazy_init", lambda: None)
    monkeypatch.setattr("torch.cuda.current_device", lambda: 3)
    monkeypatch.setattr("torch._C._cuda_setMemoryFraction", lambda *share: asked.append(share), raising=False)
    task._limit_memory(Follow(["run"], "out", device=device, memory_share=0.125), asked.append)
    task._limit_memory(Follow(["run"], "out", device=device, memory_share=1), asked.append)
    assert asked == [(0.125, number), (1, number)]
    task._limit_memory(Follow(["run"], "out"), asked.append)
    assert len(asked) == 2


def test_a_grid_that_is_too_coarse_is_refused_before_anything_is_waited_for():
    with pytest.raises(BadInputError, match="--resolution 2: a resolution of 2 is too coarse"):
        task._check(Follow(["run"], "out", resolution=2))


def test_where_memory_cannot_be_limited_it_is_said(monkeypatch):
    talk = Talk()
    task._limit_memory(Follow(["run"], "out", device="mps"), talk.send)
    assert "--memory-share 0.25" in talk.notes and "mps" in talk.notes and "\n" not in talk.notes


@pytest.mark.parametrize(("changes", "what"), [
    ({"problem": ""}, "--problem"),
    ({"centre": "middle"}, "--centre middle"),
    ({"refit_at": 0.0}, "--refit-at 0"),
    ({"threads": 0}, "--threads 0"),
    ({"memory_share": 2.0}, "--memory-share 2"),
    ({"metrics": "test_loss"}, "--metrics test_loss"),
    ({"device": "tpu"}, "--device tpu"),
    ({"resolution": 2}, "--resolution 2"),
    ({"sources": []}, "nothing to follow"),
    ({"sources": ["a", "a/../a"]}, "twice"),
])  # fmt: skip
def test_what_cannot_be_followed_is_said_in_one_line(tmp_path, changes, what):
    run = Recording(tmp_path / "run")
    for k in range(4):
        run.write(k, bend(k))
    talk = Talk()
    order = Follow(**{"sources": [str(run.folder)], "out": str(tmp_path / "live"), "problem": TOY} | changes)
    with pytest.raises(BadInputError) as caught:
        follow(order, talk.send, Listener(talk))
    assert what in str(caught.value) and "\n" not in str(caught.value)
    assert not list((tmp_path / "live").glob("fit-*/landscape.json"))


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("")
    with pytest.raises(BadInputError, match=r"holds thesis\.tex"), claimed(tmp_path / "out"):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match="is a file"), claimed(tmp_path / "file"):
        pass
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.tex"]
