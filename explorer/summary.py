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
    rows.append(("critical points", _counts(points)))
    if trajectory:
        rows.append(("trajectory", f"{trajectory['points']} checkpoints{_variance(trajectory['explained_variance'])}"))
    rows += [(key, _plain(value)) for key, value in description["provenance"].items() if key != "kind"]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _range(bounds: list[float]) -> str:
    return f"{tick_label(bounds[0])} … {tick_label(bounds[1])}"


def _metric(metric: dict[str, Any]) -> str:
    if metric["min"] is None:
        return f"all {metric['diverged']} diverged" if metric["diverged"] else "nothing measured yet"
    alpha, beta = metric["argmin"]
    diverged = f", {metric['diverged']} diverged" if metric["diverged"] else ""
    return f"{metric['min']:.6g} at ({alpha:.4g}, {beta:.4g}) … {metric['max']:.6g}{diverged}"


def _counts(points: dict[str, int | None]) -> str:
    if None in points.values():
        return "not known before a level is complete"
    return ", ".join(f"{count} {kind}" for kind, count in points.items())


def _variance(shares: object) -> str:
    if not isinstance(shares, list) or not shares or not all(isinstance(share, float | int) for share in shares):
        return ""
    return ", explained variance " + " + ".join(f"{share:.1%}" for share in shares)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return " ".join(_plain(inner) for inner in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
