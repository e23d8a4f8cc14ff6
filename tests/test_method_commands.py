"""`basin train`, `basin sample` and `basin export`, as they are used: whole, resumed, by recipe, and refused."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from compute.folder import open_folder
from compute.formats.reading import read_landscape
from tests.desktop import BASIN
from tests.test_commands import NO_DISPLAY, basin, refused

QUICK = ("--examples", 32, "--no-trial")
SYNTHETIC = "synthetic:60x3x32x10"  # as CIFAR's, only fewer


def succeeded(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run of `basin train`."""
    out = tmp_path_factory.mktemp("train") / "run"
    told = basin("train", "--model", "mlp", "--data", "digits", "--epochs", 2, "--checkpoint-every", "1/2 epoch",
                 "--out", out, timeout=300)  # fmt: skip
    assert succeeded(told) == str(out)
    return out


def test_a_run_has_its_log_its_options_and_its_checkpoints(run):
    assert len((run / "training.csv").read_text().splitlines()) == 1 + 5
    description = json.loads((run / "run.json").read_text())
    assert (description["options"]["model"], description["options"]["settings"]["epochs"]) == ("mlp", 2)
    assert len(list((run / "checkpoints").glob("step-*.safetensors"))) == 5


def test_sampling_a_run_makes_a_landscape_in_it_that_render_info_and_export_read(run, tmp_path):
    out = succeeded(basin("sample", run, "--resolution", 9, "--metrics", "train_loss,test_accuracy", *QUICK))
    assert out == str(run / "pca")
    land = open_folder(run / "pca")
    assert land.measured == 81 and tuple(land.metrics) == ("train_loss", "test_accuracy")
    assert np.isfinite(land.trajectory.plane_loss).all()
    info = succeeded(basin("info", run / "pca"))
    assert "explained variance" in info and "surplus" in info and "residual" in info
    picture = tmp_path / "a.png"
    succeeded(basin("render", run / "pca", "-o", picture, "--size", "320x200", "--metric", "test_accuracy"))
    assert picture.stat().st_size > 5000
    for suffix in ("ply", "vtp", "npz", "csv", "h5"):
        file = tmp_path / f"land.{suffix}"
        assert str(file) in succeeded(basin("export", run / "pca", "-o", file))
        again = read_landscape(file)
        assert again.main.tobytes() == land.main.tobytes(), suffix
    succeeded(basin("export", run / "pca", "-o", tmp_path / "land.obj", "--log-height"))


def test_a_line_between_the_ends_is_measured_and_drawn(run, tmp_path):
    out = tmp_path / "line"
    succeeded(basin("sample", run, "--directions", "between:0,46", "--resolution", 9, "--out", out, *QUICK))
    land = open_folder(out)
    assert land.domain.is_line and land.measured == 9
    succeeded(basin("render", out, "-o", tmp_path / "line.png", "--size", "320x200"))
    assert "9 points measured" in succeeded(basin("info", out))


def test_negative_ranges_are_understood(run, tmp_path):
    out = tmp_path / "land"
    ranges = ("--alpha", "-1,1", "--beta", "-0.5,0.5")
    succeeded(basin("sample", run, "--directions", "random", *ranges, "--resolution", 5, "--out", out, *QUICK))
    assert open_folder(out).domain.alpha == (-1, 1) and open_folder(out).domain.beta == (-0.5, 0.5)


