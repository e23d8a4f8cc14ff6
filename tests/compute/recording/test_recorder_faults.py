"""A recorder where things go wrong: full disks, folders that go away, kills, forks, and programs that just end."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from basin import Recorder
from compute.errors import BadInputError
from compute.recording.curve import open_recording, read_curve
from compute.recording.writing import RecordingFiles
from compute.weights.checkpoints import checkpoints, read_tensors
from tests.compute.recording.trained import copied, network, same, train

ROOT = Path(__file__).parents[3]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="asks for POSIX")


def recorded(folder):
    return {step: read_tensors(path) for step, path in checkpoints(folder / "checkpoints")}


def everywhere(recorder):
    """Let every call record that finds the writer free, and wait for it."""
    schedule = recorder._session._schedule
    schedule._spent_before = float("inf")
    assert recorder._session._background.wait(60)


def program(text: str, *arguments: object, code: int = 0) -> str:
    """Run a program to its end; its standard output."""
    command = [sys.executable, "-c", text, *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert run.returncode == code, run.stdout + run.stderr
    return run.stdout


# ── the disk ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Disk:
    """Refuses every write while it is full."""

    def __init__(self, monkeypatch):
        self.full = False
        write = RecordingFiles.write
        append = RecordingFiles.append

        def refuse(then):
            def either(files, *arguments):
                if self.full:
                    raise OSError(28, "No space left on device")
                then(files, *arguments)

            return either

        monkeypatch.setattr(RecordingFiles, "write", refuse(write))
        monkeypatch.setattr(RecordingFiles, "append", refuse(append))


def test_while_the_disk_is_full_there_is_one_warning_and_afterwards_all_goes_on(tmp_path, monkeypatch):
    disk, model, truth = Disk(monkeypatch), network(), {}
    recorder = Recorder(tmp_path / "run", model)

    def after(step, loss):
        truth[step] = copied(model)
        everywhere(recorder)
        recorder.record(step, loss)

    train(model, range(1, 6), after)
    everywhere(recorder)
    disk.full = True
    with pytest.warns(RuntimeWarning, match="No space left on device.*tried again") as caught:
        train(model, range(6, 16), after)
        everywhere(recorder)
    assert len(caught) == 1
    disk.full = False
    train(model, range(16, 21), after)
    recorder.close()
    found = recorded(tmp_path / "run")
    assert sorted(found) == [*range(1, 6), *range(16, 21)]
    assert all(same(found[step], truth[step]) for step in found)
    assert read_curve(tmp_path / "run").step.tolist() == list(range(1, 21))


def test_a_warning_that_is_an_error_does_not_stop_the_training_either(tmp_path, monkeypatch, capsys):
    disk = Disk(monkeypatch)
    recorder = Recorder(tmp_path / "run", network())
    disk.full = True
    recorder.record(1)
    everywhere(recorder)
    recorder.record(2)  # warnings are errors in these tests
    recorder.close()
    assert capsys.readouterr().err.count("No space left on device") == 1


FULL_DISK = """
import resource, signal, sys, warnings
from pathlib import Path
import torch
from torch import nn
from basin import Recorder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder, model = Path(sys.argv[1]), nn.Linear(100, 100)
recorder = Recorder(folder, model, every=1)
def limit(size):  # of every file: a write beyond it fails in the same call, after having written up to it
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
def record(steps):
    for step in steps:
        recorder._session._schedule._spent_before = float("inf")
        recorder.record(step, step / 7)
        recorder._session._background.wait(60)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    record(range(1, 21))
    limit(500)
    record(range(21, 61))
    during = sorted(path.name for path in folder.rglob("*"))
    limit(resource.RLIM_INFINITY)
    record(range(61, 71))
    recorder.close()
