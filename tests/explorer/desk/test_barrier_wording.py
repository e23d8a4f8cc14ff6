"""What the panel says of the way from one network to another."""

from dataclasses import replace

import numpy as np

from compute.connection_record import CURVE, LINE
from compute.landscape import Domain, Landscape
from explorer.desk.barrier_wording import barrier_lines


def land(values: list[float], **provenance) -> Landscape:
    metrics = {"train_loss": np.array([values])}
    domain = Domain((-0.5, 1.5), (0.0, 0.0), len(values), 1)
    return Landscape("line", domain, metrics, np.ones((1, len(values)), np.uint32), provenance=provenance)


def test_the_barrier_of_a_line_between_two_networks_is_told():
    between = land([9.0, 1.0, 4.5, 2.0, 9.0], directions={"kind": "between"})
    assert barrier_lines(between) == ["train loss barrier: 3 from α 0 to 1"]  # 4.5 − (1 + 2) / 2
    assert barrier_lines(land([9.0, 1.0, np.inf, 2.0, 9.0], directions={"kind": "between"})) == [
        "train loss barrier: it diverges from α 0 to 1"
    ]
    assert barrier_lines(land([9.0, 1.0, 4.5, 2.0, 9.0])) == []


def test_of_a_connection_both_ways_are_told():
    barriers = {CURVE: {"train_loss": 0.031, "test_loss": 0.0}, LINE: {"train_loss": 0.4872, "test_loss": None}}
    entry = {"distance": 1, "length": 1.1, "barriers": barriers}
    assert barrier_lines(replace(land([1.0] * 5), provenance={"connection": entry})) == [
        "train loss barrier: 0.031 along the curve, 0.487 straight",
        "test loss barrier: 0 along the curve, it diverges straight",
    ]
