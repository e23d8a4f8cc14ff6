"""Two ways from one network to another, measured: along the curve and along the straight line."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from compute.atomic import write_atomically
from compute.connecting.curve import length, places
from compute.connection_record import CURVE, LINE
from compute.landscape import Floats, Trajectory
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.topology.barrier import line_barrier

TABLE_FILE = "connection.csv"  # of all metrics along both
STRAIGHT = (0.5, 0.0)  # where the bend of a curve is that is a straight line

Report = Callable[[str, int, int | None], None]


@dataclass(frozen=True, eq=False)
class Way:
    """One way at each ``t`` (points,) in [0, 1]: where it is in the plane, and the metrics there by name."""

    t: Floats
    alpha: Floats
    beta: Floats
    metrics: Mapping[str, Floats]

    def trajectory(self, loss: str) -> Trajectory:
        """As a path over the plane, t in place of the epoch. It lies in the plane."""
        values = self.metrics[loss]
        nothing = np.zeros(len(self.t))
        return Trajectory(
            np.arange(len(self.t), dtype=np.float64), self.t, self.alpha, self.beta, nothing, values, values
        )

    def barriers(self) -> dict[str, float | None]:
        """Of each loss its height above the straight line between its values at the ends; None where not finite."""
        losses = {name: values for name, values in self.metrics.items() if name.endswith("_loss")}
        heights = {name: line_barrier(self.t, values).height for name, values in losses.items()}
        return {name: height if np.isfinite(height) else None for name, height in heights.items()}


def measure_ways(evaluate: PlaneEvaluation, bend: tuple[float, float], points: int, report: Report) -> dict[str, Way]:
    """Curve and straight line, of a plane with the ends at (0, 0) and (1, 0) and the bend at ``bend``.

    ``evaluate`` is entered; ``report`` hears how many points are done, and may raise to break off.
    """
    t = np.linspace(0.0, 1.0, points)
    found = {}
    for number, (name, middle) in enumerate(((CURVE, bend), (LINE, STRAIGHT))):
        alpha, beta = places(middle, t)
        values: list[dict[str, float]] = []
        while len(values) < points:
            some = slice(len(values), len(values) + evaluate.at_once)
            values += evaluate(list(zip(alpha[some].tolist(), beta[some].tolist(), strict=True)))
            report("measuring along curve and line", number * points + len(values), 2 * points)
        columns = {metric: np.array([value[metric] for value in values], np.float64) for metric in evaluate.metrics}
        found[name] = Way(t, alpha, beta, columns)
    return found


def describe_ways(ways: Mapping[str, Way], bend: tuple[float, float], distance: float) -> dict[str, Any]:
    """For the provenance: barriers by loss of both ways, where the bend is, and lengths in units of weight space."""
    return {
        "bend": list(bend),
        "distance": distance,
        "length": length(bend, (distance, distance)),
        "barriers": {name: way.barriers() for name, way in ways.items()},
    }


def write_ways(folder: Path, ways: Mapping[str, Way]) -> None:
    """``connection.csv``: way, t, alpha, beta and all metrics, whole or not at all."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    names = list(next(iter(ways.values())).metrics)
    table.writerow(["way", "t", "alpha", "beta", *names])
    for name, way in ways.items():
        columns = (way.t, way.alpha, way.beta, *(way.metrics[metric] for metric in names))
        table.writerows([name, *map(repr, row)] for row in zip(*(column.tolist() for column in columns), strict=True))
    write_atomically(folder / TABLE_FILE, lambda file: file.write(text.getvalue().encode()))
