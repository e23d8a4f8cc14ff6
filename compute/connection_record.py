"""What a landscape says of the curve between two networks that it was made around: the entry ``connection``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "connection"
CURVE, LINE = "curve", "straight line"  # the ways, and the names of their paths


@dataclass(frozen=True)
class ConnectionRecord:
    """``distance`` of the two networks and ``length`` of the curve, in units of weight space; ``barriers`` by way and
    loss: the largest rise above the straight line between the losses of both, None where it diverged on the way."""

    distance: float
    length: float
    barriers: Mapping[str, Mapping[str, float | None]]


def connection_record(provenance: Mapping[str, Any]) -> ConnectionRecord | None:
    """None where there is no such entry, or a damaged one: it may have been edited."""
    entry = provenance.get(KEY)
    try:
        ways = {way: entry["barriers"][way] for way in (CURVE, LINE)}  # type: ignore[index]
        barriers = {way: {str(name): _height(height) for name, height in found.items()} for way, found in ways.items()}
        return ConnectionRecord(float(entry["distance"]), float(entry["length"]), barriers)  # type: ignore[index]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _height(height: Any) -> float | None:
    return None if height is None else float(height)
