"""What is said below the pictures of the page: only what is drawn there."""

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
    assert caption(connected=True) == f"{marks}; the curve and the straight line between the two networks."
    assert caption(minima=0, saddles=0, checkpoints=None) == "The map: isolines with their values."
