"""The options of all commands that draw: one set, named as in the panel."""

import inspect
from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Annotated, Any

import typer

from explorer.looks.plain import enum_word
from explorer.looks.view import ContourPlace, ContourStyle, Spacing, SurfaceMode
from explorer.resources import COLOUR_MAPS

CAMERA, SURFACE, COLOURS, CONTOURS, LAYERS = "Camera", "Surface and scale", "Colours", "Contours", "Layers and cuts"
OWN = "options"  # the parameter of a command that gets them


def _words(kind: type[Enum]) -> str:
    return ", ".join(word_of(member) for member in kind)


def word_of(member: Enum) -> str:
    """What an option calls a choice."""
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
