"""The examples, each with fewer steps: they train, and what they recorded is sampled as their docstring says."""

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from compute.folder import open_folder
from compute.messages import Sample
from compute.recording.curve import is_recording, read_curve
from compute.surveying.source import open_source
from compute.surveying.survey import open_survey
from compute.surveying.sweep import Sweep
from compute.weights.fitting import find_checkpoints
from tests.test_commands import basin

EXAMPLES = Path(__file__).parents[1] / "examples"
SHORTER = {
    "regression": {"EPOCHS": 4},
    "text": {"EPOCHS": 2},
    "pinn": {"STEPS": 60, "EVERY": 20},
}


@pytest.mark.parametrize("name", SHORTER)
def test_an_example_trains_and_is_sampled_as_it_says(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    file = EXAMPLES / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for constant, value in SHORTER[name].items():
        monkeypatch.setattr(module, constant, value)
    module.train()
    assert str(module.OUT) in capsys.readouterr().out or name == "text"
    (glob,) = set(re.findall(r"basin sample '(.*?)'", module.__doc__))
    (function,) = set(re.findall(rf"--problem examples/{name}.py:(\w+)", module.__doc__))
    task = Sample(glob, str(tmp_path / "land"), problem=f"{file}:{function}", resolution=5, trial=False)
    monkeypatch.delitem(sys.modules, name, raising=False)
    source = open_source(task, print)
    assert len(source.checkpoints) >= 3
    with Sweep(open_survey(task, source, lambda *preparing: None), lambda message: None) as sweep:
        while not sweep.done:
            sweep.step()
    land = open_folder(tmp_path / "land")
    assert land.measured == 25 and np.isfinite(land.main).all()
    assert land.trajectory.loss[-1] < land.trajectory.loss[0]
    middle = land.main[np.ix_(land.domain.betas == 0, land.domain.alphas == 0)].item()
    assert middle == pytest.approx(land.trajectory.loss[-1], rel=1e-6)
    assert "title" in land.provenance and str(file) in land.provenance["sample"]["problem"]
    expected = {"regression": {"train_loss", "train_absolute_error"}, "text": {"train_loss", "train_accuracy"}}
    assert set(land.metrics) == expected.get(name, {"train_loss"})


@pytest.mark.filterwarnings("ignore:.*does not have many workers", "ignore:.*LeafSpec.* is deprecated:FutureWarning")
@pytest.mark.parametrize(("name", "length"), [("plain", 2), ("lightning", 4), ("transformers", 2), ("pinn", 60)])
def test_an_example_that_records_is_followed_as_it_says(name, length, tmp_path, monkeypatch, capsys):
    """With so many epochs or steps; the second time in the same folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    file = EXAMPLES / f"live_{name}.py"
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for arguments in ((1,), (length,)):
        module.train(*arguments)
    options = f"runs/live_{name} --problem examples/live_{name}.py:make_problem"
    assert f"basin explore {options}\n" in capsys.readouterr().out
    assert all(f"basin {command} {options}" in module.__doc__ for command in ("explore", "sample"))
    run = tmp_path / "runs" / file.stem
    assert is_recording(run)
    curve, found = read_curve(run), find_checkpoints(run)
    assert curve.step.tolist() == list(range(curve.step[-1] + 1)) and np.isfinite(curve.loss[1:]).all()
    assert len(found) >= 2 and (found[0].step, found[-1].step) == (0, curve.step[-1])
    out = tmp_path / "land"
    told = basin("sample", run, "--problem", f"{file}:make_problem", "--directions", "pca", "--resolution", 5,
                 "--no-trial", "--out", out, timeout=300)  # fmt: skip
    assert told.returncode == 0, told.stderr
    land = open_folder(out)
    assert land.measured == 25 and np.isfinite(land.main).all()
    assert land.trajectory.loss[-1] < land.trajectory.loss[0]
    if name == "pinn":  # there the recorded loss is that of the recorded weights
        losses = dict(zip(curve.step.tolist(), curve.loss.tolist(), strict=True))
        expected = [losses[int(step)] for step in land.trajectory.step]
        np.testing.assert_allclose(land.trajectory.loss, expected, rtol=1e-4)  # float32, in another order
