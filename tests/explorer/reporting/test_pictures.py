"""What is said below the pictures of the page: only what is drawn there."""

import math
from dataclasses import replace

from compute.reading.gathering import measure_reading
from explorer.reporting.pictures import wishes
from tests.explorer.reporting.reported import rich


def test_the_map_is_told_by_what_it_has_marks_for():
    land = rich()
    measured = measure_reading(land)
    assert (measured.minima, measured.saddles, measured.maxima) == (2, 1, 0)

    def caption(**changes) -> str:
        return wishes(land, replace(measured, **changes))[1].caption

    marks = "The map: isolines with their values; ▼ minima, ◆ saddles"
    assert caption() == f"{marks}; the path from yellow to cyan."
    assert caption(checkpoints=None) == f"{marks}."
    two = replace(land, provenance={**land.provenance, "paths": [land.name, "another"]})
    assert wishes(two, measured)[1].caption == f"{marks}; the paths of 2 runs, each in a colour of its own."
    assert caption(connected=True) == f"{marks}; the curve and the straight line between the two networks."
    assert caption(minima=0, saddles=0, checkpoints=None) == "The map: isolines with their values."


def test_an_error_beyond_all_of_the_value_is_told_as_a_factor():
    measured = replace(measure_reading(rich()), error=math.log(2.5), error_share=1.5)
    assert wishes(rich(), measured)[2].alt == "Map of the error bars, at most a factor of 2.5."
