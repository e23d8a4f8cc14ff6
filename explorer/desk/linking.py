"""What landscapes side by side have in common."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np

from compute.landscape import Floats, Landscape
from compute.levels import levels
from compute.scale import ScaleKind, choose_scale
from explorer.ground.maps import is_shown, points_of, suited_scaling
from explorer.ground.staging import Stage
from explorer.looks.settings import Links
from explorer.looks.view import ERROR, LEVEL, Scaling, View

ALONE = Links(camera=False, look=False, scale=False, colours=False)


def follow(own: View, leader: View, links: Links, landscape: Landscape) -> View:
    """The view of a landscape as another one's changes: what is linked follows, the rest stays as it is."""
    camera = leader.camera if links.camera else own.camera
    if not links.look:
        return replace(own, camera=camera, theme=leader.theme)
    height = replace(own.height, kind=leader.height.kind)
    metric = leader.metric if leader.metric is not None and is_shown(landscape, leader.metric) else own.metric
    return replace(leader, camera=camera, metric=metric, height=height, section=own.section)


class CommonScales:
    """The scales that landscapes share, kept until their values are others: a moving camera asks at each step."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, Scaling | None]] = {}

    def agreed(self, view: View, leader: View, links: Links, stages: Sequence[Stage]) -> View:
        """The view on one scale for all that are shown, where that is linked: of the height, of the colours."""
        height, colour = view.height, view.colour
        if links.scale:
            height = self._scaling("height", None, leader.height, stages) or height
        if links.colours:
            usual = leader.height if colour.metric is None else Scaling()
            shared = self._scaling("colour", colour.metric, leader.colour.scaling or usual, stages)
            colour = replace(colour, scaling=shared or colour.scaling)
        return replace(view, height=height, colour=colour) if links.scale or links.colours else view

    def _scaling(self, what: str, name: str | None, wish: Scaling, stages: Sequence[Stage]) -> Scaling | None:
        """None where one of them has no such values, or none on the same footing."""
        known = [
            (id(each), each.metric, points_of(each.landscape, name or each.metric), each.landscape.measured,
             name == ERROR and id(each.map))
            for each in stages
        ]  # fmt: skip
        key = (name, wish, *known)
        if what not in self._known or self._known[what][0] != key:
            self._known[what] = (key, _common(name, wish, stages))
        return self._known[what][1]


def _common(name: str | None, wish: Scaling, stages: Sequence[Stage]) -> Scaling | None:
    parts = [stage.values(stage.metric if name is None else name) for stage in stages]
    values = [np.ravel(part) for part in parts if part is not None]
    if len(values) < len(parts) or (name == ERROR and len({stage.map.nodes.relative for stage in stages}) > 1):
        return None
    if name == LEVEL:
        return Scaling(ScaleKind.LINEAR, max(levels(*stage.landscape.domain.shape) for stage in stages) - 0.5,
                       None, -0.5, fixed=True)  # fmt: skip
    suited = {suited_scaling(name or stage.metric, np.concatenate(values), wish)[0] for stage in stages}
    return common_scaling(suited.pop() if len(suited) == 1 else wish, values)


def common_scaling(wish: Scaling, parts: Sequence[Floats]) -> Scaling:
    """The scale that suits all of these values, with fixed ends; logarithmic only where each alone could be."""
    scale = choose_scale(np.concatenate(parts), **asdict(wish))
    if scale.log and not all(_has_logarithm(values) for values in parts):
        scale = choose_scale(np.concatenate(parts), **asdict(replace(wish, kind=ScaleKind.LINEAR)))
    return Scaling(scale.kind, scale.high, None, scale.low, fixed=True)


def _has_logarithm(values: Floats) -> bool:
    """Whether these, alone, could be shown on a logarithmic scale."""
    return not np.isfinite(values).any() or choose_scale(values, ScaleKind.LOG).log
