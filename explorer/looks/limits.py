"""Between which bounds each number of a view lies: for sliders, and for views out of files."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType

from compute.errors import BadInputError
from explorer.camera.camera import MAX_DISTANCE, MAX_ELEVATION, MIN_DISTANCE
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.resources import COLOUR_MAPS

WHOLE = (0.0, 1.0)
FAR = 100.0  # of the world, in half sides of the domain: where nothing is to be seen any more

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "camera.azimuth": (-360.0, 360.0),
        "camera.elevation": (-MAX_ELEVATION, MAX_ELEVATION),
        "camera.roll": (-360.0, 360.0),
        "camera.distance": (MIN_DISTANCE, MAX_DISTANCE),
        "camera.target": (-FAR, FAR),
        "opacity": (0.05, 1.0),
        "relief": (0.02, 3.0),
        "height.percentile": (1.0, 100.0),
        "colour.scaling.percentile": (1.0, 100.0),
        "contours.count": (1, 400),
        "contours.width": (0.25, 8.0),
        "contours.emphasis": (0, 100),
        "cut.alpha": WHOLE,
        "cut.beta": WHOLE,
        "cut.height": WHOLE,
        "section": WHOLE,
        "threshold": (0.0, 1e300),
    }
)
MOST_LEVELS = 400  # explicit ones
RISING = ("cut.alpha", "cut.beta", "cut.height")


def check_view(view: View, place: str = "view") -> None:
    """Raises BadInputError, which names the place, for the first of its faults."""
    for name, fault in faults(view):
        raise BadInputError(f"{place}.{name}: {fault}")


def faults(view: View) -> Iterator[tuple[str, str]]:
    """The dotted name of each field, and what is wrong with it: a number out of bounds, or a colour map or a theme
    that there is not."""
    for name, (low, high) in LIMITS.items():
        for number in _numbers(_found(view, name)):
            if not low <= number <= high:
                yield name, f"{number:g} is not between {low:g} and {high:g}"
    for name in RISING:
        low, high = _numbers(_found(view, name))
        if not low < high:
            yield name, f"{low:g} is not below {high:g}"
    if view.theme not in THEMES:
        yield "theme", f"choose one of {', '.join(THEMES)}"
    if view.colour.map not in (None, *COLOUR_MAPS):
        yield "colour.map", f"choose one of {', '.join(COLOUR_MAPS)}"
    if len(view.contours.levels) > MOST_LEVELS:
        yield "contours.levels", f"at most {MOST_LEVELS}"


def within(name: str, number: float) -> float:
    """The number, or the bound that it is beyond; NaN is the lower one."""
    low, high = LIMITS[name]
    return low if math.isnan(number) else min(max(number, low), high)


def _found(view: View, name: str) -> object:
    """What a dotted name stands for; None as soon as something on the way is None."""
    value: object = view
    for part in name.split("."):
        if not is_dataclass(value) or part not in {field.name for field in fields(value)}:
            return None
        value = getattr(value, part)
    return value


def _numbers(value: object) -> list[float]:
    if isinstance(value, tuple):
        return [number for item in value for number in _numbers(item)]
    return [float(value)] if isinstance(value, int | float) else []
