"""Promises of the files around the code: pins, make targets, assets, sizes."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TARGETS = {"help", "setup", "demo", "test", "lint", "bench", "gallery", "clean"}


def requirements() -> list[Requirement]:
    """Everything pyproject.toml asks for, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for texts in (project["dependencies"], *extras) for text in texts]


def pins() -> dict[str, str]:
    """Package → version of constraints.txt."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / "constraints.txt").read_text().splitlines())
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines if line)}


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_tested_version_is_one_that_we_ask_for(requirement: Requirement) -> None:
    version = pins()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


def test_cuda_packages_are_left_to_torch() -> None:
    assert not [name for name in pins() if name.startswith(("nvidia-", "cuda-"))]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_lists_the_targets() -> None:
    listing = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^make (\w+) +\S", listing.stdout, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("path", sorted((ROOT / "assets" / "colourmaps").iterdir()), ids=lambda path: path.stem)
def test_colour_map_is_256_colours(path: Path) -> None:
    table = np.loadtxt(path, delimiter=",")
    assert table.shape == (256, 3)
    assert table.min() >= 0 and table.max() <= 1


def test_every_asset_has_its_origin_and_licence_written_down() -> None:
    readme = (ROOT / "assets" / "README.md").read_text()
    files = [path for path in (ROOT / "assets").rglob("*") if path.is_file() and path.name != "README.md"]
    named = [path.relative_to(ROOT / "assets") for path in files]
    # A folder that is one thing, a landscape for instance, may be described as a whole.
    assert [str(name) for name in named if f"`{name}`" not in readme and f"`{name.parent}/`" not in readme] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_no_tracked_file_is_large() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in tracked.split("\0") if name]
    assert [path.name for path in paths if path.is_file() and path.stat().st_size > 2_000_000] == []


def test_every_known_fault_has_a_test_that_exists() -> None:
    named = re.findall(r"`(test_\w+)` \|$", (ROOT / "docs" / "faults.md").read_text(encoding="utf-8"), re.MULTILINE)
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) >= 20
    assert not [name for name in named if f"def {name}(" not in code]
