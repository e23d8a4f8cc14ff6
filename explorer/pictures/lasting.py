"""One scale for all of a film, so that a colour and a height mean the same from its first picture to its last."""

from collections.abc import Sequence
from dataclasses import replace

from compute.landscape import Landscape
from compute.scale import Scale, ScaleKind
from explorer.ground.staging import Stage
from explorer.looks.view import Scaling, View


def with_one_scale(view: View, landscapes: Sequence[Landscape]) -> View:
    """The view, with a scale that holds what each of the landscapes would show by itself."""
    scales = [Stage(landscape, view).map.scale for landscape in landscapes]
    return replace(view, height=_common(scales)) if scales else view


def _common(scales: Sequence[Scale]) -> Scaling:
    low, high = min(scale.low for scale in scales), max(scale.high for scale in scales)
    kinds = {scale.kind for scale in scales}
    kind = kinds.pop() if len(kinds) == 1 else ScaleKind.LOG if low > 0 else ScaleKind.LINEAR
    return Scaling(kind, cap=high, floor=low, fixed=True)
