"""Real inputs made by others, which stay outside the project; a test that wants one is skipped where it is absent."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("BASIN_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")


def shared_file(name: str) -> Path:
    """Path of a file of the shared data; skips the test that asks where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not in {FOLDER}; set BASIN_SHARED_DATA to the folder that has it")
    return path


def reference(name: str) -> dict[str, Any]:
    """Independently computed counts and pairs of one PLY file, by its stem."""
    content = json.loads(shared_file("reference_counts.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = content["data"][name]
    return found
