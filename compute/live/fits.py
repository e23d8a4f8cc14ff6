"""The live folder: whose it is, and the folders of the planes in it."""

import hashlib
import json
import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.folder import PATHS_FOLDER, is_landscape_folder, open_folder
from compute.live.layout import FIT, LIVE_FILE, fit_number
from compute.live.runs import Run
from compute.messages import Follow
from compute.surveying.whereabouts import found_source, whereabouts

FORMAT = 1
KIND = "live"
STATE_FILE = "pca.safetensors"
LOCK_FILE = ".lock"
OF_A_PLANE = 3  # checkpoints that a plane needs
EARLIER = "earlier-"  # folders of fits to a past that is gone


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


def in_known_order(task: Follow) -> Follow:
    """The runs in the order in which the folder has them already, so that each keeps its name and its path its file.

    Raises BadInputError when the folder has planes of other runs.
    """
    out = Path(task.out)
    entries = _read(out / LIVE_FILE).get("runs", [])
    wanted = {Path(source).resolve(): source for source in task.sources}
    known = [found_source(entry, out) for entry in entries]
    if set(known) == set(wanted):
        return replace(task, sources=[wanted[source] for source in known if source is not None])
    if newest(out):
        names = [str(entry.get("name")) for entry in entries]
        raise BadInputError(f"{out}: holds planes of {_listed(names)}; choose another --out, or remove it")
    return task


def describe(out: Path, task: Follow, runs: Sequence[Run], shapes: Mapping[str, Sequence[int]]) -> tuple[bool, bool]:
    """Write what is followed. Whether an earlier life followed these runs too, and whether in the same problem.

    ``shapes`` of the parameters of the network. Raises BadInputError for a folder of another kind or a newer format,
    and for one with planes of another network.
    """
    known = _read(out / LIVE_FILE)
    network = {"parameters": sum(math.prod(shape) for shape in shapes.values()), "shapes": _digest(shapes)}
    if known.get("network", network) != network:
        if newest(out):
            count = f"this one has {network['parameters']:,} parameters"
            raise BadInputError(f"{out}: holds planes of another network ({count}); choose another --out, or remove it")
        known = {}
    entries = [{"name": run.name, **whereabouts(run.source, out)} for run in runs]
    content = {"format": FORMAT, "kind": KIND, "runs": entries, "problem": task.problem, "network": network}
    if known != content:
        text = json.dumps(content, indent=2).encode() + b"\n"
        write_atomically(out / LIVE_FILE, lambda file: file.write(text))
    same = all(known.get(key) == content[key] for key in ("runs", "problem"))
    return known.get("runs") == entries, same


def newest(out: Path) -> tuple[int, Path] | None:
    """Number and folder of the last fit that was made whole."""
    last = all_fits(out)[-1:]
    return (int(last[0].name.removeprefix(FIT)), last[0]) if last else None


def all_fits(out: Path) -> list[Path]:
    """The folders of the fits that were made whole, in order."""
    found = sorted((number, path) for path in out.glob(f"{FIT}*") if (number := _whole(path)) is not None)
    return [path for _, path in found]


def is_of_the_past(folder: Path, back_to: Mapping[str, int]) -> bool:
    """Whether runs that went back before these steps have left too few checkpoints of a fit for a plane."""
    try:
        land = open_folder(folder)
        first = str(land.provenance["fit"]["runs"][0])
    except (BadInputError, OSError, KeyError, IndexError, TypeError):
        return False
    paths = {**land.others} | ({first: land.trajectory} if land.trajectory else {})
    return sum(int((path.step < back_to.get(name, math.inf)).sum()) for name, path in paths.items()) < OF_A_PLANE


def set_aside(out: Path, folders: Sequence[Path]) -> Path:
    """Move fits out of the way, into EARLIER-1, or the next that is free; returns it."""
    aside = next(path for k in count(1) if not (path := out / f"{EARLIER}{k}").exists())
    aside.mkdir()
    for folder in folders:
        folder.rename(aside / folder.name)
    return aside


def next_fit(out: Path) -> tuple[int, Path]:
    """Number and folder for another fit, called as none before; what a killed process left there is removed."""
    numbers = (fit_number(path.name) for path in (*all_fits(out), *out.glob(f"{EARLIER}*/{FIT}*")))
    number = 1 + max((number for number in numbers if number is not None), default=0)
    folder = out / f"{FIT}{number:04d}"
    shutil.rmtree(folder, ignore_errors=True)
    return number, folder


def path_file(folder: Path, runs: Sequence[Run], run: Run) -> Path:
    """Where the path of a run over the plane of a fit lies."""
    return folder / "trajectory.csv" if run is runs[0] else folder / PATHS_FOLDER / f"{run.name}.csv"


def _whole(path: Path) -> int | None:
    return fit_number(path.name) if is_landscape_folder(path) else None


def _digest(shapes: Mapping[str, Sequence[int]]) -> str:
    """SHA-256 of names and shapes, first 16 hexadecimal digits."""
    text = json.dumps({name: list(shape) for name, shape in shapes.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), *names[-1:]] if len(names) > 1 else names)


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
    runs = found.get("runs")
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        raise BadInputError(f"{path}: is damaged; remove {path.parent}, or choose another --out")
    return found