def test_interrupted_by_ctrl_c_and_killed_it_goes_on_to_the_same_bytes(run, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    ordered = ("--directions", "random", "--resolution", 17, "--tolerance", 0, *QUICK)
    succeeded(basin("sample", run, *ordered, "--out", whole))
    for number, code in ((signal.SIGINT, 130), (signal.SIGKILL, -9)):
        command = [*BASIN, "sample", str(run), *map(str, ordered), "--out", str(cut)]
        process = subprocess.Popen(command, env=NO_DISPLAY, stderr=subprocess.PIPE, text=True)
        before = measured(cut)
        while measured(cut) <= before:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        assert process.returncode == code, said
        assert number is signal.SIGKILL or said.splitlines()[-1].endswith("the same command goes on from there")
    while True:  # the worker of the killed one notices on its own
        again = basin("sample", run, *ordered, "--out", cut)
        if "another process" not in again.stderr:
            break
    succeeded(again)
    for name in ("train_loss.npy", "train_accuracy.npy", "examples.npy"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()


def measured(folder: Path) -> int:
    return open_folder(folder).measured if (folder / "landscape.json").exists() else 0


@pytest.mark.parametrize(("arguments", "what"), [
    (("train", "--data", "digits"), "--model"),
    (("train", "--model", "mlp"), "--data"),
    (("train", "--model", "lenet", "--data", "digits"), "--model lenet"),
    (("train", "--model", "mlp", "--data", "imagenet"), "--data imagenet"),
    (("train", "--model", "mlp", "--data", "digits", "--milestones", "a"), "--milestones"),
    (("train", "--model", "mlp", "--data", "digits", "--checkpoint-every", "often"), "--checkpoint-every"),
    (("train", "--recipe", "he-2015"), "--recipe he-2015"),
    (("sample", "nowhere"), "nowhere"),
    (("sample", "nowhere", "--problem", "their:problem"), "--problem"),
    (("sample", "nowhere", "--alpha", "1,-1"), "--alpha 1,-1"),
    (("sample", "nowhere", "--focus", "1,2,3"), "--focus 1,2,3"),
    (("export", "nowhere", "-o", "a.ply"), "nowhere"),
])  # fmt: skip
def test_what_cannot_be_is_one_line(tmp_path, arguments, what):
    assert what in refused(basin(*arguments, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_file_of_no_known_format_is_not_exported(run, tmp_path):
    succeeded(basin("sample", run, "--resolution", 9, "--metrics", "train_loss,test_accuracy", *QUICK))
    assert ".vtp" in refused(basin("export", run / "pca", "-o", tmp_path / "a.xyz"))


def test_a_fault_in_the_users_own_code_shows_the_traceback_and_the_place(run, tmp_path):
    (tmp_path / "theirs.py").write_text(
        "import torch\n"
        "from basin import Problem\n"
        "def loss(output, batch):\n"
        "    return output.no_such_method()\n"
        "def make_problem():\n"
        "    return Problem(torch.nn.Linear(2, 1), [torch.ones(3, 2)], loss)\n"
    )
    torch.save(torch.nn.Linear(2, 1).state_dict(), tmp_path / "weights.pt")
    told = basin("sample", "weights.pt", "--problem", "theirs:make_problem", "--directions", "random", cwd=tmp_path)
    assert told.returncode == 1
    assert "Traceback" in told.stderr
    assert told.stderr.splitlines()[-1].startswith("basin: AttributeError") and "theirs.py line 4" in told.stderr


@pytest.mark.parametrize(("model", "kind", "alpha"), [("resnet50", "pca", (-9, 9.75)), ("vgg9", "random", (-0.5, 0.5))])
def test_the_seed_systems_recipe_end_to_end_on_stand_in_data(tmp_path, model, kind, alpha):
    reduced = ("--no-pretrained", "--image-size", 32, "--steps-per-epoch", 1, "--epochs", 2)
    succeeded(basin("train", "--recipe", "ison-morgan-2022", "--model", model, "--data", SYNTHETIC, *reduced,
                    "--out", tmp_path / "run", "--log-examples", 2, timeout=400))  # fmt: skip
    settings = json.loads((tmp_path / "run" / "run.json").read_text())["options"]["settings"]
    assert (settings["learning_rate"], settings["momentum"], settings["batch"]) == (0.001, 0.9, 10)
    out = tmp_path / "run" / kind
    recipe = ("--recipe", "ison-morgan-2022", "--directions", kind)
    code = until_some_points(out, ("sample", tmp_path / "run", *recipe, "--examples", 2, "--no-trial"))
    land = open_folder(out)
    assert land.domain.shape == (26, 26) and land.domain.alpha == land.domain.beta == alpha
    assert land.provenance["directions"]["kind"] == kind
    assert code == 130


@pytest.mark.parametrize("model", ["resnet56", "resnet56-noskip"])
def test_the_papers_recipe_end_to_end_on_stand_in_data(tmp_path, model):
    reduced = (
        "--batch",
        10,
        "--steps-per-epoch",
        1,
        "--epochs",
        4,
        "--milestones",
        "2,3",
        "--checkpoint-every",
        "1 epoch",
    )
    succeeded(basin("train", "--recipe", "li-2018", "--model", model, "--data", SYNTHETIC, *reduced,
                    "--out", tmp_path / "run", "--log-examples", 10, timeout=400))  # fmt: skip
    description = json.loads((tmp_path / "run" / "run.json").read_text())["options"]
    assert (description["model"], description["settings"]["augment"]) == (model, "crop-flip")
    order = ("sample", tmp_path / "run", "--recipe", "li-2018", "--examples", 2)
    assert until_some_points(tmp_path / "run" / "random", order) == 130
    land = open_folder(tmp_path / "run" / "random")
    assert land.domain.shape == (51, 51) and land.domain.alpha == land.domain.beta == (-1, 1)
    assert tuple(land.metrics) == ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    assert 0.0 in land.domain.alphas and np.isfinite(land.main[land.examples > 0]).any()


def until_some_points(folder: Path, arguments: tuple[object, ...]) -> int:
    """Start a long sweep, interrupt it after a few points; its exit code."""
    process = subprocess.Popen([*BASIN, *map(str, arguments)], env=NO_DISPLAY, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 300
    while measured(folder) < 3:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=100)
    return process.returncode