assert len(caught) == 1 and caught[0].category is RuntimeWarning, [str(each.message) for each in caught]
print(*during)
"""


@POSIX
def test_a_disk_that_really_is_full_leaves_nothing_half_written(tmp_path):
    during = program(FULL_DISK, tmp_path / "run").split()
    steps = [f"step-{k:06d}.safetensors" for k in range(1, 21)]
    assert during == sorted([".lock", "checkpoints", "recording.csv", "recording.json", *steps])
    assert sorted(recorded(tmp_path / "run")) == [*range(1, 21), *range(61, 71)]
    curve = read_curve(tmp_path / "run")
    assert curve.step.tolist() == list(range(1, 71)) and curve.loss.tolist() == [step / 7 for step in range(1, 71)]


READ_ONLY = """
import os, sys, warnings
from pathlib import Path
from torch import nn
from basin import Recorder
folder = Path(sys.argv[1])
folder.chmod(0o555)
if os.geteuid() == 0:  # to whom permissions mean nothing
    os.setgroups([]); os.setegid(65534); os.seteuid(65534)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    recorder = Recorder(folder / "run", nn.Linear(2, 2))
    for step in range(1, 30):
        recorder.record(step, 1.0)
    recorder.close()
print(len(caught), caught[0].message)
"""


@POSIX
def test_a_folder_that_may_not_be_written_is_one_warning(tmp_path):
    for parent in (tmp_path, *list(tmp_path.parents)[:2]):
        parent.chmod(0o755)  # so that the other user may look in
    folder = tmp_path / "closed"
    folder.mkdir()
    said = program(READ_ONLY, folder)
    assert said.startswith("1 ") and "Permission denied" in said and str(folder) in said
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_taken_away_is_one_warning_at_most_and_is_made_again(tmp_path):
    model = network()
    recorder = Recorder(tmp_path / "run", model)
    for step in range(3):
        everywhere(recorder)
        recorder.record(step, 0.5)
    everywhere(recorder)
    shutil.rmtree(tmp_path / "run")
    for step in range(3, 6):
        recorder.record(step, 0.25)
        everywhere(recorder)
    recorder.close()
    assert sorted(recorded(tmp_path / "run")) == [3, 4, 5]
    assert read_curve(tmp_path / "run").step.tolist()[-3:] == [3, 4, 5]
    open_recording(tmp_path / "run")


# ── going on ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_resuming_drops_what_is_trained_anew(tmp_path):
    model = network()
    for steps, resume in ((range(10), False), (range(6, 9), True)):
        with Recorder(tmp_path / "run", model, resume=resume) as recorder:
            for step in steps:
                everywhere(recorder)
                recorder.record(step, step + (100 if resume else 0))
        last = copied(model)
        train(model, range(1, 3), lambda step, loss: None)
    found = recorded(tmp_path / "run")
    assert sorted(found) == list(range(9))
    assert same(found[8], last) and not same(found[5], last)
    assert read_curve(tmp_path / "run").loss.tolist() == [0, 1, 2, 3, 4, 5, 106, 107, 108]


def test_resuming_needs_nothing_to_resume_and_ignores_what_a_kill_left(tmp_path):
    with Recorder(tmp_path / "run", network(), resume=True) as recorder:
        recorder.record(5, 1.0)
    folder = tmp_path / "run"
    (folder / "checkpoints" / ".step-000007.safetensors.k2x9").write_bytes(b"half")
    with (folder / "recording.csv").open("a") as file:
        file.write("6,,0.5\n7,,0.")
    before = json.loads((folder / "recording.json").read_text())
    recorder = Recorder(folder, network(), resume=True)
    recorder.close()  # without a call nothing goes
    assert sorted(recorded(folder)) == [5] and read_curve(folder).step.tolist() == [5, 6]
    with Recorder(folder, network(), resume=True) as recorder:
        recorder.record(7, 0.25)
    assert read_curve(folder).loss.tolist() == [1.0, 0.5, 0.25]
    assert sorted(path.name for path in (folder / "checkpoints").iterdir()) == [
        "step-000005.safetensors", "step-000007.safetensors"
    ]  # fmt: skip
    assert json.loads((folder / "recording.json").read_text()) == before


def test_a_recording_of_a_newer_version_is_not_gone_on_with(tmp_path):
    Recorder(tmp_path / "run", network()).close()
    path = tmp_path / "run" / "recording.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(BadInputError, match="newer"):
        Recorder(tmp_path / "run", network(), resume=True)


# ── kills ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

# Each child is a fork of one process that has torch already; it records weights that its step tells, and is killed: at
# the n-th of the places named, or by its parent at any time.
KILLED = """
import os, random, signal, sys, time
from pathlib import Path
import torch
from torch import nn
import compute.atomic
from basin import Recorder
torch.set_num_threads(1)
root, model, chance = Path(sys.argv[1]), nn.Linear(300, 300), random.Random(0)
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
def training(folder, resume):
    recorder = Recorder(folder, model, share=1, most=4, resume=resume)
    for step in range(1, 10**9):
        nn.init.constant_(model.weight, step)
        recorder._session._schedule._spent_before = float("inf")
        recorder.record(step, step)
        recorder._session._background.wait(60)
