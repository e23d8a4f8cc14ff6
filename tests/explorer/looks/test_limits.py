from dataclasses import replace

import pytest

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.looks.limits import LIMITS, check_view, within
from explorer.looks.theme import THEMES
from explorer.looks.view import Colouring, Contours, Cut, Scaling, View
from explorer.resources import COLOUR_MAPS


def test_the_usual_view_is_within_all_limits():
    check_view(View())


def test_every_limit_is_about_a_field_that_there_is():
    view = View(
        height=Scaling(percentile=5.0),
        colour=Colouring(scaling=Scaling(percentile=5.0)),
        section=((0, 0), (1, 1)),
        threshold=0.1,
    )
    for name in LIMITS:
        value = view
        for part in name.split("."):
            value = getattr(value, part)
        assert value is not None, name


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (View(opacity=7), "view.opacity: 7 is not between 0.05 and 1"),
        (View(camera=Camera(distance=0)), "view.camera.distance: 0 is not between 0.05 and 40"),
        (View(camera=Camera(target=(0, 0, 1e9))), "view.camera.target: 1e+09 is not between -100 and 100"),
        (View(contours=Contours(count=10**6)), "view.contours.count: 1e+06 is not between 1 and 400"),
        (View(threshold=-0.1), "view.threshold: -0.1 is not between 0 and 1e+300"),
        (View(section=((0, 0), (1, 2))), "view.section: 2 is not between 0 and 1"),
        (View(cut=Cut(beta=(0.5, 0.5))), "view.cut.beta: 0.5 is not below 0.5"),
        (
            View(colour=Colouring(scaling=Scaling(percentile=0))),
            "view.colour.scaling.percentile: 0 is not between 1 and 100",
        ),
        (View(colour=Colouring(map="pink")), f"view.colour.map: choose one of {', '.join(COLOUR_MAPS)}"),
        (View(theme="pink"), f"view.theme: choose one of {', '.join(THEMES)}"),
        (View(contours=Contours(levels=(1.0,) * 401)), "view.contours.levels: at most 400"),
    ],
)
def test_what_is_out_of_bounds_is_refused(view, complaint):
    with pytest.raises(BadInputError) as caught:
        check_view(view)
    assert str(caught.value) == complaint


def test_a_number_is_brought_within():
    assert [within("opacity", x) for x in (-1, 0.5, 3, float("nan"))] == [0.05, 0.5, 1.0, 0.05]
    assert within("contours.count", 1000) == 400


def test_the_bounds_themselves_are_within():
    for bound in LIMITS["relief"]:
        check_view(replace(View(), relief=bound))
