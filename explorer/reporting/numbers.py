"""What is known of a landscape in numbers, and what is on record of it: names and texts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compute.landscape import Landscape
from compute.maps import CURVATURE_LOW, GRADIENT_BETA
from compute.reading.measured import Measured
from compute.reading.told import counted, number, percent, told
from compute.verification import KEY as VERIFICATION
from explorer.ground.maps import metric_word
from explorer.reporting.tables import Row, is_number

ELSEWHERE = ("refinement", "maps", VERIFICATION, "sharpness", "kind", "format")  # have tables of their own, or none
OF_A_PLANE = (GRADIENT_BETA, CURVATURE_LOW)  # of a line the one is 0, the other the curvature once more
NAMES = {
    "pca": "PCA of the path",
    "hessian": "Hessian eigenvectors",
    "between": "between checkpoints",
    "file": "stored",
}


def tiles(m: Measured) -> list[Row]:
    """The few numbers that come first."""
    texts = told(m)
    found = []
    if m.lowest is not None:
        found.append((m.metric, texts["lowest"] if m.is_flat else f"{texts['lowest']} – {texts['highest']}"))
    found.append(("measured points", f"{m.points:,}"))
    if m.error_share is not None:
        found.append(("error bar, at most", texts["error"]))
    if m.examples is not None:
        found.append(("behind each value", counted(m.examples, "example", "examples")))
    if m.directions is not None:
        found.append(("directions", _named(m.directions)))
    if m.explained is not None:
        found.append(("of the path's variance", percent(m.explained)))
    if m.lambda_max is not None:
        found.append(("λmax in the centre", texts["lambda_max"]))
    return found


def number_rows(landscape: Landscape, described: Mapping[str, Any], m: Measured) -> list[Row]:
    """Everything in numbers but critical points and levels, which have tables of their own."""
    texts, domain = told(m), described["domain"]
    n_beta, n_alpha = described["resolution"]
    rows = [("α", _span(domain["alpha"]))]
    if not m.is_line:
        rows.append(("β", _span(domain["beta"])))
    grid = f"{n_alpha} points" if m.is_line else f"{n_alpha} × {n_beta} points (α × β)"
    rows.append(("grid", f"{grid}, {m.points:,} measured"))
    rows += [
        (_word(name, m), _range(metric, m))
        for name, metric in described["metrics"].items()
        if not (m.is_line and name in OF_A_PLANE)
    ]
    if m.error_share is not None:
        rows.append(("error bar, at most", texts["error"]))
    if m.hidden:
        rows.append(("critical points not shown", f"{m.hidden}, below twice the error bar of their place"))
    if m.euler is not None and m.euler_due is not None:
        rows.append((texts["alternating"], f"{texts['euler']} (demanded: {texts['euler_due']})"))
    rows += list(_plane_rows(landscape, m))
    rows += list(_path_rows(m, texts))
    barriers = {"barrier between the ends": "barrier", "barrier along the curve": "curve_barrier",
                "… along the straight line": "straight_barrier"}  # fmt: skip
    rows += [(name, texts[key]) for name, key in barriers.items() if key in texts]
    return rows + list(_sharpness_rows(landscape.provenance.get("sharpness")))


def record_rows(described: Mapping[str, Any]) -> list[Row]:
    """All that is on record of where it comes from."""
    known = {key: value for key, value in described["provenance"].items() if key not in ELSEWHERE}
    return [("read from", str(described["kind"])), *_flat(known)]


def _plane_rows(landscape: Landscape, m: Measured) -> Iterator[Row]:
    known = landscape.provenance.get("directions")
    known = known if isinstance(known, Mapping) else {}
    if m.directions is not None:
        yield "directions", f"{_named(m.directions)}, normalisation {known.get('normalisation', 'unknown')}"
    norms = known.get("norms")
    if isinstance(norms, list) and all(isinstance(norm, float | int) for norm in norms):
        yield "lengths of the axes", " and ".join(number(norm, 4) for norm in norms)
    if m.cosine is not None:
        yield "cosine of their angle", number(m.cosine)
    if m.explained is not None:
        shares = landscape.provenance.get("explained_variance") or known.get("explained_variance")
        usable = isinstance(shares, list | tuple) and all(isinstance(share, float | int) for share in shares)
        parts = " + ".join(percent(share) for share in shares) if usable and shares else ""
        yield "explained variance", f"{parts} = {percent(m.explained)}" if " + " in parts else percent(m.explained)
    if m.walk is not None:
        yield "… of a random walk", percent(m.walk)


def _path_rows(m: Measured, texts: Mapping[str, str]) -> Iterator[Row]:
    if m.checkpoints is None:
        return
    yield "path", texts["checkpoints"] + (f", {m.outside} beyond the range" if m.outside else "")
    if m.first_loss is not None and m.last_loss is not None:
        yield "loss of the checkpoints", f"{texts['first_loss']} → {texts['last_loss']}"
    if m.gap is not None:
        yield f"largest gap to the {texts['surface']}", texts["gap"]
        if m.gap_factor is not None:
            yield "… as a factor", texts["gap_factor"] + ("" if m.gaps_of_one else ", at another checkpoint")
    if m.residual_largest is not None:
        share = f"; {texts['residual_share']} of the spread on average" if m.residual_share is not None else ""
        yield "largest distance from it", f"{texts['residual_largest']}{share}"


def _sharpness_rows(sharpness: object) -> Iterator[Row]:
    known = sharpness if isinstance(sharpness, Mapping) else {}
    values = known.get("eigenvalues")
    if isinstance(values, list) and values and all(is_number(value) for value in values):
        yield "largest eigenvalues of the Hessian", ", ".join(number(value, 4) for value in values)
    if is_number(known.get("lambda_min")):
        yield "smallest eigenvalue", number(known["lambda_min"], 4)
    if is_number(known.get("trace")):
        error = known.get("trace_error")
        yield "trace", number(known["trace"], 4) + (f" ± {number(error, 2)}" if is_number(error) else "")
    if is_number(known.get("gradient_norm")):
        yield "length of the gradient", number(known["gradient_norm"])
    if is_number(known.get("examples")):
        behind = counted(int(known["examples"]), "example", "examples")
        yield "… on", f"{behind}, {known.get('split', '')}"


def _named(kinds: str) -> str:
    return ", ".join(NAMES.get(kind.strip(), kind.strip()) for kind in kinds.split(","))


def _span(bounds: Sequence[float]) -> str:
    return f"{number(bounds[0], 5)} … {number(bounds[1], 5)}"


def _word(name: str, m: Measured) -> str:
    """What a metric is called; a line has one curvature, along it."""
    word = metric_word(name)
    return (
        word.replace("largest curvature", "curvature").replace("in the plane", "along the line") if m.is_line else word
    )


def _range(metric: Mapping[str, Any], m: Measured) -> str:
    diverged = f", {counted(metric['diverged'], 'point', 'points')} diverged" if metric["diverged"] else ""
    if metric["min"] is None:
        return f"nothing finite measured{diverged}"
    if metric["min"] == metric["max"]:
        return f"{number(metric['min'], 5)} wherever it is finite{diverged}"
    places = ", ".join(number(x) for x in metric["argmin"])
    place = f"α = {number(metric['argmin'][0])}" if m.is_line else f"({places})"
    return f"{number(metric['min'], 5)} at {place} … {number(metric['max'], 5)}{diverged}"


def _flat(known: Mapping[str, Any], before: str = "") -> Iterator[Row]:
    for key, value in known.items():
        name = f"{before}{key.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}: ")
        elif value not in (None, "", []):
            yield name, _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}".replace("-", "−") if isinstance(value, float) else str(value)
