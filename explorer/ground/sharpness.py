"""Sharpness of the centre as a landscape's provenance has it, in words."""

from collections.abc import Mapping
from typing import Any

from compute.landscape import Landscape
from compute.reading.origin import real
from explorer.ground.provenance import mean_over

KEY = "sharpness"
MOST = 5  # eigenvalues that are told

SCALE = (
    "Per unit of weight space squared: weights scaled so that the network does the same have others, so that networks "
    "cannot be compared by it (Dinh et al. 2017)"
)

Line = tuple[str, str]  # what is said, and what it means


def sharpness_lines(landscape: Landscape) -> list[Line]:
    """What is known of the Hessian over all weights in the centre; nothing where nobody asked. What is no number, in a
    file that was edited, is left out."""
    entry = landscape.provenance.get(KEY)
    if not isinstance(entry, Mapping):
        return []
    where = _where(entry)
    found = [_largest(entry, where), _least(entry, where), _trace(entry, where), _gradient(entry, where)]
    return [line for line in found if line is not None]


def _largest(entry: Mapping[str, Any], where: str) -> Line | None:
    numbers = _numbers(entry.get("eigenvalues"))
    if not numbers:
        return None
    said = ", ".join(map(_text, numbers[:MOST])) + (" …" if len(numbers) > MOST else "")
    known = _numbers(entry.get("residuals"))
    doubt = f"; residuals |Hv − λv| up to {max(known):.1g}" if known else ""
    what = "Largest eigenvalues of the Hessian over all weights, by Lanczos' method"
    return f"λmax {said}", f"{what}{where}{doubt}. {SCALE}"


def _least(entry: Mapping[str, Any], where: str) -> Line | None:
    value = real(entry.get("lambda_min"))
    if value is None:
        return None
    tip = f"Least eigenvalue of the Hessian over all weights{where}: below 0 the centre is no minimum of the full loss"
    return f"λmin {_text(value)}", tip


def _trace(entry: Mapping[str, Any], where: str) -> Line | None:
    value, error = real(entry.get("trace")), real(entry.get("trace_error"))
    if value is None:
        return None
    probes, size = entry.get("probes"), entry.get("parameters")
    tip = f"Trace of the Hessian, the sum of all its eigenvalues, by Hutchinson's method{where}"
    tip += f"; ± is the standard error of {probes} random probes" if isinstance(probes, int) and error else ""
    mean = f"; {_text(value / size)} a weight of {size:,}" if isinstance(size, int) and size > 0 else ""
    return f"trace {_text(value)}" + (f" ± {error:.2g}" if error else ""), f"{tip}{mean}"


def _gradient(entry: Mapping[str, Any], where: str) -> Line | None:
    value = real(entry.get("gradient_norm"))
    if value is None:
        return None
    return f"gradient {_text(value)}", f"Norm of the gradient over all weights{where}: 0 at a true critical point"


def _where(entry: Mapping[str, Any]) -> str:
    examples, split = entry.get("examples"), entry.get("split")
    behind = f", {mean_over(examples)}" if isinstance(examples, int) else ""
    return f", in the centre{behind}{f' of {split}' if isinstance(split, str) and behind else ''}"


def _numbers(values: object) -> list[float]:
    found = [real(value) for value in values] if isinstance(values, list | tuple) else []
    return [number for number in found if number is not None]


def _text(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")
