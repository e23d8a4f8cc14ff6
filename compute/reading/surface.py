"""Numbers of the surface: heights, error bars, critical points."""

import math
from typing import Any

import numpy as np

from compute.landscape import Bools, Domain, Floats, Landscape
from compute.levels import finest_complete_stride
from compute.metric_names import is_share
from compute.reading.measured import Place
from compute.reconstruction import Reconstruction, reconstruct
from compute.refinement import rule_of
from compute.scale import MOSTLY, Scale, choose_scale
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE, CriticalPoint
from compute.topology.euler import euler_characteristic
from compute.topology.noise import clear_critical_points, level_domain
from compute.topology.persistence import critical_points_with_persistence

Numbers = dict[str, Any]  # fields of ``Measured``


def surface_numbers(landscape: Landscape) -> Numbers:
    """Of the heights, on the finest level that has any measurement."""
    domain, values, measured = landscape.domain, np.array(landscape.main), np.asarray(landscape.examples) > 0
    nodes = level_in_work(landscape)
    numbers: Numbers = {
        "points": landscape.measured,
        "nodes": nodes.values.size,
        "open_nodes": int(np.count_nonzero(nodes.predicted & ~nodes.settled)),
        "diverged": int(np.count_nonzero(measured & ~np.isfinite(values))),
    }
    finite = np.where(measured & np.isfinite(values), values, np.nan)
    if np.isnan(finite).all():
        return numbers
    numbers |= _heights(domain, nodes, finite, rule_of(landscape.provenance).tolerance)
    if is_share(landscape.main_name):
        numbers |= {"decades": None, "cap": None}  # accuracies are drawn as they are
    if numbers["lowest"] == numbers["highest"]:
        return numbers | {"lowest_at": None, "highest_at": None, "lowest_on_rim": None, "lowest_cells": None}
    if finest_complete_stride(measured, 2) is not None:
        numbers |= _shape(domain, nodes)
    return numbers


def level_in_work(landscape: Landscape) -> Reconstruction:
    """The level on which everything is counted, as the explorer has it."""
    rule = rule_of(landscape.provenance)
    return reconstruct(np.array(landscape.main), np.array(landscape.examples), rule)


def value_in_centre(domain: Domain, values: Floats) -> float | None:
    """The value at alpha = beta = 0 where that is a point of the grid and finite."""
    row, column = (np.flatnonzero(places == 0) for places in (domain.betas, domain.alphas))
    if domain.is_line:
        row = np.zeros(1, np.intp)
    if not (len(row) and len(column)):
        return None
    value = float(values[row[0], column[0]])
    return value if math.isfinite(value) else None


def _heights(domain: Domain, nodes: Reconstruction, finite: Floats, tolerance: float | None) -> Numbers:
    low, high = float(np.nanmin(finite)), float(np.nanmax(finite))
    scale = choose_scale(finite)
    (row, column), highest = (_nearest(domain, finite == value) for value in (low, high))
    place = _place(domain, row, column)
    error = nodes.surplus if math.isfinite(nodes.surplus) else None
    return {
        "lowest": low,
        "highest": high,
        "decades": _decades(finite[np.isfinite(finite)]),
        "cap": scale.high if scale.over else None,
        "lowest_at": place,
        "highest_at": _place(domain, *highest),
        "lowest_on_rim": bool(_rim(domain)[row, column]),
        "lowest_cells": _cells(domain, nodes, place),
        "error": error,
        "relative": nodes.relative,
        "within_tolerance": _within(tolerance, nodes, scale),
        "error_share": error if error is None else _share(error, nodes.relative, high - low),
        "centre_here": value_in_centre(domain, finite),
    }


def _place(domain: Domain, row: int, column: int) -> Place:
    return float(domain.alphas[column]), float(domain.betas[row])


