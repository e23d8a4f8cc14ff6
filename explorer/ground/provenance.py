"""What the provenance of a landscape says, in words."""

from collections.abc import Mapping
from typing import Any

from compute.connection_record import KEY as CONNECTION
from compute.directions.choice import told_apart
from compute.landscape import Landscape

_KINDS = {  # of directions: what the first axis is, and the second where both are of one kind
    "pca": ("1st principal component", "2nd principal component"),
    "random": ("random", "random"),
    "hessian": ("1st Hessian eigenvector", "2nd Hessian eigenvector"),
    "gradient": ("gradient", "gradient"),
    "connection": ("towards the second network", "towards the bend"),
}


def axis_names(landscape: Landscape) -> tuple[str, str]:
    """What the axes are, as far as the provenance knows, with the share of variance explained."""
    known = landscape.provenance.get("directions")
    directions: Mapping[str, Any] = known if isinstance(known, Mapping) else {}
    kinds = str(directions.get("kind")).split(",")
    first = _KINDS.get(kinds[0], ("", ""))[0]
    second = _KINDS.get(kinds[-1], ("", ""))[0 if len(kinds) > 1 else 1]
    if kinds == ["between"]:
        first, second = _ends(directions.get("ends"))
    variance = landscape.provenance.get("explained_variance") or directions.get("explained_variance")
    variance = variance if kinds == ["pca"] else None
    shares = [f" ({share:.0%})" if isinstance(share, float) else "" for share in _two(variance)]
    named = [f" · {name}{share}" if name else "" for name, share in zip((first, second), shares, strict=True)]
    return f"α{named[0]}", f"β{named[1]}"


def origin(landscape: Landscape) -> str:
    """Where the numbers come from, in one line, as far as it is known."""
    known = landscape.provenance
    ours = known.get("kind", "landscape") == "landscape" and landscape.measured
    parts = [
        mean_over(int(landscape.examples.max())) if ours else "",
        f"seed {known['seed']}" if "seed" in known else "",
        str(known.get("precision", "")),
    ]
    return ", ".join(part for part in parts if part)


def mean_over(examples: int) -> str:
    """What a value is that was measured on so many examples."""
    return f"mean over {examples:,} example{'' if examples == 1 else 's'}"


def is_live_fit(landscape: Landscape) -> bool:
    """Whether its plane was fitted to a training that is, or was, followed."""
    return isinstance(landscape.provenance.get("fit"), Mapping)


def is_connection(landscape: Landscape) -> bool:
    """Whether its paths are ways from one network to another, and no trainings."""
    return isinstance(landscape.provenance.get(CONNECTION), Mapping)


def stopped(landscape: Landscape) -> str:
    """Why no more is measured, when that is because it is good enough."""
    tolerance = landscape.provenance.get("tolerance")
    if landscape.provenance.get("stopped") != "tolerance" or not isinstance(tolerance, float):
        return ""
    return f"stopped: error bar under the tolerance of {100 * tolerance:.3g} %"


def _ends(ends: object) -> tuple[str, str]:
    """The networks at α = 1 and at β = 1, by the names of their files."""
    known = [end for end in _two(ends) if isinstance(end, str)]
    first, second = [*(f"towards {name}" for name in told_apart(known)), "", ""][:2]
    return first, second


def _two(values: object) -> list[object]:
    """The first two of a list, if it is one; None where there is none."""
    return [*(values if isinstance(values, list) else []), None, None][:2]