def at_place(place, n):
    calls = iter(range(10**9))
    def counted(work, before):
        def either(*arguments, **options):
            if next(calls) == n and before: die()
            result = work(*arguments, **options)
            if next(calls) == n: die()
            return result
        return either
    if place == "moving":
        compute.atomic.move = counted(compute.atomic.move, True)
    elif place == "removing":
        Path.unlink = counted(Path.unlink, True)
    elif place == "writing":
        real = os.fdopen
        class Half:
            def __init__(self, file): self.file = file
            def __enter__(self): return self
            def __exit__(self, *_): self.file.close()
            def write(self, content):
                self.file.write(content[:len(content) // 2]); self.file.flush()
                if next(calls) == n: die()
                self.file.write(content[len(content) // 2:])
        os.fdopen = lambda *a: Half(real(*a))
cases = [("moving", n) for n in range(24)] + [("writing", n) for n in range(12)] + [("removing", n) for n in range(12)]
cases += [("any", 0)] * 30
for k, (place, n) in enumerate(cases):
    for resume in (False, True):
        child = os.fork()
        if child == 0:
            at_place(place, n)
            training(root / f"{place}-{k}", resume)
            os._exit(1)
        if place == "any":
            time.sleep(chance.uniform(0, 0.04))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, (place, n, status)
"""


@POSIX
def test_a_killed_writer_leaves_only_whole_files_and_such_as_nobody_reads(tmp_path):
    program(KILLED, tmp_path)
    folders = sorted(tmp_path.iterdir())
    found, half = 0, 0
    for folder in folders:
        there = recorded(folder)
        for step, weights in there.items():
            assert bool((weights["weight"] == step).all()), (folder, step)
        files = {path.name for path in folder.glob("checkpoints/*")}
        half += len(files) - len(there)
        assert all(name.startswith(".step-") for name in files - {f"step-{step:06d}.safetensors" for step in there})
        if (folder / "recording.csv").exists():
            curve = read_curve(folder)
            assert (curve.loss == curve.step).all() and (curve.step == range(1, len(curve) + 1)).all()
        assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} <= {
            "checkpoints", "recording.csv", "recording.json", "earlier-1"
        }  # fmt: skip
        for step, weights in recorded(folder / "earlier-1").items():
            assert bool((weights["weight"] == step).all()), (folder, step)
        found += len(there)
        with Recorder(folder, torch.nn.Linear(300, 300), resume=True) as recorder:  # all of them can be gone on with
            recorder.record(10**6)
        assert [path.name for path in folder.glob("**/.*")] == [".lock"]
    assert len(folders) >= 48 and found > 50 and half > 10


HELD = """
import sys
from torch import nn
from basin import Recorder
recorder = Recorder(sys.argv[1], nn.Linear(2, 2))
recorder.record(0, 1.0)
print("held", flush=True)
sys.stdin.read()
"""


def test_only_one_process_records_into_a_folder_until_it_is_killed(tmp_path):
    model = torch.nn.Linear(2, 2)
    held = subprocess.Popen(
        [sys.executable, "-c", HELD, str(tmp_path / "run")], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with held:
        assert held.stdout.readline().strip() == b"held"
        with pytest.raises(BadInputError, match="another Recorder writes into it"):
            Recorder(tmp_path / "run", model, resume=True)
        held.kill()
    with Recorder(tmp_path / "run", model, resume=True) as recorder:
        recorder.record(1, 0.5)
    assert max(recorded(tmp_path / "run")) == 1


# ── ends and forks ────────────────────────────────────────────────────────────────────────────────────────────────────

ENDING = """
import sys
from pathlib import Path
import torch
from basin import Recorder
from tests.compute.recording.trained import network, train
model = network()
recorder = Recorder(sys.argv[1], model, every=1000)
train(model, range(1, 8), recorder.record)
torch.save(model.state_dict(), sys.argv[2])
if sys.argv[3] == "error": raise SystemExit(3)
if sys.argv[3] == "fault": 1 / 0
"""


@pytest.mark.parametrize(("way", "code"), [("end", 0), ("error", 3), ("fault", 1)])
def test_a_program_that_ends_without_closing_has_recorded_its_last_state(tmp_path, way, code):
    program(ENDING, tmp_path / "run", tmp_path / "last.pt", way, code=code)
    found = recorded(tmp_path / "run")
    assert sorted(found) == [1, 7]
    assert same(found[7], torch.load(tmp_path / "last.pt", weights_only=True))
    assert read_curve(tmp_path / "run").step.tolist() == list(range(1, 8))


FORKED_AND_HELD = """
import os, sys, time, warnings
from torch import nn
from basin import Recorder
from compute.errors import BadInputError
warnings.simplefilter("ignore", DeprecationWarning)
model = nn.Linear(2, 2)
recorder = Recorder(sys.argv[1], model)
recorder.record(0, 1.0)
child = os.fork()
if child == 0:
    recorder.close()
    del recorder
    sys.exit(0)
assert os.waitpid(child, 0) == (child, 0)
try:
    Recorder(sys.argv[1], model, resume=True)
except BadInputError as error:
    print(error, flush=True)
read, write = os.pipe()
if os.fork() == 0:
    os.close(write)
    os.read(read, 1)  # as long as its parent lives
    deadline = time.monotonic() + 60  # the system closes what it had in any order
    while time.monotonic() < deadline:
        try:
            Recorder(sys.argv[1], model, resume=True).close()
        except BadInputError:
            time.sleep(0.01)
        else:
            print("released", flush=True)
            break
    os._exit(0)
os.kill(os.getpid(), 9)
"""


@POSIX
def test_a_fork_neither_releases_the_folder_nor_holds_it(tmp_path):
    said = program(FORKED_AND_HELD, tmp_path / "run", code=-9)
    assert "another Recorder writes into it" in said and "released" in said


FORKING = """
import os, sys, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import torch
from torch.utils.data import DataLoader, Dataset
from basin import Recorder
from tests.compute.recording.trained import network
model = network()
recorder = Recorder(sys.argv[1], model, share=1)
class Data(Dataset):
    def __len__(self): return 8
    def __getitem__(self, k):
        recorder.record(100 + k, 1.0)  # in a worker: not ours to record
        return torch.tensor(k)
for step in range(1, 40):
    recorder.record(step, 1.0)
    if step % 8 == 0:  # in the middle of whatever the writer is doing
        child = os.fork()
        if child == 0:
            recorder.record(1000 + step, 1.0)
            recorder.close()
            if recorder._session._last != step: sys.exit("recorded in a fork")
            sys.exit(0)  # through everything that happens at the end of a program
        deadline = time.monotonic() + 60
        while (ended := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < deadline:
            time.sleep(0.005)
        assert ended == (child, 0), ended
for epoch in range(2):
    assert sum(DataLoader(Data(), num_workers=2, multiprocessing_context="fork")).item() == 28
    recorder.record(40 + epoch, 1.0)
"""


@POSIX
def test_forked_processes_record_nothing_and_do_not_hang(tmp_path):
    program(FORKING, tmp_path / "run")
    assert read_curve(tmp_path / "run").step.tolist() == list(range(1, 42))
    assert sorted(recorded(tmp_path / "run"))[-1] == 41


RANKS = """
import sys
import torch.distributed as distributed
from torch import nn
from torch.testing._internal.distributed.fake_pg import FakeStore
from basin import Recorder
distributed.init_process_group("fake", store=FakeStore(), rank=1, world_size=2)
recorder = Recorder(sys.argv[1], nn.Linear(2, 2))
recorder.record(1, 1.0)
recorder.close()
distributed.destroy_process_group()
"""


def test_only_the_first_rank_of_a_distributed_training_records(tmp_path):
    program(RANKS, tmp_path / "run")
    assert not (tmp_path / "run").exists()
