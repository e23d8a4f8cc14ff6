"""What became of the critical points that were checked, as a table for the terminal."""

from collections.abc import Mapping
from typing import Any

from compute.verification import KEY, Verdict, verdicts

KINDS = ("minimum", "saddle", "maximum")  # by slice index
HEADER = ("what", "α, β", "outcome", "found at", "residual", "|∇L|", "")


def verdict_table(provenance: Mapping[str, Any]) -> str:
    """One line for each critical point that was checked: what and where it is, its outcome, and the numbers behind it.

    The residual is the norm of the gradient's part within the plane, |∇L| that of all of it: of the network, where
    Newton's method ended.
    """
    found = verdicts(provenance)
    entry = provenance.get(KEY, {})
    if not found:
        return f"no critical point stands out from the noise ({entry.get('threshold', 'twice the error bar')})"
    rows = [HEADER, *(_row(verdict) for verdict in found)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADER))]
    lines = ["  ".join(part.ljust(width) for part, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if entry.get("left_out"):
        lines.append(f"{entry['left_out']} less persistent ones were not checked")
    return "\n".join(lines)


def _row(verdict: Verdict) -> tuple[str, ...]:
    return (
        KINDS[verdict.slice_index],
        _place(verdict.alpha, verdict.beta),
        verdict.outcome.value,
        _place(*verdict.found),
        f"{verdict.residual:.2g}",
        f"{verdict.gradient_norm:.3g}",
        verdict.reason,
    )


def _place(alpha: float, beta: float) -> str:
    return f"{alpha:.4g}, {beta:.4g}"
