"""The options that a landscape was measured with, as its description keeps them."""

from collections.abc import Mapping
from typing import Any

BESIDE = ("tolerance", "cap")  # stand beside the others, since they may change between one life and the next


def options_on_record(provenance: Mapping[str, Any]) -> dict[str, Any] | None:
    """By the names of ``compute.messages.Sample``; None of what ``basin sample`` did not make."""
    sample = provenance.get("sample")
    if not isinstance(sample, Mapping):
        return None
    return {**sample, **{name: provenance[name] for name in BESIDE if name in provenance}}
