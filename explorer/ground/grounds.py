"""What a view asks for of a landscape: which metric as its ground, on which scale, and in which colours.

A key changes with all that its result depends on.
"""

from dataclasses import replace

from compute.landscape import Landscape
from compute.metric_names import is_share
from compute.refinement import EVERYTHING, rule_of
from explorer.ground.heights import HeightMap, height_map
from explorer.ground.maps import is_shown, points_of, suited_scaling
from explorer.ground.paint import Paint, by_error, by_height, by_level, by_metric
from explorer.looks.view import ERROR, LEVEL, Scaling, SurfaceMode, View


def metric_shown(landscape: Landscape, wish: str | None) -> str:
    """The metric that is shown as height: the one wished for where the landscape has it, else its main one."""
    return wish if wish is not None and is_shown(landscape, wish) else landscape.main_name


def ground_of(landscape: Landscape, metric: str, scaling: Scaling, view: View) -> HeightMap:
    """The heights of a metric."""
    values = landscape.metrics[metric]
    measured_whole = metric in landscape.maps  # on some level, whatever the loss there
    scaling, reason = suited_scaling(metric, values, scaling)
    ground = height_map(
        landscape.domain,
        values,
        landscape.counts(metric),
        scaling,
        smooth=_is_smooth(view) and not is_share(metric),  # a spline would leave [0, 1], and its steps mean nothing
        rule=EVERYTHING if measured_whole else rule_of(landscape.provenance),
        judged=None if measured_whole else landscape.main,
    )
    return replace(ground, scale=replace(ground.scale, reason=reason)) if reason else ground


def ground_key(landscape: Landscape, view: View) -> tuple[object, ...]:
    """Of the ground."""
    points = points_of(landscape, metric_shown(landscape, view.metric))
    rule = rule_of(landscape.provenance)
    return landscape.measured, points, rule, view.metric, view.height, _is_smooth(view)


def colours_of(landscape: Landscape, ground: HeightMap, metric: str, view: View) -> Paint:
    """What a ground of this metric is coloured by: by its height, where the landscape has not what is wished for."""
    wish, scaling = view.colour.metric, view.colour.scaling
    if wish == ERROR:
        return by_error(ground.nodes, scaling)
    if wish == LEVEL:
        return by_level(landscape.examples, scaling)
    if wish is None or wish == metric or not is_shown(landscape, wish):
        own = suited_scaling(metric, ground.losses, scaling)[0] if scaling else None
        return by_height(ground, metric, own)
    return by_metric(ground_of(landscape, wish, scaling or Scaling(), view), wish, ground)


def colours_key(landscape: Landscape, view: View) -> tuple[object, ...]:
    """Of the colours, beside the ground's own."""
    return view.colour.metric, view.colour.scaling, points_of(landscape, view.colour.metric)


def _is_smooth(view: View) -> bool:
    """Facets are straight between the measured points."""
    return view.smooth and view.surface is not SurfaceMode.FACETED
