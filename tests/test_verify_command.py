"""`basin sample --verify --curvature …`, as it is used: at once, afterwards, interrupted, and refused."""

import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from compute.folder import open_folder, read_description
from compute.maps import PLANE_MAPS
from compute.verification import Outcome, verdicts
from tests.compute.small_run import small_run
from tests.desktop import BASIN
from tests.test_commands import NO_DISPLAY, basin

OPTIONS = ("--resolution", 9, "--examples", 32, "--no-trial")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return small_run(tmp_path_factory.mktemp("verify") / "run")


def test_both_at_once_are_measured_told_and_kept(run, tmp_path):
    out = tmp_path / "land"
    looks = ("--verify", "--curvature", "plane", "--curvature-points", 5)
    told = basin("sample", run, "--out", out, *OPTIONS, *looks, timeout=300)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == str(out)
    bars = [line for line in told.stderr.splitlines() if "100 %" in line]
    for name, count in (("critical points of land", "1 of 1"), ("curvature of land", "25 of 25")):
        assert any(name in bar and count in bar for bar in bars)
    found = verdicts(read_description(out))
    table = told.stderr[told.stderr.index("residual") :].splitlines()[1:]
    assert len(table) == len(found) >= 1
    assert found[0].outcome is Outcome.VERIFIED and f"{found[0].gradient_norm:.3g}" in table[0]
    land = open_folder(out)
    for name in PLANE_MAPS:
        assert np.isfinite(land.metrics[name][::2, ::2]).all()


def test_a_finished_folder_is_only_looked_into_and_interrupted_it_goes_on(run, tmp_path):
    out = tmp_path / "land"
    assert basin("sample", run, "--out", out, *OPTIONS, timeout=300).returncode == 0
    values = (out / "train_loss.npy").read_bytes()
    looks = ("--curvature", "spectrum", "--curvature-points", 5)  # each point takes its time
    command = [str(part) for part in (*BASIN, "sample", run, "--out", out, *OPTIONS, *looks)]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=NO_DISPLAY)
    found, end = out / "lambda_max.npy", time.monotonic() + 120
    while not (found.exists() and np.isfinite(np.load(found)).any()):
        assert time.monotonic() < end and started.poll() is None
        time.sleep(0.005)
    started.send_signal(signal.SIGINT)
    told = started.communicate(timeout=60)[1]
    assert started.returncode == 130 and "the same command goes on from there" in told
    left = np.isnan(np.load(found)[::2, ::2]).sum()
    assert 0 < left < 25 and (out / "train_loss.npy").read_bytes() == values
    again = basin("sample", run, "--out", out, *OPTIONS, *looks, "--verify", timeout=300)
    assert again.returncode == 0 and "verified" in again.stderr
    assert np.isfinite(np.load(found)[::2, ::2]).all() and (out / "train_loss.npy").read_bytes() == values


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--curvature", "plane,slope"), "--curvature slope: choose from plane, spectrum, sharpness"),
        (("--curvature", "verify"), "--curvature verify: choose from"),
        (("--curvature", "plane", "--curvature-points", 6), "--curvature-points 6: no nested level of this grid"),
        (("--verify", "--metrics", "train_accuracy"), "train_accuracy"),
        (("--verify", "--recalibrate-bn"), "--recalibrate-bn"),
    ],
)
def test_what_cannot_be_is_one_line_before_anything_is_measured(run, tmp_path, options, what):
    told = basin("sample", run, "--out", tmp_path / "land", *OPTIONS, *options, timeout=300)
    assert told.returncode == 2 and what in told.stderr.splitlines()[-1] and "Traceback" not in told.stderr
    assert "measuring" not in told.stderr
