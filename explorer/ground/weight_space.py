"""Lengths in weight space, of which the plane that is seen is a part."""

from collections.abc import Mapping

import numpy as np

from compute.landscape import Floats, Landscape


def gram(landscape: Landscape) -> Floats | None:
    """(2, 2) G = [⟨δ,δ⟩ ⟨δ,η⟩; ⟨δ,η⟩ ⟨η,η⟩] by the norms and the cosine of the provenance; None where it has none."""
    known = landscape.provenance.get("directions")
    norms, cosine = (known.get(key) if isinstance(known, Mapping) else None for key in ("norms", "cosine"))
    try:
        a, b = np.array(norms, np.float64).tolist()
        across = a * b * float(cosine)  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError):
        return None
    found = np.array([[a * a, across], [across, b * b]])
    usable = np.isfinite(found).all() and np.linalg.det(found) > 0 and min(a, b) > 0
    return found if usable else None


def half_side(landscape: Landscape) -> float | None:
    """Half of the shorter side of the domain; None where nothing is known of lengths."""
    metric = gram(landscape)
    if metric is None:
        return None
    sides = np.array([high - low for low, high in (landscape.domain.alpha, landscape.domain.beta)])
    return float((np.sqrt(np.diag(metric)) * sides).min() / 2)
