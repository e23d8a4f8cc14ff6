"""Whose folder a demo's output folder is."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.messages import Demo

CLAIM_FILE = "demo.json"
RUN = "run"
PLANES = ("pca", "random")


def claim(out: Path, task: Demo) -> None:
    """Make the folder this task's, or find that it is. Raises BadInputError when it belongs to something else."""
    wanted = {key: value for key, value in asdict(task).items() if key != "out"}
    path = out / CLAIM_FILE
    if path.exists():
        _compare(out, _read_claim(path), wanted)
        return
    foreign = [name for name in (RUN, *PLANES) if (out / name).exists()]
    if foreign or (out.exists() and not out.is_dir()):
        what = " and ".join(foreign) or "a file"
        raise BadInputError(f"{out}: holds {what} of something else; choose another --out, or remove it")
    out.mkdir(parents=True, exist_ok=True)
    content = json.dumps(wanted, indent=2).encode() + b"\n"
    write_atomically(path, lambda file: file.write(content))


def _read_claim(path: Path) -> dict[str, Any]:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInputError(f"{path}: damaged ({error}); remove {path.parent} or choose another --out") from None
    return owner if isinstance(owner, dict) else {}


def _compare(out: Path, owner: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    differing = [f"{key} {owner.get(key)}, not {wanted[key]}" for key in wanted if owner.get(key) != wanted[key]]
    if differing:
        raise BadInputError(f"{out}: holds a demo with {'; '.join(differing)}; choose another --out, or remove it")
