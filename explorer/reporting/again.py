"""The commands that make a landscape and its page again."""

import shlex
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from compute.connection_record import KEY as CONNECTION
from compute.folder import is_landscape_folder
from compute.landscape import Landscape
from compute.levels import level_points
from compute.maps import LAMBDA_RATIO, SLOPE
from compute.messages import Connect, Sample
from compute.surveying.on_record import BESIDE, options_on_record
from compute.surveying.whereabouts import found_source
from compute.verification import KEY

POSITION = ("source", "first", "second", "out")  # that are no options


def commands(landscape: Landscape, path: Path, report: str) -> list[str]:
    """Lines for a shell: how it was sampled, where that is on record, and how this page was written; ``path`` is where
    the landscape is."""
    known = landscape.provenance
    if not is_landscape_folder(path):
        return [report]
    joined = connecting(known, path)
    return [*([joined] if joined else sampling(landscape, path)), report]


def connecting(known: Mapping[str, Any], folder: Path) -> str | None:
    """``basin connect`` with the options that are not the usual ones; None of what was made in another way."""
    entry, kept = known.get(CONNECTION), options_on_record(known)
    if not isinstance(entry, Mapping) or kept is None or not {"first", "second"} <= {*entry}:
        return None
    words = ["basin", "connect", str(entry["first"]), str(entry["second"])]
    return shlex.join([*words, *_options({**kept, **entry}, _usual(Connect)), "--out", str(folder)])


def sampling(landscape: Landscape, folder: Path) -> list[str]:
    """``basin sample`` with the options that are not the usual ones, and again for maps of another number of points;
    nothing where nobody kept the options."""
    known = landscape.provenance
    kept, source = options_on_record(known), found_source(known, folder)
    if kept is None or source is None:
        return []
    usual = _usual(Sample)
    beside = {name: usual[name] for name in BESIDE}
    looks, *others = _closer_looks(landscape)
    calls = [[*_options(kept, {**beside, **usual}), *looks], *others]
    return [shlex.join(["basin", "sample", str(source), *call, "--out", str(folder)]) for call in calls]


def _usual(message: type[Sample] | type[Connect]) -> dict[str, Any]:
    """The choices that need not be typed, by the names of the options."""
    return {field.name: field.default for field in fields(message) if field.name not in POSITION}


def _options(kept: Mapping[str, Any], usual: Mapping[str, Any]) -> list[str]:
    """Those that are not the usual ones."""
    told = {name: kept.get(name, default) for name, default in usual.items()}
    return [word for name, value in told.items() if value != usual[name] for word in _option(name, value)]


_MAPS = {"plane": SLOPE, "spectrum": LAMBDA_RATIO}  # what --curvature asks for, and a map that it leaves behind
_USUAL_POINTS = Sample.inspect_points


def _closer_looks(landscape: Landscape) -> list[list[str]]:
    """The options that ask for what was measured after the surface: one list for each number of points per axis, but
    at least one, with what has none."""
    asked: dict[int, list[str]] = {}
    for what, left in _MAPS.items():
        if left in landscape.maps:
            asked.setdefault(_per_axis(landscape, left), []).append(what)
    if "sharpness" in landscape.provenance:
        asked.setdefault(next(iter(asked), _USUAL_POINTS), []).append("sharpness")
    looks = [["--curvature", ",".join(whats), *_points(points)] for points, whats in asked.items()] or [[]]
    return [[*(["--verify"] if KEY in landscape.provenance else []), *looks[0]], *looks[1:]]


def _per_axis(landscape: Landscape, name: str) -> int:
    """Points per axis of the coarsest nested level that has all points of a map; it may not be complete yet."""
    there = landscape.counts(name) > 0
    known = list(enumerate(level_points(there.shape)))
    return next(points for k, points in reversed(known) if there[:: 2**k, :: 2**k].sum() == there.sum())


def _points(per_axis: int) -> list[str]:
    return [] if per_axis == _USUAL_POINTS else ["--curvature-points", str(per_axis)]


def _option(name: str, value: Any) -> list[str]:
    """As it is typed; a switch has no value, and a tolerance of none is 0."""
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return [flag] if value else [f"--no-{name.replace('_', '-')}"]
    if isinstance(value, list):
        return [f"{flag}={','.join(f'{part:.17g}' for part in value)}"]
    return [flag, "0" if value is None else str(value)]
