"""What `basin info` says to people about the shape of a landscape, and about what the network itself was asked."""

from typing import Any

from compute.connection_record import CURVE, KEY, LINE, connection_record

FEW = 6  # points that are listed; the others are in --json
ONE = {"minima": "minimum", "saddles": "saddle", "maxima": "maximum"}

Row = tuple[str, str]


def shape_rows(description: dict[str, Any]) -> list[Row]:
    """Euler's check, what stands out from the noise, the most persistent points, and barriers."""
    rows, shape = [], description.get("shape")
    if shape:
        rows.append(("Euler's check", _euler(shape["euler"], description["critical_points"], shape["level"][0] == 1)))
        rows += _clear(shape, sum(description["critical_points"].values()))
        rows += [(f"point {number + 1}", _point(point)) for number, point in enumerate(shape["points"][:FEW])]
    for name, barrier in (description.get("barriers") or {}).items():
        rows.append((f"{name.replace('_', ' ')} barrier", _barrier(barrier)))
    return [*rows, *_connection(description["provenance"])]


def asked_rows(description: dict[str, Any]) -> list[Row]:
    """Verdicts on critical points, and the sharpness in the centre."""
    rows, said = [], description.get("verification")
    if said:
        words = ", ".join(f"{said[outcome]} {outcome}" for outcome in ("verified", "moved", "refuted"))
        left = f", {said['left_out']} not asked about" if said["left_out"] else ""
        rows.append(("verification", f"of the critical points {words}{left}"))
    sharpness = description["provenance"].get("sharpness")
    words = _sharpness(sharpness) if isinstance(sharpness, dict) else ""
    return [*rows, ("sharpness", words)] if words else rows


def counted(counts: dict[str, int], kind: str) -> str:
    """How many critical points are of a kind."""
    return f"{counts[kind]} {ONE[kind] if counts[kind] == 1 else kind}"


def _connection(provenance: dict[str, Any]) -> list[Row]:
    """Between which networks a curve was laid, and what it gains."""
    record = connection_record(provenance)
    if record is None:
        return []
    entry, longer = provenance[KEY], record.length / record.distance if record.distance else 1.0
    rows = [("connection", f"{entry.get('first')} to {entry.get('second')}, {record.distance:.4g} apart")]
    rows.append(("curve", f"{longer:.4g} times as long; trained for {entry.get('steps')} steps"))
    for name, height in record.barriers[CURVE].items():
        heights = height, record.barriers[LINE].get(name)
        along, straight = ("diverged" if each is None else f"{each:.4g}" for each in heights)
        rows.append(
            (f"{name.replace('_', ' ')} barrier", f"{along} along the curve, {straight} along the straight line")
        )
    return rows


def _euler(euler: dict[str, int], counts: dict[str, int], is_line: bool) -> str:
    kinds = ("minima", "maxima") if is_line else ("minima", "saddles", "maxima")
    terms = [counted(counts, kind) for kind in kinds]
    total = f"{terms[0]} − {terms[1]}" + "".join(f" + {term}" for term in terms[2:])
    must = euler["characteristic"]
    return f"{total} = {euler['sum']}" + (", as it must be" if euler["sum"] == must else f", but it must be {must}")


def _clear(shape: dict[str, Any], count: int) -> list[Row]:
    if shape["clear"] is None:
        return []
    bar = f"{shape['error_bar']:.3g}{' of the logarithm' if shape['relative'] else ''}"
    return [("above the noise", f"{shape['clear']} of {count} points: twice the error bar, which is at most {bar}")]


def _point(point: dict[str, Any]) -> str:
    words = [f"{point['kind']} at ({point['alpha']:.4g}, {point['beta']:.4g})", f"{point['value']:.6g}"]
    if point["persistence"] is not None:
        factor = f", a factor of {point['factor']:.4g}" if point["factor"] is not None else ""
        words.append(f"persistence {point['persistence']:.3g}{factor}")
    else:
        words.append("the deepest" if point["kind"] == "minimum" else "closes a loop around a hole")
    words += ["within the noise"] if point["clear"] is False else []
    return ", ".join([*words, *([point["verdict"]] if point["verdict"] else [])])


def _barrier(barrier: dict[str, Any] | None) -> str:
    if barrier is None:
        return "not known, for something on the way is not measured"
    if barrier["height"] is None:
        return f"none can be crossed: it diverged at {barrier['position']:.3g} of the way"
    over = f"{barrier['height']:.4g} above the straight line between the ends, at {barrier['position']:.3g} of the way"
    return f"{over}; {barrier['excess']:.4g} above the higher end"


def _sharpness(entry: dict[str, Any]) -> str:
    eigenvalues, trace, error = (entry.get(key) for key in ("eigenvalues", "trace", "trace_error"))
    words = []
    if isinstance(eigenvalues, list) and eigenvalues and all(isinstance(each, float | int) for each in eigenvalues):
        words.append(f"largest eigenvalues {' '.join(f'{each:.4g}' for each in eigenvalues[:3])}")
    if isinstance(trace, float | int):
        words.append(f"trace {trace:.4g}" + (f" ± {error:.2g}" if isinstance(error, float | int) else ""))
    for key, name in (("lambda_min", "smallest eigenvalue"), ("gradient_norm", "gradient norm")):
        if isinstance(entry.get(key), float | int):
            words.append(f"{name} {entry[key]:.4g}")
    return ", ".join(words)
