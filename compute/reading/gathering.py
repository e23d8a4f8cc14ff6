"""The numbers of a landscape that the rules of the reading use."""

import numpy as np

from compute.landscape import Landscape
from compute.metric_names import is_share
from compute.reading.course import path_numbers, random_walk_share
from compute.reading.measured import Measured
from compute.reading.origin import KINDS_OF_ONE, data_numbers, entry, gram_of, network_numbers, plane_numbers, real
from compute.reading.surface import Numbers, grown, level_in_work, surface_numbers
from compute.topology.account import barriers
from compute.topology.noise import NOISE_FACTOR


def measure_reading(landscape: Landscape) -> Measured:
    """Everything that is known of the main metric of a landscape; None where it is not known."""
    with np.errstate(over="ignore"):  # differences of the largest doubles
        return _measured(landscape)


def _measured(landscape: Landscape) -> Measured:
    known, is_line = landscape.provenance, landscape.domain.is_line
    plane, metric, of_path = plane_numbers(known), _metric(landscape), _path_metric(landscape)
    path = path_numbers(landscape, gram_of(known))
    walk = random_walk_share(path["checkpoints"], 1 if is_line else 2) if path else None
    return Measured(
        **{
            "metric": metric,
            "path_metric": of_path,
            "kind": str(known.get("kind", "landscape")),
            "is_line": is_line,
            "walk": walk if plane["explained"] is not None else None,
            **surface_numbers(landscape),
            **plane,
            **path,
            **({} if of_path == metric else {"centre_true": None}),
            **data_numbers(landscape),
            **network_numbers(landscape),
            **_barrier(landscape),
        }
    )


def _metric(landscape: Landscape) -> str:
    """Its name; of a file that has none, what such files hold."""
    nameless = landscape.provenance.get("kind") in KINDS_OF_ONE
    return "loss" if nameless else landscape.main_name.replace("_", " ")


def _path_metric(landscape: Landscape) -> str:
    """The loss that a path has: of the examples behind the first metric, see ``compute.surveying.sweep``. In a file
    from elsewhere the height, or the loss on the same examples where that is an accuracy."""
    ours, main = landscape.provenance.get("kind", "landscape") == "landscape", landscape.main_name
    if not (ours or is_share(main)):
        return _metric(landscape)
    first = next(iter(landscape.metrics)) if ours else main
    return f"{first.partition('_')[0]} loss"


def _barrier(landscape: Landscape) -> Numbers:
    """Of a straight line between two networks, and of a curve between two."""
    connection = entry(entry(landscape.provenance, "connection"), "barriers")
    loss = landscape.main_name if landscape.main_name.endswith("_loss") else _path_metric(landscape).replace(" ", "_")
    straight, curved = (real(entry(connection, way).get(loss)) for way in ("straight line", "curve"))
    ways = {
        "connected": bool(entry(landscape.provenance, "connection")),
        "straight_barrier": straight,
        "curve_barrier": curved,
    }
    found = (barriers(landscape) or {}).get(landscape.main_name)
    if found is None:
        return ways
    return {**ways, "barrier": found.height, "barrier_noise": NOISE_FACTOR * _error_at(landscape, found.position)}


def _error_at(landscape: Landscape, alpha: float) -> float:
    """The error bar there, in units of the metric; 0 where none is known."""
    domain, nodes = landscape.domain, level_in_work(landscape)
    bar = float(np.nan_to_num(nodes.error_at((alpha - domain.alpha[0]) / (domain.alpha[1] - domain.alpha[0]), 0.5)))
    value = float(np.interp(alpha, domain.alphas, landscape.main[0]))
    return value * grown(bar) if nodes.relative else bar
