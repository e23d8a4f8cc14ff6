"""`basin info` for people."""

from typing import Any

from explorer.ticks import tick_label


def summary(description: dict[str, Any]) -> str:
    """The description of a landscape in a few aligned lines."""
    n_beta, n_alpha = description["resolution"]
    domain, points, trajectory = (description[key] for key in ("domain", "critical_points", "trajectory"))
    rows = [
        ("kind", description["kind"]),
        ("alpha", _range(domain["alpha"])),
        ("beta", _range(domain["beta"])),
        ("resolution", f"{n_alpha} x {n_beta} (alpha x beta), {description['measured']:,} points measured"),
    ]
    rows += [(name.replace("_", " "), _metric(metric)) for name, metric in description["metrics"].items()]
    rows.append(("critical points", ", ".join(f"{count} {kind}" for kind, count in points.items())))
    if trajectory:
        variance = trajectory["explained_variance"]
        share = ", explained variance " + " + ".join(f"{v:.1%}" for v in variance) if variance else ""
        rows.append(("trajectory", f"{trajectory['points']} checkpoints{share}"))
    rows += [(key, _plain(value)) for key, value in description["provenance"].items()]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _range(bounds: list[float]) -> str:
    return f"{tick_label(bounds[0])} … {tick_label(bounds[1])}"


def _metric(metric: dict[str, Any]) -> str:
    if metric["min"] is None:
        return "nothing measured yet"
    alpha, beta = metric["argmin"]
    diverged = f", {metric['diverged']} diverged" if metric["diverged"] else ""
    return f"{metric['min']:.6g} at ({alpha:.4g}, {beta:.4g}) … {metric['max']:.6g}{diverged}"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return " ".join(_plain(inner) for inner in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
