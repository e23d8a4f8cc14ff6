"""What landscapes side by side have in common."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import lru_cache

import numpy as np

from compute.landscape import Floats, Landscape
from compute.scale import ScaleKind, choose_scale
from explorer.ground.staging import is_share
from explorer.looks.settings import Links
from explorer.looks.view import Colouring, Scaling, View

ALONE = Links(camera=False, look=False, scale=False, colours=False)

Shown = Sequence[tuple[Landscape, str]]  # each landscape with the metric that is its height


def follow(own: View, leader: View, links: Links, landscape: Landscape) -> View:
    """The view of a landscape as another one's changes: what is linked follows, the rest stays as it is."""
    camera = leader.camera if links.camera else own.camera
    if not links.look:
        return replace(own, camera=camera, theme=leader.theme)
    height = replace(own.height, kind=leader.height.kind)
    metric = leader.metric if leader.metric in landscape.metrics else own.metric
    return replace(leader, camera=camera, metric=metric, height=height, section=own.section)


def agreed(view: View, leader: View, links: Links, shown: Shown) -> View:
    """The view on one scale for all landscapes that are shown, where that is linked: of the height, of the colours."""
    if not (links.scale or links.colours):
        return view
    height = common_scaling(leader.height, shown) if links.scale else view.height
    return replace(view, height=height, colour=_agreed(view.colour, leader, shown) if links.colours else view.colour)


def common_scaling(wish: Scaling, shown: Shown) -> Scaling:
    """The scale that suits the values of all of these, with fixed ends."""
    return _common(wish, tuple((landscape, metric, landscape.measured) for landscape, metric in shown))


def _agreed(colour: Colouring, leader: View, shown: Shown) -> Colouring:
    """One scale of colours, of the height or of another metric that all have; what only one has, keeps its own."""
    if colour.metric is None:
        return replace(colour, scaling=common_scaling(leader.colour.scaling or leader.height, shown))
    others = [(landscape, colour.metric) for landscape, _ in shown]
    if any(metric not in landscape.metrics for landscape, metric in others):
        return colour
    return replace(colour, scaling=common_scaling(leader.colour.scaling or Scaling(), others))


@lru_cache(maxsize=4)  # asked for at every step of a camera that is turned
def _common(wish: Scaling, shown: tuple[tuple[Landscape, str, int], ...]) -> Scaling:
    """``shown`` with how many values are measured: with another number they are other values."""
    if wish.kind is None and all(is_share(metric) for _, metric, _ in shown):
        wish = replace(wish, kind=ScaleKind.LINEAR)
    parts = [np.ravel(landscape.metrics[metric]) for landscape, metric, _ in shown]
    scale = choose_scale(np.concatenate(parts), **asdict(wish))
    if scale.log and not all(_has_logarithm(values) for values in parts):
        scale = choose_scale(np.concatenate(parts), **asdict(replace(wish, kind=ScaleKind.LINEAR)))
    return Scaling(scale.kind, scale.high, None, scale.low, fixed=True)


def _has_logarithm(values: Floats) -> bool:
    """Whether these, alone, could be shown on a logarithmic scale."""
    return not np.isfinite(values).any() or choose_scale(values, ScaleKind.LOG).log
