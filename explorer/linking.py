"""What landscapes side by side have in common."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np

from compute.landscape import Landscape
from compute.scale import choose_scale
from explorer.settings import Links
from explorer.view import Colouring, Scaling, View

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
    height = common_scaling(leader.height, shown)
    colour = replace(view.colour, scaling=height) if links.colours and _by_height(view.colour) else view.colour
    return replace(view, height=height if links.scale else view.height, colour=colour)


def common_scaling(wish: Scaling, shown: Shown) -> Scaling:
    """The scale that suits the values of all of these, with fixed ends."""
    values = np.concatenate([np.ravel(landscape.metrics[metric]) for landscape, metric in shown])
    scale = choose_scale(values, **asdict(wish))
    return Scaling(scale.kind, scale.high, None, scale.low, fixed=True)


def _by_height(colour: Colouring) -> bool:
    return colour.metric is None
