"""`basin info` for people."""

from typing import Any

from explorer.command_line.shape import asked_rows, counted, shape_rows
from explorer.writing.ticks import tick_label

# Keys of the provenance that have rows of their own.
SAID = ("kind", "refinement", "stopped", "verification", "sharpness", "connection", "paths")
DIRECTIONS = ("kind", "normalisation", "norms", "cosine")
STOPPED = {
    "tolerance": "every cell is within the tolerance",
    "resolution": "there is no finer level, though some cells are not within the tolerance",
}


def summary(description: dict[str, Any]) -> str:
    """The description of a landscape in a few aligned lines."""
    n_beta, n_alpha = description["resolution"]
    grid = f"{n_alpha} x {n_beta} (alpha x beta)" if n_beta > 1 else f"{n_alpha} along alpha"
    domain, points, trajectory = (description[key] for key in ("domain", "critical_points", "trajectory"))
    if n_beta == 1:
        points = {kind: count for kind, count in points.items() if kind != "saddles"}  # a line has none
    rows = [
        ("kind", description["kind"]),
        ("alpha", _range(domain["alpha"])),
        ("beta", _range(domain["beta"])),
        ("resolution", f"{grid}, {description['measured']:,} points measured"),
    ]
    rows += [(name.replace("_", " "), _metric(metric)) for name, metric in description["metrics"].items()]
    rows += [("critical points", _counts(points)), *shape_rows(description), *asked_rows(description)]
    if trajectory:
        rows += _trajectory(trajectory)
    rows += _levels(description["refinement"] or [])
    if description["stopped"]:
        rows.append(("stopped", STOPPED.get(description["stopped"], description["stopped"])))
    rows += [_known(key, value) for key, value in description["provenance"].items() if key not in SAID]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _range(bounds: list[float]) -> str:
    low, high = (tick_label(bound) for bound in bounds)
    return low if bounds[0] == bounds[1] else f"{low} … {high}"


def _metric(metric: dict[str, Any]) -> str:
    if metric["min"] is None:
        return f"all {metric['diverged']} diverged" if metric["diverged"] else "nothing measured yet"
    alpha, beta = metric["argmin"]
    diverged = f", {metric['diverged']} diverged" if metric["diverged"] else ""
    return f"{metric['min']:.6g} at ({alpha:.4g}, {beta:.4g}) … {metric['max']:.6g}{diverged}"


def _counts(points: dict[str, int | None]) -> str:
    known = {kind: count for kind, count in points.items() if count is not None}
    if len(known) < len(points):
        return "not known before a level is complete"
    return ", ".join(counted(known, kind) for kind in known)


def _trajectory(trajectory: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [("trajectory", f"{trajectory['points']} checkpoints{_variance(trajectory['explained_variance'])}")]
    for key, name in (("loss", "true loss"), ("plane_loss", "loss under it"), ("residual", "residual")):
        ends = trajectory[key]
        if any(end is not None for end in ends):
            rows.append((name, " → ".join("unknown" if end is None else f"{end:.4g}" for end in ends)))
    gap = trajectory["largest_gap"]
    if gap is not None:
        rows.append(("largest gap", f"{gap:.4g} between true loss and loss under it"))
    return rows


def _levels(record: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """One row a level: what it took, and how well it was foretold by the one before."""
    rows = []
    for number, level in enumerate(record):
        points, surplus = level["points"], level["surplus"]
        grid = " x ".join(map(str, points)) if isinstance(points, list) else str(points)
        doubt = f", surplus {surplus:.3g}{_place(level['where'])}" if isinstance(surplus, float | int) else ""
        rows.append((f"level {number}", f"{grid} points, {level['evaluations']} evaluations{doubt}"))
    return rows


def _place(where: Any) -> str:
    known = isinstance(where, list) and len(where) == 2 and all(isinstance(place, float | int) for place in where)
    return f" at ({where[0]:.4g}, {where[1]:.4g})" if known else ""


def _known(key: str, value: object) -> tuple[str, str]:
    """A row of the provenance; of the directions the numbers that everybody asks for, in words."""
    if key == "maps" and isinstance(value, dict):
        return key, _maps(value)
    if key != "directions" or not isinstance(value, dict):
        return key, _plain(value)
    norms, cosine = value.get("norms"), value.get("cosine")
    words = [f"{value.get('kind')}, normalisation {value.get('normalisation')}"]
    words += [f"norms {' and '.join(map(_plain, norms))}"] if isinstance(norms, list) else []
    words += [f"cosine {cosine:.3g}"] if isinstance(cosine, float | int) else []
    rest = {name: inner for name, inner in value.items() if name not in DIRECTIONS and inner is not None}
    return key, ", ".join([*words, *([_plain(rest)] if rest else [])])


def _maps(maps: dict[str, Any]) -> str:
    """What is behind them; most often the same behind them all."""
    behind: dict[str, list[str]] = {}
    for name, known in maps.items():
        behind.setdefault(_plain(known), []).append(name.replace("_", " "))
    return "; ".join(f"{', '.join(names)}: {known}" for known, names in behind.items())


def _variance(shares: object) -> str:
    if not isinstance(shares, list) or not shares or not all(isinstance(share, float | int) for share in shares):
        return ""
    return ", explained variance " + " + ".join(f"{share:.1%}" for share in shares)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        known = {key: _plain(inner) for key, inner in value.items() if inner is not None}
        return ", ".join(f"{key} {told}" for key, told in known.items() if told)
    if isinstance(value, list):
        return " ".join(_plain(inner) for inner in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
