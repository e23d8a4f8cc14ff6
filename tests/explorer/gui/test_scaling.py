"""What is said of a floor or a cap that has no effect."""

import numpy as np
import pytest

from compute.scale import ScaleKind, choose_scale
from explorer.gui.scaling import ignored
from explorer.looks.view import Scaling

LOG, LINEAR = ScaleKind.LOG, ScaleKind.LINEAR
BELOW_CAP = "floor 5 is ignored: it has to be below the cap, "


@pytest.mark.parametrize(
    ("wish", "lines"),
    [
        (Scaling(), []),
        (Scaling(LOG, cap=50.0, floor=3.0), []),
        (Scaling(LOG, cap=50.0, floor=3.0, fixed=True), []),
        (Scaling(LOG, cap=5000.0, floor=0.5, fixed=True), []),  # wider than the values are
        (Scaling(LOG, cap=5000.0), []),
        (Scaling(LINEAR, floor=-3.0), []),
        (Scaling(cap=float("inf"), floor=-3.0, kind=LINEAR), []),
        (Scaling(LOG, floor=0.0), ["floor 0 is ignored: on a log scale it has to be above 0"]),
        (Scaling(LOG, floor=-2.5), ["floor -2.5 is ignored: on a log scale it has to be above 0"]),
        (Scaling(LINEAR, cap=4.0, floor=5.0), [f"{BELOW_CAP}4"]),
        (Scaling(LINEAR, cap=5.0, floor=5.0), [f"{BELOW_CAP}5"]),
        (Scaling(LINEAR, cap=4.0, floor=5.0, fixed=True), [f"{BELOW_CAP}4"]),
        (Scaling(LINEAR, floor=200.0), ["floor 200 is ignored: it has to be below the highest value shown, 100"]),
        (Scaling(LINEAR, percentile=50.0, floor=90.0),
         ["floor 90 is ignored: it has to be below the highest value shown, 51"]),
        (Scaling(LINEAR, cap=1.5), ["cap 1.5 is ignored: it has to be above the lowest value, 2"]),
        (Scaling(LINEAR, cap=1.5, floor=1.0, fixed=True), []),
        (Scaling(LOG, cap=-1.0), ["cap -1 is ignored: on a log scale it has to be above 0"]),
        (Scaling(LOG, cap=0.0, floor=0.0), [
            "floor 0 is ignored: on a log scale it has to be above 0",
            "cap 0 is ignored: on a log scale it has to be above 0",
        ]),
    ],
)  # fmt: skip
def test_a_line_says_what_is_ignored_and_why(wish, lines):
    values = np.linspace(2.0, 100.0, 99)
    scale = choose_scale(values, wish.kind, wish.cap, percentile=wish.percentile, floor=wish.floor, fixed=wish.fixed)
    assert ignored(wish, scale) == lines
    others = choose_scale(values, wish.kind, wish.cap, percentile=wish.percentile, floor=None, fixed=wish.fixed)
    assert ((scale.low, scale.high) == (others.low, others.high)) == (wish.floor is None or bool(lines)), (
        "it has effect"
    )


def test_nothing_is_said_before_anything_is_measured():
    wish = Scaling(LOG, cap=-1.0, floor=-1.0)
    assert ignored(wish, choose_scale(np.full(4, np.nan), LOG, -1.0, floor=-1.0)) == []
