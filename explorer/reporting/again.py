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
from compute.surveying.on_record import BESIDE, options_on_record
from compute.surveying.whereabouts import found_source
from compute.verification import KEY

POSITION = ("source", "first", "second", "out")  # that are no options


def commands(landscape: Landscape, path: Path, report: str) -> list[str]:
    """Lines for a shell: how it was sampled, where that is on record, and how this page was written; ``path`` is where
    the landscape is."""
    known = landscape.provenance
    made = (connecting(known, path) or sampling(known, path)) if is_landscape_folder(path) else None
    return [*([made] if made else []), report]


def connecting(known: Mapping[str, Any], folder: Path) -> str | None:
    """``basin connect`` with the options that are not the usual ones; None of what was made in another way."""
    entry, kept = known.get(CONNECTION), options_on_record(known)
    if not isinstance(entry, Mapping) or kept is None or not {"first", "second"} <= {*entry}:
        return None
    words = ["basin", "connect", str(entry["first"]), str(entry["second"])]
    return shlex.join([*words, *_options({**kept, **entry}, _usual(Connect)), "--out", str(folder)])


def sampling(known: Mapping[str, Any], folder: Path) -> str | None:
    """``basin sample`` with the options that are not the usual ones; None where nobody kept them."""
    kept, source = options_on_record(known), found_source(known, folder)
    if kept is None or source is None:
        return None
    usual = _usual(Sample)
    first = {name: usual[name] for name in BESIDE}
    words = ["basin", "sample", str(source), *_options(kept, {**first, **usual}), *_closer_look(known)]
    return shlex.join([*words, "--out", str(folder)])


def _usual(message: type[Sample] | type[Connect]) -> dict[str, Any]:
    """The choices that need not be typed, by the names of the options."""
    return {field.name: field.default for field in fields(message) if field.name not in POSITION}


def _options(kept: Mapping[str, Any], usual: Mapping[str, Any]) -> list[str]:
    """Those that are not the usual ones."""
    told = {name: kept.get(name, default) for name, default in usual.items()}
    return [word for name, value in told.items() if value != usual[name] for word in _option(name, value)]


_CURVATURE = {"plane": SLOPE, "spectrum": LAMBDA_RATIO, "sharpness": "sharpness"}  # and what it leaves behind


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
