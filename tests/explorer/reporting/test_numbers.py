"""The tables of the page, of a plane and of a line."""

from dataclasses import replace

import numpy as np

from compute.description import describe
from compute.reading.gathering import measure_reading
from compute.verification import Outcome, Verdict
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.reporting.numbers import number_rows
from explorer.reporting.tables import points_table
from tests.explorer.reporting.reported import line

MAPS = ("gradient_alpha", "gradient_beta", "slope", "curvature_low", "curvature_high")


def test_a_line_has_neither_a_plane_nor_saddles_nor_another_direction():
    verdict = Verdict(0.3125, 0.0, 2, Outcome.VERIFIED, (0.3, 0.0), 2, 1.0, (-2.0,), 1e-9, 0.1, 3,
                      "the gradient within the plane vanishes")  # fmt: skip
    values = line().main
    values = values + np.sin(6 * line().domain.alphas)
    about = {**line().provenance, "maps": {name: {"examples": 1} for name in MAPS},
             "verification": {"points": [verdict.describe()]}}  # fmt: skip
    land = replace(line(), metrics={"train_loss": values, **dict.fromkeys(MAPS, values)}, provenance=about)
    measured = measure_reading(land)
    rows = dict(number_rows(land, describe(land), measured))
    assert {"slope along the line", "curvature along the line"} <= set(rows)
    table = points_table(Stage(land, View()), measured)
    assert table is not None
    assert "vanishes" in table
    text = f"{rows} {table}"
    assert not [word for word in ("plane", "saddle", "∂β", "least", "β") if word in text]
