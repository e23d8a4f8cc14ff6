"""Measuring on from the window: the task behind a landscape, found again, and another one made of it."""

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

from compute.directions.choice import DirectionChoice
from compute.errors import BadInputError
from compute.landscape import Landscape
from compute.messages import Sample
from compute.surveying.on_record import options_on_record
from compute.surveying.whereabouts import found_source
from compute.training.run_folder import is_run
from explorer.desk.looking import curvature_points
from explorer.looks.plain import from_plain

MOST_NAMES = 10_000
_WHOLE = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,30})")
LARGEST = 10_000  # points per axis, and examples in thousands: beyond, a slip of the finger


@dataclass(frozen=True)
class Wishes:
    """What a person typed into the form, as text; "" leaves the usual choice. See ``Sample`` for what each is."""

    directions: str
    normalisation: str
    seed: str
    metrics: str
    examples: str
    resolution: str
    alpha: str
    beta: str
    tolerance: str


def sample_of(landscape: Landscape, folder: Path | None) -> Sample:
    """The task that goes on with a landscape. Raises BadInputError, one line, where that is not possible."""
    known = landscape.provenance
    options = options_on_record(known)
    if folder is None or options is None:
        raise BadInputError(f"{landscape.name}: basin sample did not make it, so that no more of it can be measured")
    source = found_source(known, folder)
    if source is None:
        raise BadInputError(f"{landscape.name}: does not say where its checkpoints are; go on once with basin sample")
    problem = str(options.get("problem") or "")
    _check_there(landscape.name, source, problem)
    try:
        return from_plain(Sample, {**options, "source": str(source), "out": str(folder)}, "sample")
    except BadInputError as error:
        raise BadInputError(f"{landscape.name}: its description is damaged ({error})") from None


def wishes_of(sample: Sample) -> Wishes:
    """The form as it is filled in at first."""
    return Wishes(
        directions=sample.directions,
        normalisation=sample.normalisation,
        seed=str(sample.seed),
        metrics=sample.metrics,
        examples=str(sample.examples),
        resolution=str(sample.resolution),
        alpha=_range_text(sample.alpha),
        beta=_range_text(sample.beta),
        tolerance="0" if sample.tolerance is None else f"{sample.tolerance:g}",
    )


def resampled(sample: Sample, wishes: Wishes) -> Sample:
    """Another task on the same checkpoints, in a folder of its own beside that of the first. Raises BadInputError."""
    directions = wishes.directions.strip() or sample.directions
    tolerance = _number("tolerance", wishes.tolerance) if wishes.tolerance.strip() else 0.0
    if tolerance < 0:
        raise BadInputError(f"tolerance: {wishes.tolerance.strip()!r} is negative; 0 measures every point")
    changed = replace(
        sample,
        directions=directions,
        normalisation=wishes.normalisation,
        centre="" if directions.startswith("between:") else sample.centre,
        seed=_whole("seed", wishes.seed, 0, 2**63 - 1),
        metrics=wishes.metrics.strip() or sample.metrics,
        examples=_whole("examples", wishes.examples, 1, LARGEST * 1000),
        resolution=_whole("points per axis", wishes.resolution, 3, LARGEST),
        alpha=sample.alpha if wishes.alpha == _range_text(sample.alpha) else _range("range of α", wishes.alpha),
        beta=sample.beta if wishes.beta == _range_text(sample.beta) else _range("range of β", wishes.beta),
        tolerance=tolerance or None,
        focus=None,
    )
    changed = replace(changed, inspect_points=curvature_points((changed.resolution, changed.resolution)))
    DirectionChoice(directions, changed.normalisation, (), changed.seed, changed.which, changed.line)
    return replace(changed, out=str(_fresh(Path(sample.out).parent, directions, line=changed.line)))


def _check_there(name: str, source: Path, problem: str) -> None:
    file, _, _ = problem.rpartition(":")
    if not problem and not is_run(source):
        raise BadInputError(f"{name}: its run is not at {source} any more, so that no more of it can be measured")
    if file.endswith(".py") and not Path(file).is_file():
        raise BadInputError(f"{name}: its problem {problem} is not here; start basin where basin sample was started")
    if problem and not any(source.parent.glob(source.name)):
        raise BadInputError(f"{name}: its checkpoints are not at {source} any more")


def _fresh(folder: Path, directions: str, *, line: bool) -> Path:
    """A folder that is not there yet, called after the directions."""
    kind, _, ends = directions.partition(":")
    parts = [kind, *(Path(end.strip()).stem for end in ends.split(",") if end), *["line"] * line]
    stem = "-".join(part.replace(",", "-").replace(" ", "") for part in parts)
    candidates = (folder / (stem if k == 1 else f"{stem}-{k}") for k in range(1, MOST_NAMES))
    found = next((path for path in candidates if not path.exists()), None)
    if found is None:
        raise BadInputError(f"{folder}: is full of landscapes called {stem}; remove some")
    return found


def _range_text(found: list[float] | None) -> str:
    return "" if found is None else ", ".join(f"{number:.6g}" for number in found)


def _range(what: str, text: str) -> list[float] | None:
    if not text.strip():
        return None
    parts = [_number(what, part) for part in text.replace(";", ",").split(",")]
    if len(parts) != 2 or not parts[0] < parts[1]:
        raise BadInputError(f"{what}: {text.strip()!r}: give two rising numbers, such as -1, 1")
    return parts


def _number(what: str, text: str) -> float:
    try:
        number = float(text.replace("−", "-"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadInputError(f"{what}: {text.strip()!r} is not a number")
    return number


def _whole(what: str, text: str, least: int, most: int) -> int:
    """Commas only between groups of three digits: "1,500" is a whole number, "1,5" may be meant as one and a half."""
    number = int(text.replace(",", "")) if _WHOLE.fullmatch(text.strip()) else least - 1
    if not least <= number <= most:
        raise BadInputError(f"{what}: {text.strip()!r} is not a whole number from {least:,} to {most:,}")
    return number
