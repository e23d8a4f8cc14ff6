"""The commands that make a landscape and its page again."""

import shlex
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from compute.connection_record import KEY as CONNECTION
from compute.folder import is_landscape_folder
from compute.landscape import Landscape
from compute.maps import LAMBDA_RATIO, SLOPE
from compute.messages import Connect, Sample
from compute.surveying.whereabouts import found_source
from compute.verification import KEY

POSITION = ("source", "out")  # that are no options


def commands(landscape: Landscape, path: Path, report: str) -> list[str]:
    """Lines for a shell: how it was sampled, where that is on record, and how this page was written; ``path`` is where
    the landscape is."""
    known = landscape.provenance
    made = (connecting(known, path) or sampling(known, path)) if is_landscape_folder(path) else None
    return [*([made] if made else []), report]


def connecting(known: Mapping[str, Any], folder: Path) -> str | None:
    """``basin connect`` with the options that are not the usual ones; None of what was made in another way."""
    entry, sample = known.get(CONNECTION), known.get("sample")
    if not isinstance(entry, Mapping) or not isinstance(sample, Mapping) or not {"first", "second"} <= {*entry}:
        return None
    kept = {**sample, **entry, "tolerance": known.get("tolerance")}
    words = ["basin", "connect", str(entry["first"]), str(entry["second"])]
    for each in fields(Connect):
        value = kept.get(each.name, each.default)
        if each.name not in ("first", "second", "out") and value != each.default:
            words += _option(each.name, value)
    return shlex.join([*words, "--out", str(folder)])


def sampling(known: Mapping[str, Any], folder: Path) -> str | None:
    """``basin sample`` with the options that are not the usual ones; None where nobody kept them."""
    sample, source = known.get("sample"), found_source(known, folder)
    if not isinstance(sample, Mapping) or source is None:
        return None
    usual = {field.name: field.default for field in fields(Sample) if field.name not in POSITION}
    told = {name: known.get(name, sample.get(name, default)) for name, default in usual.items() if name in _KEPT}
    told |= {name: sample.get(name, default) for name, default in usual.items() if name not in _KEPT}
    words = ["basin", "sample", str(source)]
    for name, value in told.items():
        if value != usual[name]:
            words += _option(name, value)
    return shlex.join([*words, *_closer_look(known), "--out", str(folder)])


_CURVATURE = {"plane": SLOPE, "spectrum": LAMBDA_RATIO, "sharpness": "sharpness"}  # and what it leaves behind
_KEPT = ("tolerance", "cap")  # stand beside the options, since they may change between one life and the next


def _closer_look(known: Mapping[str, Any]) -> list[str]:
    """The options that ask for what was measured after the surface."""
    maps = known.get("maps")
    there = {*known, *(maps if isinstance(maps, Mapping) else ())}
    asked = [what for what, left in _CURVATURE.items() if left in there]
    return [*(["--verify"] if KEY in there else []), *(["--curvature", ",".join(asked)] if asked else [])]


def _option(name: str, value: Any) -> list[str]:
    """As it is typed; a switch has no value, and a tolerance of none is 0."""
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return [flag] if value else [f"--no-{name.replace('_', '-')}"]
    if isinstance(value, list):
        return [f"{flag}={','.join(f'{part:.17g}' for part in value)}"]
    return [flag, "0" if value is None else str(value)]