def _rim(domain: Domain) -> Bools:
    """(n_beta, n_alpha) first and last rows and columns; of a line its ends."""
    rim = np.zeros(domain.shape, np.bool_)
    rim[:, [0, -1]] = True
    if not domain.is_line:
        rim[[0, -1]] = True
    return rim


def _nearest(domain: Domain, there: Bools) -> tuple[int, int]:
    """(row, column) of the one of some points that is nearest to the centre, one on the rim only if all are."""
    inside = there & ~_rim(domain)
    rows, columns = np.nonzero(inside if inside.any() else there)
    away = np.hypot(domain.alphas[columns], domain.betas[rows])
    nearest = int(away.argmin())
    return int(rows[nearest]), int(columns[nearest])


def _within(tolerance: float | None, nodes: Reconstruction, scale: Scale) -> bool | None:
    """Whether the error bar is at most the tolerance, in the unit by which measuring stops."""
    if tolerance is None or math.isnan(nodes.surplus):
        return None
    return nodes.surplus <= tolerance * (1.0 if nodes.relative else scale.high - scale.low)


def _decades(finite: Floats) -> float | None:
    """What ``compute.scale`` goes by when it chooses the logarithm."""
    positive = finite[finite > 0]
    if not len(positive) or len(positive) < MOSTLY * len(finite):
        return None
    return math.log10(float(positive.max())) - math.log10(float(positive.min()))


def _cells(domain: Domain, nodes: Reconstruction, place: tuple[float, float]) -> float | None:
    """Distance from the centre along the worse axis; None where the centre is not in the domain."""
    axes = zip(place, (domain.alpha, domain.beta), nodes.values.shape[::-1], strict=True)
    found = []
    for at, (low, high), points in list(axes)[: 1 if domain.is_line else 2]:
        if not low <= 0 <= high:
            return None
        found.append(abs(at) / ((high - low) / (points - 1)))
    return float(round(max(found), 6))  # a place is some cells away but for rounding


def grown(error: float) -> float:
    """The share of a value by which an error of its logarithm changes it; inf where no double holds it."""
    return math.expm1(error) if error < 700 else math.inf


def _share(error: float, relative: bool, span: float) -> float:
    if relative:
        return grown(error)
    return error / span if span > 0 else 0.0


def _shape(domain: Domain, nodes: Reconstruction) -> Numbers:
    """Critical points on the scale of the error bar: of logarithms where that is relative."""
    level = level_domain(domain, nodes)
    points, hidden = clear_critical_points(domain, nodes, log=nodes.relative)
    values = np.where(np.isfinite(nodes.values), nodes.values, np.nan)
    every = critical_points_with_persistence(level, values)
    if not every:
        return {}  # no cell has all its corners
    sign = {MINIMUM: 1, SADDLE: -1, MAXIMUM: -1 if domain.is_line else 1}  # a line's maxima take the saddles' part
    return {
        "minima": _count(points, MINIMUM),
        "saddles": _count(points, SADDLE),
        "maxima": _count(points, MAXIMUM),
        "inside": sum(point.slice_index == MINIMUM and not _on_rim(domain, point) for point in points),
        "hidden": hidden,
        "dips": _count(every, MINIMUM),
        "euler": sum(sign[point.slice_index] for point in every),
        "euler_due": euler_characteristic(level, values),
        **_deepest(points),
    }


def _on_rim(domain: Domain, point: CriticalPoint) -> bool:
    return point.alpha in domain.alpha or (not domain.is_line and point.beta in domain.beta)


def _count(points: tuple[CriticalPoint, ...], kind: int) -> int:
    return sum(point.slice_index == kind for point in points)


def _deepest(points: tuple[CriticalPoint, ...]) -> Numbers:
    """The deepest basin that runs over into a deeper one."""
    depths = [point.persistence for point in points if point.slice_index == MINIMUM]
    finite = [depth for depth in depths if math.isfinite(depth)]
    return {"deepest": max(finite)} if finite else {}
