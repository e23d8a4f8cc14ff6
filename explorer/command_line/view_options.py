"""The options of all commands that draw: one set, named as in the panel, and the view that they mean."""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from compute.errors import BadInputError
from compute.scale import ScaleKind
from explorer.camera.camera import FRONT_OF_SURFACE, ISOMETRIC, MAP, SIDE, TOP, Camera
from explorer.looks.limits import check_view
from explorer.looks.plain import enum_word
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
from explorer.resources import COLOUR_MAPS

CAMERA, SURFACE, COLOURS, CONTOURS, LAYERS = "Camera", "Surface and scale", "Colours", "Contours", "Layers and cuts"
CAMERAS: Mapping[str, Camera] = {
    "home": Camera(),
    "map": MAP,
    "top": TOP,
    "front": FRONT_OF_SURFACE,
    "side": SIDE,
    "iso": ISOMETRIC,
}
OWN = "options"  # the parameter of a command that gets them

E = TypeVar("E", bound=Enum)


def _words(kind: type[Enum]) -> str:
    return ", ".join(_word(member) for member in kind)


def _word(member: Enum) -> str:
    return enum_word(member).replace(" ", "-")


def _text(help_: str, panel: str) -> Any:
    return typer.Option(help=help_, rich_help_panel=panel, show_default=False)


def _shared(
    *,
    view: Annotated[str, _text("home, map, top, front, side, iso, or a camera.json: what Ctrl+C copies.", CAMERA)] = "",
    azimuth: Annotated[float | None, _text("Degrees around, 0 from +α.", CAMERA)] = None,
    elevation: Annotated[float | None, _text("Degrees above the floor.", CAMERA)] = None,
    distance: Annotated[float | None, _text("From the target; as near as fits.", CAMERA)] = None,
    target: Annotated[str, _text("What is looked at: x,y,z, the longer side from -1 to 1.", CAMERA)] = "",
    orthographic: Annotated[bool | None, _text("Without perspective.", CAMERA)] = None,
    metric: Annotated[str, _text("What is shown as height: train_loss, test_accuracy, …", SURFACE)] = "",
    surface: Annotated[str, _text(f"{_words(SurfaceMode)}.", SURFACE)] = "",
    opacity: Annotated[float | None, _text("Of the surface; 1.", SURFACE)] = None,
    flat: Annotated[bool | None, _text("Everything on the floor.", SURFACE)] = None,
    relief: Annotated[float | None, _text("Height of the highest point, in half sides; 0.62.", SURFACE)] = None,
    normalise: Annotated[bool | None, _text("Off: relief is that of one unit of the value.", SURFACE)] = None,
    height: Annotated[str, _text("linear, log or symlog; as suits the values.", SURFACE)] = "",
    cap: Annotated[str, _text("The highest value told apart, or none.", SURFACE)] = "",
    percentile: Annotated[float | None, _text("The cap as a percentile of the values.", SURFACE)] = None,
    floor: Annotated[float | None, _text("Nothing is told apart below it.", SURFACE)] = None,
    fixed_ends: Annotated[bool | None, _text("Floor and cap are the ends, whatever the values.", SURFACE)] = None,
    open_top: Annotated[bool | None, _text("Open above the cap; off: a plateau.", SURFACE)] = None,
    smooth: Annotated[bool | None, _text("A spline through the points; off: straight lines.", SURFACE)] = None,
    occlusion: Annotated[bool | None, _text("Soft shadow; on a graphics card only.", SURFACE)] = None,
    colours: Annotated[str, _text(f"{', '.join(COLOUR_MAPS)}.", COLOURS)] = "",
    colour_by: Annotated[str, _text("Another metric or map, error-bar or refinement-level; the height.", COLOURS)] = "",
    colour_scale: Annotated[str, _text("linear, log or symlog; that of the height.", COLOURS)] = "",
    colour_cap: Annotated[str, _text("The highest value told apart, or none.", COLOURS)] = "",
    colour_percentile: Annotated[float | None, _text("The same as a percentile.", COLOURS)] = None,
    colour_floor: Annotated[float | None, _text("Nothing is told apart below it.", COLOURS)] = None,
    theme: Annotated[str, _text("dark or light; dark, but light in an .svg or .pdf.", COLOURS)] = "",
    contours: Annotated[str, _text(f"{_words(ContourStyle)}.", CONTOURS)] = "",
    contour_count: Annotated[int | None, _text("Number of levels; 24.", CONTOURS)] = None,
    contour_levels: Annotated[str, _text("Explicit levels: 0.1,0.5,1.", CONTOURS)] = "",
    spacing: Annotated[str, _text(f"Of the levels: {_words(Spacing)}.", CONTOURS)] = "",
    contour_place: Annotated[str, _text(f"{_words(ContourPlace)}.", CONTOURS)] = "",
    contour_width: Annotated[float | None, _text("In points; 1.1.", CONTOURS)] = None,
    heavier: Annotated[int | None, _text("Every so many lines one is heavier; 5.", CONTOURS)] = None,
    contour_labels: Annotated[bool | None, _text("Values along the lines of a map.", CONTOURS)] = None,
    on_floor: Annotated[bool | None, _text("Contours on the floor too.", CONTOURS)] = None,
    critical_points: Annotated[bool | None, _text("Minima, saddles and maxima.", LAYERS)] = None,
    threshold: Annotated[
        float | None,
        _text(
            "Least persistence of those: a difference, on a log scale a share, 0.2 = 20 %; twice the error bar.", LAYERS
        ),
    ] = None,
    descent_path: Annotated[bool | None, _text("The path of the training.", LAYERS)] = None,
    measured_points: Annotated[bool | None, _text("Where the network was measured.", LAYERS)] = None,
    arrows: Annotated[bool | None, _text("Steepest descent, where the gradient was measured.", LAYERS)] = None,
    axes: Annotated[bool | None, _text("Box, ticks and numbers.", LAYERS)] = None,
    colour_bar: Annotated[bool | None, _text("Which colour is which value.", LAYERS)] = None,
    legend: Annotated[bool | None, _text("What the marks are.", LAYERS)] = None,
    cut_alpha: Annotated[str, _text("What is kept along α, in shares: 0,0.5.", LAYERS)] = "",
    cut_beta: Annotated[str, _text("The same along β.", LAYERS)] = "",
    cut_height: Annotated[str, _text("The same of the height.", LAYERS)] = "",
    cross_section: Annotated[str, _text("A line over the surface: u,v,u,v of its ends, in shares.", LAYERS)] = "",
) -> None:
    """Parameters only."""


