"""`basin connect` as it is used: files of a network of one's own, interrupted, again, and looked at."""

import json
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from compute.connecting.connection import STATE_FILE
from compute.folder import open_folder
from tests.desktop import BASIN
from tests.test_commands import NO_DISPLAY, basin, refused
from tests.test_method_commands import succeeded

OPTIONS = (
    "--problem",
    "mine.py:make_problem",
    "--steps",
    300,
    "--rate",
    0.02,
    "--points",
    11,
    "--resolution",
    5,
    "--no-trial",
)

MINE = """
import torch
from basin import Problem

def make_problem():
    generator = torch.Generator().manual_seed(0)
    x = torch.linspace(-2, 2, 48)[:, None]
    batches = [(part, torch.sin(2 * part)) for part in x[torch.randperm(48, generator=generator)].split(16)]
    network = torch.nn.Sequential(torch.nn.Linear(1, 12), torch.nn.Tanh(), torch.nn.Linear(12, 1))
    return Problem(network, batches, lambda output, batch: torch.nn.functional.mse_loss(output, batch[1]))
"""


def trained(seed: int) -> dict[str, torch.Tensor]:
    """A network that fits the sine."""
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1))
    x = torch.linspace(-2, 2, 48)[:, None]
    optimiser = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(600):
        optimiser.zero_grad()
        nn.functional.mse_loss(network(x), torch.sin(2 * x)).backward()
        optimiser.step()
    return network.state_dict()


@pytest.fixture
def place(tmp_path) -> Path:
    """A folder with the user's module and two networks."""
    (tmp_path / "mine.py").write_text(MINE)
    for seed in (0, 1):
        save_file(trained(seed), tmp_path / f"net-{seed}.safetensors")
    return tmp_path


def connect(place: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return basin("connect", "net-0.safetensors", "net-1.safetensors", "--out", "c", *OPTIONS, *more, cwd=place)


def test_two_networks_of_ones_own_are_joined_and_the_landscape_is_like_any_other(place):
    assert succeeded(connect(place)) == "c"
    about = json.loads(succeeded(basin("info", "c", "--json", cwd=place)))["provenance"]["connection"]
    curve, line = (about["barriers"][name]["train_loss"] for name in ("curve", "straight line"))
    assert curve < 0.3 * line
    succeeded(basin("render", "c", "-o", "c.png", "--view", "map", "--size", "320x240", cwd=place))
    land = open_folder(place / "c")
    assert land.measured == 25 and np.isfinite(land.main).all()
    before = (place / "c" / "connection.csv").read_bytes()
    started = time.monotonic()
    assert succeeded(connect(place)) == "c"  # all is done: nothing is trained again
    assert (place / "c" / "connection.csv").read_bytes() == before and time.monotonic() - started < 60


def test_interrupted_while_it_trains_it_keeps_what_it_has_and_goes_on(place):
    command = [
        *BASIN,
        "connect",
        "net-0.safetensors",
        "net-1.safetensors",
        "--out",
        "c",
        *map(str, OPTIONS),
        "--steps",
        "200000",
    ]
    process = subprocess.Popen(command, env=NO_DISPLAY, stderr=subprocess.PIPE, text=True, cwd=place)
    for line in process.stderr:
        if line.startswith("bending the curve"):
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.splitlines()[-1].endswith("the same command goes on from there")
    assert (place / "c" / STATE_FILE).exists() and not (place / "c" / "landscape.json").exists()
    assert "another curve was begun" in refused(connect(place))
    (place / "c" / STATE_FILE).unlink()
    assert succeeded(connect(place)) == "c"


@pytest.mark.parametrize(("arguments", "what"), [
    (("nowhere", "there", "--out", "c"), "nowhere: is not there"),
    (("net-0.safetensors", "net-1.safetensors", "--out", "c"), "--problem"),
    (("net-0.safetensors", "net-0.safetensors", "--out", "c", *OPTIONS), "the same weights"),
    (("net-0.safetensors", "net-1.safetensors", "--out", "c", *OPTIONS, "--examples", 5), "--examples"),
    (("net-0.safetensors", "net-1.safetensors", "--out", "c", *OPTIONS, "--rate", 0), "--rate 0"),
])  # fmt: skip
def test_what_cannot_be_is_one_line(place, arguments, what):
    assert what in refused(basin("connect", *arguments, cwd=place))
    assert not (place / "c" / "landscape.json").exists()
