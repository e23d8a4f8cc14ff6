"""Maps of a landscape as something to look at: which can be shown, what they are called, and on which scale."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from compute.landscape import Floats, Landscape
from compute.levels import finest_complete_stride
from compute.maps import (
    CURVATURE_HIGH,
    CURVATURE_LOW,
    GRADIENT_ALPHA,
    GRADIENT_BETA,
    GRADIENT_NORM,
    LAMBDA_MAX,
    LAMBDA_MIN,
    LAMBDA_RATIO,
    SLOPE,
)
from compute.metric_names import is_share
from compute.scale import HEAVY_TAIL, ScaleKind
from explorer.looks.view import Scaling

_PER_LENGTH, _PER_SQUARE = "loss per unit of weight space", "loss per unit of weight space squared"

# What a map is called, and in which unit its values are; "" where they have none.
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        GRADIENT_ALPHA: ("∂L/∂α", "loss per unit of α"),
        GRADIENT_BETA: ("∂L/∂β", "loss per unit of β"),
        SLOPE: ("slope in the plane", _PER_LENGTH),
        GRADIENT_NORM: ("gradient norm", f"{_PER_LENGTH}, over all weights"),
        CURVATURE_LOW: ("least curvature in the plane", _PER_SQUARE),
        CURVATURE_HIGH: ("largest curvature in the plane", _PER_SQUARE),
        LAMBDA_MIN: ("λmin of the Hessian", f"{_PER_SQUARE}, over all weights"),
        LAMBDA_MAX: ("λmax of the Hessian", f"{_PER_SQUARE}, over all weights"),
        LAMBDA_RATIO: ("|λmin / λmax|", ""),
    }
)
_SIGNED = (GRADIENT_ALPHA, GRADIENT_BETA, CURVATURE_LOW, CURVATURE_HIGH, LAMBDA_MIN, LAMBDA_MAX)


def metric_word(name: str) -> str:
    """What a metric or map is called where people read it."""
    return _WORDS[name][0] if name in _WORDS else name.replace("_", " ")


def metric_unit(name: str) -> str:
    """In which unit its values are; "" where that is not known, or none."""
    return _WORDS[name][1] if name in _WORDS else ""


def is_shown(landscape: Landscape, name: str) -> bool:
    """Whether there is a metric of this name, and of a map at least the coarsest level."""
    if name not in landscape.metrics:
        return False
    return name not in landscape.maps or finest_complete_stride(~np.isnan(landscape.metrics[name])) is not None


def shown_metrics(landscape: Landscape) -> tuple[str, ...]:
    """Everything that can be shown as height or colour, by name."""
    return tuple(name for name in landscape.metrics if is_shown(landscape, name))


def points_of(landscape: Landscape, name: str | None) -> int:
    """How many points of a metric or map are measured; 0 of what the landscape has not."""
    if name is None or name not in landscape.metrics:
        return 0
    return int(np.count_nonzero(~np.isnan(landscape.metrics[name]))) if name in landscape.maps else landscape.measured


def is_loss(landscape: Landscape, metric: str) -> bool:
    """Whether low values are good ones, as far as a name can tell."""
    return metric not in landscape.maps and not is_share(metric)


def suited_scaling(name: str, values: Floats, wish: Scaling) -> tuple[Scaling, str]:
    """The wish with a kind of scale that suits a metric, where that was left open; and why, "" where anything does.

    Accuracies and ratios are linear. A map of values below 0 is linear too or, where few of them are much larger than
    the others, a symmetric logarithm: the usual choice would lay all that is not positive on the floor.
    """
    if wish.kind is not None:
        return wish, ""
    if is_share(name) or name == LAMBDA_RATIO:
        return replace(
            wish, kind=ScaleKind.LINEAR
        ), f"chosen: {'accuracies' if is_share(name) else 'ratios'} are linear"
    finite = values[np.isfinite(values)]
    if name not in _SIGNED or not (finite < 0).any():
        return wish, ""
    size = np.abs(finite)
    if size.max() > HEAVY_TAIL * np.median(size):
        return replace(wish, kind=ScaleKind.SYMLOG), "chosen: a few values are much larger than the others"
    return replace(wish, kind=ScaleKind.LINEAR), "chosen: values below 0 of about one size"


def is_signed(name: str) -> bool:
    """Whether the sign of a map's values matters: those below 0 are of another kind than those above."""
    return name in _SIGNED