SHARED = inspect.signature(_shared).parameters
NAMES = {"glyphs": "critical_points", "path": "descent_path", "points": "measured_points"}  # what a view calls them


def with_view(command: Callable[..., None]) -> Callable[..., None]:
    """A command with these options besides its own; it gets them in one parameter, ``options``."""
    own = inspect.signature(command)
    kept = [parameter for parameter in own.parameters.values() if parameter.name != OWN]

    def call(**given: Any) -> None:
        options = {name: given.pop(name) for name in SHARED}
        command(**given, options=options)

    run: Any = wraps(command)(call)
    keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*kept, *SHARED.values())]
    run.__signature__ = own.replace(parameters=keyword)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in keyword}
    del run.__wrapped__  # its signature is not that of the command
    return call


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
    view = replace(view, **_given(options, {name: NAMES.get(name, name) for name in _PLAIN}))
    if options["view"] == "map":
        view = replace(view, flat=True)
    if options["fixed_ends"]:
        view = replace(view, height=replace(view.height, fixed=True))
    check_view(view)
    return view


def is_placed(options: Mapping[str, Any]) -> bool:
    """Whether the camera's place was given, so that it is not moved until all is in the picture."""
    return options["distance"] is not None or bool(options["target"]) or options["view"] not in ("", *CAMERAS)


_PLAIN = (
    "opacity", "flat", "relief", "normalise", "open_top", "smooth", "occlusion",
    "glyphs", "threshold", "path", "points", "arrows", "axes", "colour_bar", "legend",
)  # fmt: skip


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
    names = {"count": "contour_count", "width": "contour_width", "emphasis": "heavier", "labels": "contour_labels"}
    return replace(lines, **_given(options, {**names, "on_floor": "on_floor"}))


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
    members = {_word(member): member for member in kind}
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


def _dashed(name: str) -> str:
    return name.replace("_", "-")
