"""How high the loss rises from one network to another, in words."""

from compute.connection_record import CURVE, LINE, connection_record
from compute.landscape import Landscape
from compute.topology.account import barriers
from explorer.ground.maps import metric_word


def barrier_lines(landscape: Landscape) -> list[str]:
    """A line for each loss: of a curve between two networks, or of a straight line; none of other landscapes."""
    record = connection_record(landscape.provenance)
    if record is not None:
        names = [name for name in record.barriers[CURVE] if name in record.barriers[LINE]]
        return [
            f"{metric_word(name)} barrier: {_height(record.barriers[CURVE][name])} along the curve, "
            f"{_height(record.barriers[LINE][name])} straight"
            for name in names
        ]
    found = barriers(landscape) or {}
    known = {name: barrier for name, barrier in found.items() if barrier is not None}
    return [f"{metric_word(name)} barrier: {_height(each.height)} from α 0 to 1" for name, each in known.items()]


def _height(height: float | None) -> str:
    return "it diverges" if height is None or height == float("inf") else f"{height:.3g}"
