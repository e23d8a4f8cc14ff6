"""Where it goes downhill: the steepest descent within the plane, at the points where the gradient was measured."""

import numpy as np

from compute.landscape import Floats, Landscape
from compute.levels import finest_complete_stride
from compute.maps import GRADIENT_ALPHA, GRADIENT_BETA
from compute.scale import choose_scale
from explorer.ground.heights import extent_world
from explorer.ground.scene import NO_ARROWS, Arrows
from explorer.ground.weight_space import gram

WHY_NOT = "the gradient was not measured"
NO_LENGTHS = "nothing is known of the length of its axes in weight space"


def why_no_arrows(landscape: Landscape) -> str:
    """Why there are none to be drawn; "" where there are."""
    if landscape.domain.is_line:
        return "it is a line"
    if GRADIENT_ALPHA not in landscape.maps or GRADIENT_BETA not in landscape.maps:
        return WHY_NOT
    if gram(landscape) is None:
        return NO_LENGTHS
    return "" if _stride(landscape) else f"{WHY_NOT} yet"


def gradient_arrows(landscape: Landscape) -> Arrows:
    """The direction −G⁻¹ g in (α, β), g = (∂L/∂α, ∂L/∂β), in which the loss falls fastest per length in weight space:
    the projection of −∇L on the plane. Their steepness √(gᵀ G⁻¹ g) is on the scale that suits it.

    They are of the finest level that is measured throughout, without those that are zero or not finite.
    """
    if why_no_arrows(landscape):
        return NO_ARROWS
    stride, metric = _stride(landscape), gram(landscape)
    assert stride is not None and metric is not None
    slopes = np.stack(
        [np.array(landscape.metrics[name])[::stride, ::stride] for name in (GRADIENT_ALPHA, GRADIENT_BETA)]
    )
    rows, columns = slopes.shape[1:]
    flat = slopes.reshape(2, -1)
    down = -np.linalg.solve(metric, np.where(np.isfinite(flat), flat, 0.0))
    steep = np.sqrt(np.maximum(-(down * np.where(np.isfinite(flat), flat, 0.0)).sum(axis=0), 0.0))
    world = down * _world_per_unit(landscape)[:, None]
    length = np.linalg.norm(world, axis=0)
    kept = np.isfinite(flat).all(axis=0) & (steep > 0) & (length > 0)
    v, u = (place.ravel()[kept] for place in np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j])
    x, y = world[:, kept] / length[kept]
    heights = choose_scale(steep[kept]).heights(steep[kept])
    return Arrows(np.column_stack([u, v, x, y, heights]).astype(np.float32), (columns - 1, rows - 1))


def _stride(landscape: Landscape) -> int | None:
    """Spacing of the finest level of which the whole gradient is measured."""
    parts = [~np.isnan(landscape.metrics[name]) for name in (GRADIENT_ALPHA, GRADIENT_BETA)]
    return finest_complete_stride(np.logical_and(*parts))


def _world_per_unit(landscape: Landscape) -> Floats:
    """(2,) lengths in the world of one unit of alpha and of beta."""
    domain = landscape.domain
    sides = np.array([domain.alpha[1] - domain.alpha[0], domain.beta[1] - domain.beta[0]])
    found: Floats = np.array(extent_world(domain)) / sides
    return found
