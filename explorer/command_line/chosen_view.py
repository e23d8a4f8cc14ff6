"""The view that the options of the commands that draw mean."""

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from compute.errors import BadInputError
from compute.scale import ScaleKind
from explorer.camera.camera import FRONT_OF_SURFACE, ISOMETRIC, MAP, SIDE, TOP, Camera
from explorer.command_line.view_options import word_of
from explorer.looks.limits import faults
from explorer.looks.view import (
    Colouring,
    ContourPlace,
    Contours,
    ContourStyle,
    Cut,
    Scaling,
    Spacing,
    Span,
    SurfaceMode,
    View,
)

CAMERAS: Mapping[str, Camera] = {
    "home": Camera(),
    "map": MAP,
    "top": TOP,
    "front": FRONT_OF_SURFACE,
    "side": SIDE,
    "iso": ISOMETRIC,
}
_PLAIN = (
    "opacity", "flat", "relief", "normalise", "open_top", "smooth", "occlusion",
    "glyphs", "threshold", "path", "points", "arrows", "axes", "colour_bar", "legend",
)  # fmt: skip
_OPTIONS = {  # of the fields of a view that are called otherwise
    "glyphs": "critical_points",
    "path": "descent_path",
    "points": "measured_points",
    "section": "cross_section",
    "colour.map": "colours",
    "colour.scaling.percentile": "colour_percentile",
    "height.percentile": "percentile",
    "contours.emphasis": "heavier",
    "contours.on_floor": "on_floor",
}

E = TypeVar("E", bound=Enum)


def view_of(options: Mapping[str, Any], theme: str = View.theme) -> View:
    """The view that options mean, in this theme if none is named. Raises BadInputError, which names the option."""
    view = View(
        camera=_camera(options),
        theme=options["theme"] or theme,
        metric=options["metric"] or None,
        surface=_member("surface", options["surface"], SurfaceMode) or SurfaceMode.LIT,
        height=_scaling(options, "height", "cap", "percentile", "floor") or Scaling(),
        colour=_colouring(options),
        cut=Cut(*(_span(name, options[name]) for name in ("cut_alpha", "cut_beta", "cut_height"))),
        contours=_contours(options),
        section=_section(options["cross_section"]),
    )
    view = replace(view, **_given(options, {field: _option(field) for field in _PLAIN}))
    if options["view"] == "map":
        view = replace(view, flat=True)
    if options["fixed_ends"]:
        view = replace(view, height=replace(view.height, fixed=True))
    for field, fault in faults(view):
        raise BadInputError(f"--{_dashed(_option(field))}: {fault}")
    return view


def is_placed(options: Mapping[str, Any]) -> bool:
    """Whether the camera's place was given, so that it is not moved until all is in the picture."""
    return options["distance"] is not None or bool(options["target"]) or options["view"] not in ("", *CAMERAS)


def _given(options: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Fields, by the names of their options, where they were given."""
    return {field: options[name] for field, name in names.items() if options[name] is not None}


def _camera(options: Mapping[str, Any]) -> Camera:
    name = options["view"] or "home"
    camera = CAMERAS[name] if name in CAMERAS else _read_camera(Path(name))
    camera = replace(camera, **_given(options, {key: key for key in ("azimuth", "elevation", "distance")}))
    if options["orthographic"] is not None:
        camera = replace(camera, orthographic=options["orthographic"])
    if options["target"]:
        x, y, z = _numbers("target", options["target"], 3)
        camera = replace(camera, target=(x, y, z))
    return camera


def _read_camera(path: Path) -> Camera:
    from explorer.looks.camera_text import LONGEST, camera_from_json  # noqa: PLC0415

    if path.suffix.lower() != ".json":
        raise BadInputError(f"--view {path}: choose one of {', '.join(CAMERAS)}, or give a file that ends in .json")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInputError(f"--view {path}: no such file; copy a camera in the window with Ctrl+C into one") from None
    except ValueError:
        text = ""
    try:
        return camera_from_json(text[: LONGEST + 1])
    except BadInputError as error:
        raise BadInputError(f"--view {path}: {error}".replace("the clipboard holds", "holds")) from None


def _scaling(options: Mapping[str, Any], kind: str, cap: str, percentile: str, floor: str) -> Scaling | None:
    """None where nothing was said about it."""
    found = Scaling(
        _member(kind, options[kind], ScaleKind),
        _cap(cap, options[cap]),
        options[percentile],
        options[floor],
    )
    return None if found == Scaling() else found


def _cap(name: str, text: str) -> float | None:
    if not text:
        return None
    return math.inf if text == "none" else _numbers(name, text, 1)[0]


def _colouring(options: Mapping[str, Any]) -> Colouring:
    metric = options["colour_by"] or None
    if metric in ("error-bar", "refinement-level"):
        metric = metric.replace("-", " ")
    scaling = _scaling(options, "colour_scale", "colour_cap", "colour_percentile", "colour_floor")
    return Colouring(options["colours"] or Colouring.map, metric, scaling)


def _contours(options: Mapping[str, Any]) -> Contours:
    levels = options["contour_levels"]
    lines = Contours(
        style=_member("contours", options["contours"], ContourStyle) or Contours.style,
        place=_member("contour_place", options["contour_place"], ContourPlace) or Contours.place,
        spacing=_member("spacing", options["spacing"], Spacing) or Contours.spacing,
        levels=tuple(_numbers("contour_levels", levels, None)) if levels else (),
    )
    plain = ("count", "width", "emphasis", "labels", "on_floor")
    return replace(lines, **_given(options, {field: _option(f"contours.{field}") for field in plain}))


def _span(name: str, text: str) -> Span:
    if not text:
        return (0.0, 1.0)
    low, high = _numbers(name, text, 2)
    return low, high


def _section(text: str) -> tuple[Span, Span] | None:
    if not text:
        return None
    a, b, c, d = _numbers("cross_section", text, 4)
    return (a, b), (c, d)


def _member(name: str, text: str, kind: type[E]) -> E | None:
    if not text:
        return None
    members = {word_of(member): member for member in kind}
    if text not in members:
        raise BadInputError(f"--{_dashed(name)} {text}: choose one of {', '.join(members)}")
    return members[text]


def _numbers(name: str, text: str, count: int | None) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = [math.nan]
    if not all(map(math.isfinite, found)) or (count is not None and len(found) != count):
        what = "a number" if count == 1 else f"{count or ''} numbers with commas between them".strip()
        raise BadInputError(f"--{_dashed(name)} {text}: give {what}")
    return found


def _option(field: str) -> str:
    """That sets the field of this dotted name."""
    return _OPTIONS.get(field, field.removeprefix("camera.").replace("contours.", "contour_").replace("cut.", "cut_"))


def _dashed(name: str) -> str:
    return name.replace("_", "-")
