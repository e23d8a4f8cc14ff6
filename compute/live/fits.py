"""The live folder: whose it is, and the folders of the planes in it."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.folder import PATHS_FOLDER, is_landscape_folder
from compute.live.runs import Run
from compute.messages import Follow
from compute.surveying.whereabouts import whereabouts

FORMAT = 1
KIND = "live"
LIVE_FILE = "live.json"
STATE_FILE = "pca.safetensors"
LOCK_FILE = ".lock"
FIT = "fit-"


@contextmanager
def claimed(out: Path) -> Iterator[None]:
    """The folder is this process's alone. Raises BadInputError when it holds something else, or has a worker."""
    if out.exists() and not out.is_dir():
        raise BadInputError(f"{out}: is a file; choose another --out")
    foreign = sorted(path.name for path in out.iterdir() if not path.name.startswith(".")) if out.is_dir() else []
    if foreign and LIVE_FILE not in foreign:
        raise BadInputError(f"{out}: holds {foreign[0]} and is no live folder; choose another --out")
    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / LOCK_FILE, timeout=0):
            yield
    except Timeout:
        raise BadInputError(f"{out}: another process follows into it; end it, or choose another --out") from None


def describe(out: Path, task: Follow, runs: Sequence[Run]) -> tuple[list[Run], bool]:
    """Write what is followed. The runs that an earlier life followed too, and whether those were all it did.

    Raises BadInputError for a folder of another kind or a newer format.
    """
    known = _read(out / LIVE_FILE)
    entries = [{"name": run.name, **whereabouts(run.source, out)} for run in runs]
    content = {"format": FORMAT, "kind": KIND, "runs": entries, "problem": task.problem}
    if known != content:
        text = json.dumps(content, indent=2).encode() + b"\n"
        write_atomically(out / LIVE_FILE, lambda file: file.write(text))
    before = known.get("runs", []) if known.get("problem") == task.problem else []
    return [run for run, entry in zip(runs, entries, strict=True) if entry in before], known == content


def newest(out: Path) -> tuple[int, Path] | None:
    """Number and folder of the last fit that was made whole."""
    found = [(int(path.name.removeprefix(FIT)), path) for path in out.glob(f"{FIT}*") if _is_fit(path)]
    return max(found, default=None)


def next_fit(out: Path) -> tuple[int, Path]:
    """Number and folder for another fit; what a killed process left there is removed."""
    last = newest(out)
    number = last[0] + 1 if last else 1
    folder = out / f"{FIT}{number:04d}"
    shutil.rmtree(folder, ignore_errors=True)
    return number, folder


def path_file(folder: Path, runs: Sequence[Run], run: Run) -> Path:
    """Where the path of a run over the plane of a fit lies."""
    return folder / "trajectory.csv" if run is runs[0] else folder / PATHS_FOLDER / f"{run.name}.csv"


def _is_fit(path: Path) -> bool:
    return path.name.removeprefix(FIT).isdecimal() and is_landscape_folder(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(
            f"{path}: cannot be read ({error}); remove {path.parent}, or choose another --out"
        ) from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise BadInputError(f"{path}: is not of a live folder; choose another --out")
    if not isinstance(found.get("format"), int) or found["format"] > FORMAT:
        raise BadInputError(f"{path}: format {found.get('format')} is newer than this Basin reads; upgrade loss-basin")
    return found
