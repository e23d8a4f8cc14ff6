"""`basin demo` as a user sees it: in a window, through the death of its worker, and without a display."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import av
import numpy as np
from PIL import Image

from compute.folder import open_folder
from tests.desktop import BASIN, PANEL, SCENE, Desktop, desktop
from tests.test_commands import NO_DISPLAY, basin, refused

SMALL = ("--epochs", "1", "--examples", "64", "--resolution", "17")
BUTTON = np.array([48, 82, 97])  # explorer/looks/theme.py


def measured(out: Path) -> int:
    try:
        return open_folder(out / "pca").measured
    except Exception:
        return 0


def finished(out: Path) -> bool:
    return measured(out) == 17 * 17 and open_folder(out / "random").measured == 17 * 17


def button(running: Desktop) -> tuple[int, int]:
    """Middle of the first button of the panel."""
    rows = (np.abs(running.picture()[PANEL].astype(int) - BUTTON).max(axis=2) < 6)[:, 20:300]
    wide = [y for y in range(len(rows)) if rows[y].sum() > 40]
    y = wide[len([y for y in wide if y < wide[0] + 24]) // 2]
    x = np.flatnonzero(rows[y]) + 20
    return int(x.mean()), y


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_the_window_lives_through_the_death_of_the_worker_and_nothing_is_lost_or_left_behind(tmp_path):
    out = tmp_path / "demo"
    with desktop(["demo", "--out", str(out), *SMALL], tmp_path) as running:
        ready = running.scene()
        running.wait(lambda: measured(out) > 40, "first values")
        (worker,) = running.children()
        assert "torch" in Path(f"/proc/{worker}/maps").read_text()
        assert "libtorch" not in Path(f"/proc/{running.program.pid}/maps").read_text()
        assert os.getpriority(os.PRIO_PROCESS, worker) == 10
        os.kill(worker, signal.SIGKILL)
        running.wait(lambda: not alive(worker), "the end of the worker", 5)
        time.sleep(0.5)
        before = open_folder(out / "pca")
        kept = {name: values.copy() for name, values in before.metrics.items()}
        done = before.examples > 0
        assert not done.all()
        panel = running.settled()
        assert running.program.poll() is None
        alert = np.abs(panel[PANEL].astype(int) - [255, 158, 115]).max(axis=2) < 40
        assert alert.sum() > 100, "the panel does not say that the worker died"
        running.act("mousemove", *button(running), "click", 1)
        running.wait(lambda: finished(out), "the rest of both planes")
        after = open_folder(out / "pca")
        for name, values in kept.items():
            assert np.array_equal(values[done], after.metrics[name][done])
        running.act("mousemove", 1275, 795)
        assert np.abs(running.settled()[SCENE].astype(int) - ready).mean() > 1
        workers = running.children()
        running.act("key", "ctrl+q")
        assert running.program.wait(timeout=15) == 0
        assert not any(alive(pid) for pid in [worker, *workers])


def test_a_killed_explorer_leaves_no_worker_behind(tmp_path):
    out = tmp_path / "demo"
    with desktop(["demo", "--out", str(out), *SMALL], tmp_path) as running:
        running.wait(lambda: bool(running.children()), "a worker", 40)
        (worker,) = running.children()
        running.program.kill()
        deadline = time.monotonic() + 40
        while alive(worker):
            assert time.monotonic() < deadline, "the worker outlives its explorer"
            time.sleep(0.1)


def test_without_a_display_it_says_so_and_writes_picture_and_film(tmp_path):
    run = basin("demo", *SMALL[:4], "--resolution", "9", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert sum("no display" in line for line in run.stderr.splitlines()) == 1
    for name in ("demo/landscape.png", "demo/flythrough.mp4"):
        assert name in run.stderr + run.stdout
    assert np.asarray(Image.open(tmp_path / "demo/landscape.png")).std() > 10
    with av.open(str(tmp_path / "demo/flythrough.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) > 60
    description = json.loads(basin("info", tmp_path / "demo/pca", "--json").stdout)
    assert description["measured"] == 81
    assert description["trajectory"]["points"] >= 3
    assert len(description["trajectory"]["explained_variance"]) == 2
    assert description["metrics"]["train_loss"]["diverged"] == 0


def test_ctrl_c_ends_it_in_one_line_and_the_same_command_goes_on(tmp_path):
    command = [*BASIN, "demo", *SMALL]
    with (tmp_path / "log").open("w") as log:
        run = subprocess.Popen(command, cwd=tmp_path, stderr=log, env=NO_DISPLAY, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "demo" / "run" / "resume.safetensors").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(timeout=20) == 130
    text = (tmp_path / "log").read_text()
    assert "Traceback" not in text
    last = "basin: interrupted; what is finished is kept, and the same command goes on from there"
    assert text.strip().splitlines()[-1] == last


def test_another_configuration_does_not_overwrite_a_demo(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "demo.json").write_text(json.dumps({"epochs": 99}))
    line = refused(basin("demo", *SMALL, cwd=tmp_path))
    assert "--out" in line
    assert not (tmp_path / "demo" / "run").exists()


def test_the_ready_landscape_is_complete():
    ready = open_folder(Path(__file__).parents[1] / "assets" / "ready")
    assert ready.measured == ready.examples.size == 65 * 65
    assert ready.trajectory is not None
